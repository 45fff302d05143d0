"""Registering machines (登记部门系统): by the security administrator; the department's private key never comes here."""

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.db import IntegrityError, transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.signing import key_id
from shouwang.register.ledger.actions import note
from shouwang.register.machines.choices import DeterminationField
from shouwang.register.machines.models import Machine, PublicKey
from shouwang.register.machines.queries import machine_within
from shouwang.register.places.queries import place_of
from shouwang.register.staff.actions import appoint, open_machine_account
from shouwang.register.staff.choices import Permission, Role
from shouwang.register.staff.queries import Actor
from shouwang.register.staff.rights import may

LONGEST_KEY_PERIOD = timedelta(days=731)


class MachineRefused(Refusal):
    """A machine or key cannot be registered or changed so (不能这样登记)."""


@transaction.atomic
def register_machine(
    *,
    username: str,
    name: str,
    place_code: str,
    unit: str,
    feeds: Sequence[str],
    fields: Sequence[str],
    purpose: str,
    per_minute: int,
    per_day: int,
    on: date,
    actor: Actor,
    at: datetime,
) -> Machine:
    """Register a department's system (登记部门系统): its account, its post, what it may send and pull, how often.

    `feeds` were checked by the caller against the contracts of this server. Raises NotAllowed, MachineRefused.
    """
    actor.require(Permission.MANAGE_MACHINES)
    place = place_of(place_code)
    if place is None or not may(actor, Permission.MANAGE_MACHINES, place):
        raise MachineRefused("您的辖区里没有这个区划，请核对区划代码。")
    if not unit.strip():
        raise MachineRefused("请写明这个系统是哪个单位的。")
    purpose = _purpose(purpose, fields)
    user = open_machine_account(username=username, name=name, actor=actor)
    appoint(user=user, role=Role.MACHINE, place_code=place_code, valid_from=on, unit=unit.strip())
    machine = Machine.objects.create(
        user=user,
        purpose=purpose,
        feeds=sorted(set(feeds)),
        fields=sorted(set(fields)),
        registered_at=at,
        registered_by=actor.username,
        **_quota(per_minute, per_day),
    )
    details = {"unit": unit.strip(), "place": place_code, "feeds": machine.feeds, "fields": machine.fields}
    note(act="register_machine", subject=f"machine:{username}", actor=actor, at=at, details=details)
    return machine


@transaction.atomic
def change_machine(
    *,
    username: str,
    feeds: Sequence[str],
    fields: Sequence[str],
    purpose: str,
    per_minute: int,
    per_day: int,
    actor: Actor,
    at: datetime,
) -> Machine:
    """Change what a machine may send and pull and how often (变更); holds from its next request on."""
    machine = _mine(actor, username)
    machine.feeds, machine.fields, machine.purpose = sorted(set(feeds)), sorted(set(fields)), _purpose(purpose, fields)
    for name, number in _quota(per_minute, per_day).items():
        setattr(machine, name, number)
    machine.save(update_fields=["feeds", "fields", "purpose", "per_minute", "per_day"])
    details = {"feeds": machine.feeds, "fields": machine.fields, "per_minute": per_minute, "per_day": per_day}
    note(act="change_machine", subject=f"machine:{username}", actor=actor, at=at, details=details)
    return machine


@transaction.atomic
def add_key(
    *, username: str, public: str, valid_from: date, valid_until: date, actor: Actor, at: datetime
) -> PublicKey:
    """Register the public half of a machine's key (登记公钥), as PEM or base64; the old one stays good beside it."""
    machine = _mine(actor, username)
    raw = raw_key(public)
    if not valid_from < valid_until <= valid_from + LONGEST_KEY_PERIOD:
        raise MachineRefused("失效日期要晚于启用日期，且不超过两年。")
    try:
        with transaction.atomic():
            key = PublicKey.objects.create(
                machine=machine,
                key_id=key_id(raw),
                public=b64encode(raw).decode(),
                valid_from=valid_from,
                valid_until=valid_until,
                added_at=at,
                added_by=actor.username,
            )
    except IntegrityError:
        raise MachineRefused("这把公钥登记过了。", "每个系统用自己的密钥；吊销过的不能再用，请部门重新生成。") from None
    details = {"key_id": key.key_id, "from": valid_from.isoformat(), "until": valid_until.isoformat()}
    note(act="add_machine_key", subject=f"machine:{username}", actor=actor, at=at, details=details)
    return key


@transaction.atomic
def revoke_key(*, username: str, key_id: str, reason: str, actor: Actor, at: datetime) -> PublicKey:
    """Revoke a key that was lost or stolen (吊销公钥): nothing signed with it is taken from this moment on."""
    machine = _mine(actor, username)
    key = PublicKey.objects.select_for_update().filter(machine=machine, key_id=key_id, revoked_at=None).first()
    if key is None:
        raise MachineRefused("没有这把在用的公钥。")
    key.revoked_at, key.revoked_by = at, actor.username
    key.save(update_fields=["revoked_at", "revoked_by"])
    details = {"key_id": key_id}
    note(
        act="revoke_machine_key",
        subject=f"machine:{username}",
        reason=_reason(reason),
        actor=actor,
        at=at,
        details=details,
    )
    return key


@transaction.atomic
def revoke_machine(*, username: str, reason: str, actor: Actor, at: datetime) -> Machine:
    """Shut a machine out for good (停用部门系统), with all its keys; what it sent stays."""
    machine = _mine(actor, username)
    machine.revoked_at, machine.revoked_by = at, actor.username
    machine.save(update_fields=["revoked_at", "revoked_by"])
    machine.keys.filter(revoked_at=None).update(revoked_at=at, revoked_by=actor.username)
    machine.subscriptions.filter(ended_at=None).update(ended_at=at)
    note(act="revoke_machine", subject=f"machine:{username}", reason=_reason(reason), actor=actor, at=at)
    return machine


def raw_key(public: str) -> bytes:
    """The thirty-two bytes of an Ed25519 public key, from PEM or base64. Raises MachineRefused."""
    text = public.strip()
    try:
        if text.startswith("-----BEGIN PUBLIC KEY-----"):
            found = load_pem_public_key(text.encode())
            if isinstance(found, Ed25519PublicKey):
                return found.public_bytes_raw()
        raw = b64decode(text, validate=True)
        if len(raw) == 32:
            return raw
    except (Error, ValueError, UnsupportedAlgorithm):
        pass
    raise MachineRefused("这不是 Ed25519 公钥。", "请部门用 openssl 生成后发来公钥（PUBLIC KEY），不要发私钥。")


def _mine(actor: Actor, username: str) -> Machine:
    actor.require(Permission.MANAGE_MACHINES)
    found = machine_within(actor, username)
    if found is None or found.revoked_at is not None:
        raise MachineRefused("您的辖区里没有这个在用的部门系统。")
    return found


def _purpose(purpose: str, fields: Sequence[str]) -> str:
    if set(fields) - set(DeterminationField.values):
        raise MachineRefused("有一个字段不在可取的范围里。")
    if fields and len(purpose.strip()) < 4:
        raise MachineRefused("要取认定结果的系统必须写明用途。")
    return purpose.strip()[:100]


def _quota(per_minute: int, per_day: int) -> dict[str, int]:
    if not 0 < per_minute <= per_day:
        raise MachineRefused("次数要大于零，每日次数不少于每分钟次数。")
    return {"per_minute": per_minute, "per_day": per_day}


def _reason(reason: str) -> str:
    if len(reason.strip()) < 2:
        raise MachineRefused("请写明理由。")
    return reason.strip()[:200]
