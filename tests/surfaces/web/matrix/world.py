"""The world of the access matrix (权限矩阵的世界): a household with all that hangs on it, at every place around four posts.

A household may be registered with a village, and also with a township, a county or a prefecture directly (a relocation
site, a collective registration): its place number is then the place's own. So every post, from a village's to the
prefecture's, has a subject in its own place, one beside, one above and one below.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from shouwang.register.ledger.keys import keyring
from shouwang.register.places.actions import load_places
from shouwang.register.places.queries import Place, place_of
from shouwang.register.places.reading import read_places
from shouwang.register.staff.choices import Role
from shouwang.register.staff.queries import SYSTEM
from tests.cast import (
    AT,
    COUNTY,
    NEXT_VILLAGE,
    OTHER_COUNTY,
    OTHER_COUNTY_VILLAGE,
    PREFECTURE,
    TODAY,
    TOWNSHIP,
    VILLAGE,
)

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


NOBODY = Subject("none", "431003999999", "", "M-nobody", "MR-nobody", ids={"case": "RD-2026-NONE", "token": "x" * 43})


def build() -> dict[str, Subject]:
    """Make all subjects; gives them back by their key."""
    load_places(places=read_places([OTHER_PREFECTURE_VILLAGE[:6]]))
    made = {}
    run = _run()
    for key, (code, name) in PLACES.items():
        place = place_of(code)
        assert place is not None, code
        one = Subject(key, code, name, f"M-{key}", f"MR-{key}", place.range_low)
        for maker in MAKERS:
            maker(one, place, run)
        made[key] = one
    # One draft per place: the second household of the village looks at that of the first.
    made["neighbour"].ids = made["village"].ids | made["neighbour"].ids
    return made


def subjects_of(made: dict[str, Subject], place_code: str) -> dict[str, Subject]:
    """Relation → subject, seen from a post's place."""
    found = [made[key] for key in SUBJECT_OF[len(place_code)]]
    return dict(zip(RELATIONS, [*found, NOBODY], strict=True))


def _run() -> Any:
    from tests.surfaces.web import screened

    return screened.publish().run


def _household(one: Subject, place: Place, run: Any) -> None:
    from shouwang.register.households.models import Household, IncomeEntry, Resident

    Household.objects.create(
        household_id=one.household, place=place, place_number=one.number, head_name=one.name, head_pinyin=one.key,
        members=1, kind="ordinary",
    )  # fmt: skip
    Resident.objects.create(
        resident_id=one.resident, household_id=one.household, name=one.name, relation="head", birth_on=date(1960, 1, 1),
        sex="male",
    )  # fmt: skip
    IncomeEntry.objects.create(
        household_id=one.household, kind="wage", amount=8000, from_on=date(2025, 1, 1), until_on=date(2026, 1, 1)
    )


def _findings(one: Subject, place: Place, run: Any) -> None:
    from shouwang.stream.screening.models import Doubt, Gap
    from tests.surfaces.web.screened import warning

    placed = {"household_id": one.household, "place_number": one.number, "run": run}
    Gap.objects.create(rules=[{"rule": "loan_overdue", "missing": ["loans"]}], **placed)
    Doubt.objects.create(check_name="head_missing", values={}, message=f"{one.name}户没有户主", **placed)
    issued = warning(run, one.household, "0", "red")
    type(issued).objects.filter(pk=issued.pk).update(place_number=one.number)
    one.ids["warning"] = issued.pk


def _delivery(one: Subject, place: Place, run: Any) -> None:
    from shouwang.stream.feeds.models import Delivery
    from shouwang.stream.linkage.actions.review_rows import PLACE
    from shouwang.stream.linkage.models import LinkReview

    sent = Delivery.objects.create(
        feed="medical_settlements", feed_title="医保结算", unit=UNIT, range_low=place.range_low,
        range_high=place.range_high, file_name=f"{one.key}.csv", size=1, sha256="0" * 64, claim=f"matrix:{one.key}",
        status="accepted", received_at=AT, received_by="system", accepted_at=AT, original_path="none", batch_path="none",
    )  # fmt: skip
    key = f"{sent.pk}-7"
    identity = {"name": one.name, "id_number": None, "birth_on": "1960-01-01", "sex": "male", "place_name": None}
    evidence = {"id": "same", "phone": "unknown", "name": "other"}
    LinkReview.objects.create(
        key=key, delivery=sent, row_no=7, feed=sent.feed, place_number=one.number, score=0.87, reason="姓名对不上",
        identity_cipher=keyring().encrypt(PLACE, key, json.dumps(identity)),
        candidates=[
            {"resident_id": one.resident, "household_id": one.household, "score": 0.87, "evidence": evidence}
        ],
    )  # fmt: skip
    one.ids |= {"delivery": sent.pk, "review": key}


