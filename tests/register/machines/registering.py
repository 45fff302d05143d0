"""A security administrator who registers systems, and keys for them."""

from base64 import b64encode
from datetime import date, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shouwang.register.machines.actions import add_key, register_machine
from shouwang.register.machines.choices import DeterminationField
from shouwang.register.machines.models import Machine
from shouwang.register.staff.actions import appoint, open_account
from shouwang.register.staff.choices import Role
from shouwang.register.staff.queries import Actor, actor_of
from tests.cast import AT, COUNTY, PASSWORD, TODAY

SINCE, UNTIL = date(2026, 1, 1), date(2027, 12, 31)
YESTERDAY, NEXT_YEAR = date.today() - timedelta(days=1), date.today() + timedelta(days=300)  # noqa: DTZ011
"""The interface compares with the real clock, so that the keys of its tests hold around today."""
ALL_FIELDS = tuple(DeterminationField.values)


def security_admin(place: str = COUNTY, username: str = "laozheng") -> Actor:
    """老郑, who registers systems for the county."""
    user = open_account(username=username, name="老郑", password=PASSWORD)
    appoint(user=user, role=Role.SECURITY_ADMIN, place_code=place, valid_from=SINCE)
    actor = actor_of(user, on=TODAY)
    assert actor is not None
    return actor


def register(admin: Actor, username: str = "yibao", **changes: Any) -> Machine:
    """A system of the medical insurance office."""
    details: dict[str, Any] = {
        "name": "医保结算系统",
        "place_code": COUNTY,
        "unit": "医保局",
        "feeds": ["medical_settlements"],
        "fields": ALL_FIELDS,
        "purpose": "医疗救助对象核对",
        "per_minute": 600,
        "per_day": 10_000,
        "on": SINCE,
        **changes,
    }
    return register_machine(username=username, actor=admin, at=AT, **details)


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half of a key as it is handed over."""
    return b64encode(key.public_key().public_bytes_raw()).decode()


def new_key(
    admin: Actor, username: str, *, valid_from: date = YESTERDAY, valid_until: date = NEXT_YEAR
) -> Ed25519PrivateKey:
    """A fresh key of a system, whose public half is registered."""
    key = Ed25519PrivateKey.generate()
    add_key(
        username=username,
        public=public_text(key),
        valid_from=valid_from,
        valid_until=valid_until,
        actor=admin,
        at=AT,
    )
    return key
