"""The demo's people (演示人员): one account for every kind of post; their common password is made anew per installation."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from shouwang.register.ledger.actions import note
from shouwang.register.places.queries import place_of
from shouwang.register.staff.actions import appoint, open_account
from shouwang.register.staff.choices import Role
from shouwang.register.staff.queries import SYSTEM, names_of

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Person:
    """One account of the demo: where the post is says how many digits of the village code it covers."""

    username: str
    name: str
    role: str
    digits: int
    unit: str = ""


CAST = (
    Person("xiaowang", "小王", Role.COLLECTOR, 12),
    Person("laozhang", "老张", Role.VILLAGE_CADRE, 12),
    Person("xiaochen", "小陈", Role.TOWNSHIP_OFFICER, 9),
    Person("xiaoxie", "小谢", Role.TOWNSHIP_OFFICER, 9),
    Person("laoliu", "老刘", Role.TOWNSHIP_LEADER, 9),
    Person("xiaozhou", "小周", Role.COUNTY_OFFICER, 6),
    Person("laofang", "老方", Role.COUNTY_LEADER, 6),
    Person("laotang", "老唐", Role.COUNTY_LEADER, 6),
    Person("xiaosun", "小孙", Role.LIAISON, 4, "医保局"),
    Person("laohe", "老何", Role.PREFECTURE_OFFICER, 4),
    Person("xiaowu", "小吴", Role.AUDITOR, 4),
    Person("xiaolin", "小林", Role.HELPER, 12),
    Person("laozheng", "老郑", Role.SYSTEM_ADMIN, 6),
    Person("laoshen", "老沈", Role.SECURITY_ADMIN, 6),
    Person("laomeng", "老孟", Role.AUDIT_ADMIN, 6),
)


@transaction.atomic
def open_cast(*, village_code: str, password: str, at: datetime) -> list[dict[str, str]]:
    """Open the accounts around one village; what exists stays. Gives back account, name, role and place of each."""
    shown, known = [], names_of(person.username for person in CAST)
    hashed = make_password(password) if len(known) < len(CAST) else ""
    for person in CAST:
        user = open_account(username=person.username, name=person.name, password=password, hashed=hashed)
        code = village_code[: person.digits]
        post = appoint(user=user, role=person.role, place_code=code, valid_from=at.date(), unit=person.unit)
        place = place_of(code)
        where = place.full_name if place else code
        shown.append({"account": person.username, "name": person.name, "role": post.get_role_display(), "place": where})
    note(act="open_demo_accounts", subject="staff", actor=SYSTEM, at=at, details={"accounts": len(shown)})
    return shown


def kept_password(home: Path) -> str:
    """The demo's password, made at the first start and readable by the owner alone."""
    path = home / "keys" / "demo.password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        word = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(word)
    return path.read_text()
