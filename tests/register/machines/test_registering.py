"""老郑, the security administrator, registers systems and the public halves of their keys; nobody else does."""

from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.contrib.auth import authenticate

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.models import Entry
from shouwang.register.machines.actions import add_key, change_machine, revoke_key, revoke_machine
from shouwang.register.machines.models import Machine, PublicKey
from shouwang.register.machines.queries import known_machine, machines_within
from shouwang.register.staff.actions import AccountRefused, grant_post, renew_secret
from shouwang.register.staff.choices import Role
from shouwang.register.staff.models import User
from shouwang.register.staff.queries import NotAllowed
from tests.cast import AT, COUNTY, OTHER_COUNTY, TODAY, TOWNSHIP, Cast
from tests.register.machines.registering import SINCE, UNTIL, new_key, public_text, register, security_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cast: Cast) -> Any:
    return security_admin()


def test_a_system_is_an_account_with_a_post_and_no_password(admin: Any) -> None:
    machine = register(admin)

    known = known_machine(machine, on=TODAY)
    assert known is not None
    assert (known.actor.role, known.actor.unit, known.actor.place_code) == (Role.MACHINE, "医保局", COUNTY)
    assert not machine.user.has_usable_password()
    assert authenticate(username="yibao", password="") is None
    assert Entry.objects.filter(act="register_machine", subject="machine:yibao", actor="laozheng").count() == 1


@pytest.mark.parametrize("who", ["xiaozhou", "xiaosun", "xiaowu", "laofang"])
def test_nobody_else_registers_systems(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        register(getattr(cast, who))
    assert not machines_within(getattr(cast, who)).exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"place_code": OTHER_COUNTY}, "没有这个区划"),
        ({"place_code": "4310"}, "没有这个区划"),
        ({"unit": " "}, "哪个单位"),
        ({"purpose": ""}, "用途"),
        ({"fields": ["id_number"]}, "不在可取的范围"),
        ({"per_minute": 0}, "大于零"),
        ({"per_minute": 10, "per_day": 9}, "不少于"),
        ({"username": "Ab"}, "小写字母"),
        ({"username": "xiaosun"}, "已经有人用了"),
    ],
)
def test_what_does_not_fit_is_refused(admin: Any, changes: dict[str, Any], said: str) -> None:
    username = changes.pop("username", "yibao")

    with pytest.raises(Refusal, match=said):
        register(admin, username, **changes)
    assert not Machine.objects.exists()


def test_a_system_never_gets_a_password_or_a_persons_post(admin: Any, cast: Cast) -> None:
    machine = register(admin)
    from tests.register.staff.test_posts import officer  # the county's system administrator, as those tests have one

    with pytest.raises(AccountRefused, match="没有口令"):
        renew_secret(user=machine.user, actor=officer(Role.SYSTEM_ADMIN, COUNTY), at=AT)
    with pytest.raises(Refusal, match="不能既是"):
        grant_post(user=machine.user, role=Role.COLLECTOR, place_code=TOWNSHIP, valid_from=TODAY, unit="", actor=admin)


def test_a_person_never_gets_the_post_of_a_system(admin: Any) -> None:
    with pytest.raises(Refusal, match="选择一个岗位"):
        grant_post(
            user=User.objects.get(username="xiaosun"),
            role=Role.MACHINE,
            place_code=COUNTY,
            valid_from=TODAY,
            unit="医保局",
            actor=admin,
        )


def test_a_key_is_taken_as_pem_or_base64_and_named_by_its_fingerprint(admin: Any) -> None:
    from shouwang.client import key_id

    register(admin)
    key = Ed25519PrivateKey.generate()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    made = add_key(username="yibao", public=pem, valid_from=SINCE, valid_until=UNTIL, actor=admin, at=AT)

    assert made.key_id == key_id(key)
    assert made.public == public_text(key)
    with pytest.raises(Refusal, match="登记过了"):
        add_key(username="yibao", public=public_text(key), valid_from=SINCE, valid_until=UNTIL, actor=admin, at=AT)


def private_pem() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def other_kind() -> str:
    key = generate_private_key(SECP256R1()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize("public", ["", "x" * 44, "AAAA", private_pem(), other_kind(), "-----BEGIN PUBLIC KEY-----\nx"])
def test_what_is_no_public_key_is_refused_and_a_private_one_is_not_kept(admin: Any, public: str) -> None:
    register(admin)

    with pytest.raises(Refusal, match="不是 Ed25519 公钥"):
        add_key(username="yibao", public=public, valid_from=SINCE, valid_until=UNTIL, actor=admin, at=AT)
    assert not PublicKey.objects.exists()


def test_a_key_holds_two_years_at_the_most(admin: Any) -> None:
    register(admin)

    with pytest.raises(Refusal, match="不超过两年"):
        new_key(admin, "yibao", valid_from=SINCE, valid_until=date(2029, 1, 1))


def test_a_revoked_key_says_by_whom_and_why(admin: Any) -> None:
    from shouwang.client import key_id

    register(admin)
    key = new_key(admin, "yibao")

    revoke_key(username="yibao", key_id=key_id(key), reason="电脑失窃", actor=admin, at=AT)

    entry = Entry.objects.get(act="revoke_machine_key")
    assert (entry.reason, entry.details) == ("电脑失窃", {"key_id": key_id(key)})
    with pytest.raises(Refusal, match="没有这把在用的公钥"):
        revoke_key(username="yibao", key_id=key_id(key), reason="再一次", actor=admin, at=AT)


def test_a_revoked_system_has_no_keys_left_and_cannot_be_changed(admin: Any) -> None:
    machine = register(admin)
    new_key(admin, "yibao")

    revoke_machine(username="yibao", reason="系统下线", actor=admin, at=AT)

    machine.refresh_from_db()
    assert known_machine(machine, on=TODAY) is None
    assert not machine.keys.filter(revoked_at=None).exists()
    with pytest.raises(Refusal, match="没有这个在用的"):
        new_key(admin, "yibao")


def test_an_administrator_of_another_county_does_not_touch_ours(admin: Any) -> None:
    register(admin)
    there = security_admin(OTHER_COUNTY, "laoqiu")

    assert not machines_within(there).exists()
    with pytest.raises(Refusal, match="没有这个在用的"):
        revoke_machine(username="yibao", reason="误操作", actor=there, at=AT)


def test_what_a_system_may_do_is_changed_on_record(admin: Any) -> None:
    register(admin)

    machine = change_machine(
        username="yibao",
        feeds=[],
        fields=["outcome"],
        purpose="只核对结果",
        per_minute=1,
        per_day=2,
        actor=admin,
        at=AT,
    )

    assert (machine.feeds, machine.fields, machine.per_day) == ([], ["outcome"], 2)
    assert Entry.objects.filter(act="change_machine").count() == 1


def test_a_suspended_account_is_no_known_system(admin: Any) -> None:
    machine = register(admin)
    machine.user.is_active = False
    machine.user.save()

    assert known_machine(Machine.objects.get(), on=TODAY) is None
