"""The world of the access matrix (权限矩阵的世界): a household with all that hangs on it, at every place around four posts.

A household may be registered with a village, and also with a township, a county or a prefecture directly (a relocation
site, a collective registration): its place number is then the place's own. So every post, from a village's to the
prefecture's, has a subject in its own place, one beside, one above and one below.
"""

from dataclasses import dataclass, field
from typing import Any

from shouwang.register.places.actions import load_places
from shouwang.register.places.queries import place_of
from shouwang.register.places.reading import read_places
from shouwang.register.staff.choices import Role
from tests.cast import COUNTY, NEXT_VILLAGE, OTHER_COUNTY, OTHER_COUNTY_VILLAGE, PREFECTURE, TOWNSHIP, VILLAGE

RELATIONS = ("own", "sibling", "parent", "child", "other_county", "none")
OTHER_PREFECTURE, OTHER_PREFECTURE_VILLAGE = "5223", "522301001001"

# key: place, name of the head; each name stands nowhere else, so that finding it on a page means that the row was shown.
PLACES = {
    "village": (VILLAGE, "甄守一"),
    "neighbour": (VILLAGE, "甄守二"),
    "next_village": (NEXT_VILLAGE, "邬邻村"),
    "township": (TOWNSHIP, "佟镇上"),
    "next_township": ("431003102", "骆外镇"),
    "county": (COUNTY, "蒯县里"),
    "next_county": (OTHER_COUNTY, "冼邻县"),
    "next_county_village": (OTHER_COUNTY_VILLAGE, "郗外县"),
    "prefecture": (PREFECTURE, "璩市里"),
    "next_prefecture": (OTHER_PREFECTURE, "笪邻市"),
    "next_prefecture_village": (OTHER_PREFECTURE_VILLAGE, "仉外市"),
    "province": ("43", "逄省里"),
}

SUBJECT_OF = {
    # A village has nothing below it: its child is a second household of its own.
    12: ("village", "next_village", "township", "neighbour", "next_county_village"),
    9: ("township", "next_township", "county", "village", "next_county_village"),
    6: ("county", "next_county", "prefecture", "village", "next_county_village"),
    4: ("prefecture", "next_prefecture", "province", "village", "next_prefecture_village"),
}
"""Digits of the post's place → subjects that are own, sibling, parent, child and in another county."""

POSTS = {
    Role.COLLECTOR: VILLAGE,
    Role.VILLAGE_CADRE: VILLAGE,
    Role.HELPER: VILLAGE,
    Role.TOWNSHIP_OFFICER: TOWNSHIP,
    Role.TOWNSHIP_LEADER: TOWNSHIP,
    Role.COUNTY_OFFICER: COUNTY,
    Role.COUNTY_LEADER: COUNTY,
    Role.LIAISON: COUNTY,
    Role.PREFECTURE_OFFICER: PREFECTURE,
    Role.AUDITOR: COUNTY,
    Role.SYSTEM_ADMIN: COUNTY,
    Role.SECURITY_ADMIN: COUNTY,
    Role.AUDIT_ADMIN: COUNTY,
}
UNIT = "医保局"


@dataclass
class Subject:
    """One household and the keys of everything that hangs on it; `none` is one that does not exist."""

    key: str
    place_code: str
    name: str
    household: str
    resident: str
    number: int = 0
    ids: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        # What nobody has made does not exist either: a number that no row has.
        return self.__dict__.get("ids", {}).get(name, 99_999_999)

    @property
    def place_query(self) -> str:
        """The filter of a list that names this place; a prefecture's list is its own without one."""
        if self.place_code == PREFECTURE:
            return ""
        name = {2: "county", 4: "county", 6: "county", 9: "township", 12: "village"}[len(self.place_code)]
        return f"{name}={self.place_code}"


NOTHING = {"case": "RD-2026-NONE", "token": "x" * 43, "code": "0" * 20}
NOBODY = Subject("none", "431003999999", "", "M-nobody", "MR-nobody", ids=NOTHING)


STAGES = {
    12: ("village", "neighbour"),
    9: ("next_village", "township"),
    6: ("next_township", "county"),
    4: ("next_county", "next_county_village", "prefecture"),
    0: ("next_prefecture", "next_prefecture_village", "province"),
}
"""Digits of a post's place → what its own area holds more than the areas inside it: laid one after the other, a post's
world is whole before anything exists that it may not see."""


class World:
    """The subjects that exist by now."""

    def __init__(self) -> None:
        from tests.surfaces.web import screened

        load_places(places=read_places([OTHER_PREFECTURE_VILLAGE[:6]]))
        self.run = screened.publish().run
        self.made: dict[str, Subject] = {}

    def lay(self, digits: int) -> None:
        """Make what the posts of this width have and narrower ones have not."""
        from tests.surfaces.web.matrix.making import MAKERS

        for key in STAGES[digits]:
            code, name = PLACES[key]
            place = place_of(code)
            assert place is not None, code
            one = Subject(key, code, name, f"M-{key}", f"MR-{key}", place.range_low)
            for maker in MAKERS:
                maker(one, place, self.run)
            self.made[key] = one
        # One draft per place: the second household of the village looks at that of the first.
        self.made["neighbour"].ids = self.made["village"].ids | self.made["neighbour"].ids

    def seen_from(self, place_code: str) -> dict[str, Subject]:
        """Relation → subject, seen from a post's place."""
        found = [self.made.get(key, NOBODY) for key in SUBJECT_OF[len(place_code)]]
        return dict(zip(RELATIONS, [*found, NOBODY], strict=True))