def _trial(one: Subject, place: Place, run: Any) -> None:
    from shouwang.stream.rules.models import Amendment
    from shouwang.stream.screening.models import Trial

    bounds = {"range_low": place.range_low, "range_high": place.range_high}
    if one.key == "neighbour":  # one amendment per place
        return
    drafted = Amendment.objects.create(
        pack="hunan/chenzhou", kind="parameter", name="monitoring_line", title="监测收入线", place_code=one.place_code,
        place_name=place.full_name, content={"value": 7000}, replaces={}, valid_from=date(2027, 1, 1), basis="某号文件",
        reason="物价上涨", drafted_by="somebody", drafted_at=AT, **bounds,
    )  # fmt: skip
    tried = Trial.objects.create(
        amendment=drafted, version=1, kind="trial", run=run, asked_by="somebody", asked_at=AT, **bounds
    )
    one.ids |= {"amendment": drafted.pk, "trial": tried.pk}


def _case(one: Subject, place: Place, run: Any) -> None:
    from shouwang.register.procedure.models import Enquiry
    from shouwang.stream.determination.actions import open_case

    opened = open_case(household_id=one.household, actor=SYSTEM, at=AT)
    asked = Enquiry.objects.create(
        case=opened, unit=UNIT, kind="comparison", asked_by="system", asked_at=AT, place_number=one.number
    )
    one.ids |= {"case": opened.number, "enquiry": asked.pk}


def _posting(one: Subject, place: Place, run: Any) -> None:
    """A notice at the place; an action would post it in a village only, the page must know none of the others either."""
    from shouwang.register.papers.models import Posting
    from tests.register.papers.notices import LINE

    content = [{"name": f"{one.name[0]}*{one.name[2]}", "group": "3组", "category": "边缘易致贫户", "help": "产业帮扶"}]
    made = Posting.objects.create(
        kind="determination", place_number=one.number, place_name=place.full_name, rows=content,
        content_hash=sha256(one.key.encode()).hexdigest(), phone=LINE, least_days=5, posted_on=TODAY, from_on=TODAY,
        until_on=TODAY + timedelta(days=5), token=sha256(one.key.encode()).hexdigest()[:43], posted_by="system",
        posted_name="系统任务", posted_at=AT,
    )  # fmt: skip
    one.ids["posting"] = made.pk


def _person(one: Subject, place: Place, run: Any) -> None:
    from shouwang.register.staff.models import Post, User

    person = User.objects.create(username=f"p{one.key.replace('_', '')}", name="某某", password="!")
    post = Post.objects.create(user=person, role=Role.HELPER, place=place, valid_from=date(2026, 1, 1))
    one.ids |= {"account": person.username, "post": post.pk}


def _plan(one: Subject, place: Place, run: Any) -> None:
    from shouwang.stream.assistance.actions import Chosen, draft_plan, plan_measure
    from tests.stream.assistance.telling import monitor

    monitor(one.household)
    given = {"goals": "好起来", "contact_name": "老张", "contact_phone": "15400002222", "green_channel": True}
    plan = draft_plan(household_id=one.household, actor=SYSTEM, at=AT, **given)
    chosen = Chosen(tool="medical_aid", ground="verified")
    one.ids |= {"plan": plan.pk, "measure": plan_measure(plan_id=plan.pk, chosen=chosen, actor=SYSTEM, at=AT).pk}


def _sent_in(one: Subject, place: Place, run: Any) -> None:
    """An application through the portal whose holder was met, and a request to correct."""
    from shouwang.stream.self_service.models import Application, CorrectionRequest
    from shouwang.stream.self_service.queries.corrections import WORDS
    from tests.stream.clues.telling import say

    clue = say(SYSTEM, place_number=int(VILLAGE), name=one.name)
    type(clue).objects.filter(pk=clue.pk).update(place_number=one.number, household_id=one.household)
    digest = sha256(one.key.encode()).hexdigest()
    applied = Application.objects.create(
        clue=clue, place_number=one.number, code_lookup=digest, code_cipher="-", row_key=digest[:32],
        tail_lookup=digest, on_behalf=False, pledge_hash=digest, applied_at=AT,
    )  # fmt: skip
    asked = CorrectionRequest.objects.create(
        application=applied, household_id=one.household, place_number=one.number, about="members",
        row_key=digest[:32], words_cipher=keyring().encrypt(WORDS, digest[:32], f"{one.name}家的人口错了"),
        asked_at=AT, due_on=TODAY,
    )  # fmt: skip
    one.ids |= {"application": applied.pk, "correction": asked.pk}


def _field_entry(one: Subject, place: Place, run: Any) -> None:
    """A form from a phone about the household that waits for somebody's decision."""
    from uuid import uuid4

    from shouwang.stream.fieldwork.models import Entry, Phone

    phone = Phone.objects.create(
        pk=uuid4(), username="nobody", title="手机", place_number=one.number, token_hash=uuid4().hex, registered_at=AT
    )
    made = Entry.objects.create(
        pk=uuid4(), phone=phone, sequence=1, sha256="0" * 64, path="none", size=1, place_number=one.number, arrived_at=AT,
        form="clue_check", household_id=one.household, state="review", cause="unreadable",
    )  # fmt: skip
    one.ids["field_entry"] = made.pk


MAKERS: list[Callable[[Subject, Place, Any], None]] = [
    _household,
    _findings,
    _delivery,
    _trial,
    _case,
    _posting,
    _person,
    _plan,
    _sent_in,
    _field_entry,
]
"""What is made for each subject; a new kind of thing with an address of its own gets a maker here."""
