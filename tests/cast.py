"""The fixed cast (固定人物) and their village; never a superuser.

小王 collects in 金田村 of 白露塘镇 in 苏仙区, 小赵 in the next village and 小钱 in another county. 小陈 is the township's
officer, 小周 the county's, 小冯 that of the other county, 老何 the prefecture's; 小孙 brings the medical insurance's files, 小吴 audits.
小谢 is the township's second officer, 老张 the village's cadre, 老刘 leads the township's
work, 老方 and 老唐 decide for the county.
老李 is head of the village's first household, 李大娘 a member of it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from shouwang.register.households.actions import import_register
from shouwang.register.ledger.keys import open_keys
from shouwang.register.places.actions import load_places
from shouwang.register.places.reading import read_places
from shouwang.register.staff.actions import appoint, open_account
from shouwang.register.staff.choices import Role
from shouwang.register.staff.models import User
from shouwang.register.staff.queries import SYSTEM, Actor, actor_of

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
PREFECTURE = "4310"
COUNTY, OTHER_COUNTY = "431003", "431021"
TOWNSHIP = "431003101"
VILLAGE, NEXT_VILLAGE = "431003101202", "431003101203"
OTHER_COUNTY_VILLAGE = "431021102205"
PASSWORD = "a-long-word-of-the-cast"
LI_ID = "991003195503124219"
"""老李's ID number: a canary that must stand nowhere in clear."""
LI_PHONE = "15400001111"


@dataclass(frozen=True)
class Cast:
    """Everybody as an actor, and the users behind them."""

    xiaowang: Actor
    xiaozhao: Actor
    xiaoqian: Actor
    xiaochen: Actor
    xiaozhou: Actor
    xiaofeng: Actor
    laohe: Actor
    xiaosun: Actor
    xiaowu: Actor
    laozhang: Actor
    laoliu: Actor
    laofang: Actor
    laotang: Actor
    xiaoxie: Actor
    users: dict[str, User]


POSTS: dict[str, tuple[str, str, str, str]] = {
    "xiaowang": ("小王", Role.COLLECTOR, VILLAGE, ""),
    "xiaozhao": ("小赵", Role.COLLECTOR, NEXT_VILLAGE, ""),
    "xiaoqian": ("小钱", Role.COLLECTOR, OTHER_COUNTY_VILLAGE, ""),
    "xiaochen": ("小陈", Role.TOWNSHIP_OFFICER, TOWNSHIP, ""),
    "xiaozhou": ("小周", Role.COUNTY_OFFICER, COUNTY, ""),
    "xiaofeng": ("小冯", Role.COUNTY_OFFICER, OTHER_COUNTY, ""),
    "laohe": ("老何", Role.PREFECTURE_OFFICER, PREFECTURE, ""),
    "xiaosun": ("小孙", Role.LIAISON, COUNTY, "医保局"),
    "xiaowu": ("小吴", Role.AUDITOR, COUNTY, ""),
    "laozhang": ("老张", Role.VILLAGE_CADRE, VILLAGE, ""),
    "laoliu": ("老刘", Role.TOWNSHIP_LEADER, TOWNSHIP, ""),
    "laofang": ("老方", Role.COUNTY_LEADER, COUNTY, ""),
    "laotang": ("老唐", Role.COUNTY_LEADER, COUNTY, ""),
    "xiaoxie": ("小谢", Role.TOWNSHIP_OFFICER, TOWNSHIP, ""),
}


def lay_ground() -> None:
    """Places of two counties, the keys, the accounts with their posts and three small villages, once per session."""
    load_places(places=read_places([COUNTY, OTHER_COUNTY]))
    open_keys(at=AT)
    for username, (name, role, place, unit) in POSTS.items():
        user = open_account(username=username, name=name, password=PASSWORD)
        appoint(user=user, role=role, place_code=place, valid_from=date(2026, 1, 1), unit=unit)
    import_register(tables=register(), actor=SYSTEM, at=AT)


def enter() -> Cast:
    """Everybody as they stand on the day of the tests."""
    users = {user.username: user for user in User.objects.filter(username__in=POSTS)}
    return Cast(**{name: actor_of(user, on=TODAY) for name, user in users.items()}, users=users)


def register() -> dict[str, pa.Table]:
    """Three households: 老李's in the village, one in the next village, one in the other county."""
    homes = [("H1", VILLAGE), ("H2", NEXT_VILLAGE), ("H3", OTHER_COUNTY_VILLAGE)]
    people = [
        ("R1", "H1", "李大山", LI_ID, date(1955, 3, 12), "male", "head"),
        ("R2", "H1", "王桂花", "991003195811076925", date(1958, 11, 7), "female", "spouse"),
        ("R3", "H2", "赵有田", "991003196207153318", date(1962, 7, 15), "male", "head"),
        ("R4", "H3", "钱来福", "991021197002021731", date(1970, 2, 2), "male", "head"),
    ]
    columns = ("resident_id", "household_id", "name", "id_number", "birth_on", "sex", "relation")
    return {
        "households": pa.table({
            "household_id": [home for home, _ in homes],
            "place_code": [place for _, place in homes],
            "phone": [LI_PHONE, None, None],
            "kind": ["exited_poverty", "ordinary", "ordinary"],
        }),
        "residents": pa.table({name: [person[at] for person in people] for at, name in enumerate(columns)}),
        "incomes": entries(household_id=["H1"], kind=["wage"], amount=[Decimal("12000.00")], from_on=[date(2025, 1, 1)]),
        "statuses": entries(household_id=["H1"], tag=["dibao"], valid_from=[date(2025, 1, 1)]),
    }  # fmt: skip


def entries(**columns: list[Any]) -> pa.Table:
    """A table of dated entries."""
    return pa.table(columns)
