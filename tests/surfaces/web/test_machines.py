"""The page 部门系统: 老郑 registers a system, takes its public key, revokes a stolen one, and sends again what did not arrive."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from shouwang.client import key_id
from shouwang.register.machines.choices import MessageState
from shouwang.register.machines.models import Machine, Message, Subscription
from shouwang.register.staff.models import User
from tests.cast import AT, COUNTY, OTHER_COUNTY
from tests.register.machines.registering import new_key, public_text, register, security_admin

FORM = {
    "username": "yibao",
    "name": "医保结算系统",
    "unit": "医保局",
    "place_code": COUNTY,
    "per_minute": "60",
    "per_day": "5000",
    "feeds": ["medical_settlements"],
    "fields": ["outcome", "place_code"],
    "purpose": "医疗救助对象核对",
}


@pytest.fixture
def admin(cast: Any) -> Any:
    return security_admin()


@pytest.fixture
def page(admin: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="laozheng"))
    return client


def test_a_system_is_registered_and_given_a_key(page: Client) -> None:
    key = Ed25519PrivateKey.generate()

    page.post("/machines/register/", FORM)
    given = {"public": public_text(key), "valid_from": "2026-11-01", "valid_until": "2027-11-01"}
    answer = page.post("/machines/yibao/key/", given, follow=True)

    machine = Machine.objects.get()
    assert (machine.feeds, machine.fields) == (["medical_settlements"], ["outcome", "place_code"])
    assert key_id(key) in answer.content.decode()
    assert 'href="/machines/yibao/"' in page.get("/machines/").content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"place_code": OTHER_COUNTY}, "没有这个区划"),
        ({"per_day": "many"}, "次数要写整数"),
        ({"purpose": ""}, "用途"),
        ({"feeds": ["weather"]}, "不在本地的约定里"),
    ],
)
def test_a_wrong_form_is_said_and_kept(page: Client, changes: dict[str, Any], said: str) -> None:
    answer = page.post("/machines/register/", FORM | changes)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="医保结算系统"' in answer.content.decode()
    assert not Machine.objects.exists()


def test_a_stolen_key_is_revoked_with_its_reason(page: Client, admin: Any) -> None:
    register(admin)
    key = new_key(admin, "yibao")

    page.post("/machines/yibao/revoke-key/", {"key_id": key_id(key), "reason": "电脑失窃"})

    assert Machine.objects.get().keys.get().revoked_by == "laozheng"
    assert "已吊销" in page.get("/machines/yibao/").content.decode()


def test_a_revoked_key_without_a_reason_stays(page: Client, admin: Any) -> None:
    register(admin)
    key = new_key(admin, "yibao")

    answer = page.post("/machines/yibao/revoke-key/", {"key_id": key_id(key), "reason": ""})

    assert answer.status_code == 422
    assert Machine.objects.get().keys.get().revoked_at is None


def test_what_a_system_may_do_is_changed_and_it_is_shut_out(page: Client, admin: Any) -> None:
    register(admin)

    page.post("/machines/yibao/allow/", {"per_minute": "5", "per_day": "50", "purpose": ""})
    page.post("/machines/yibao/revoke/", {"reason": "系统下线"})

    machine = Machine.objects.get()
    assert (machine.fields, machine.per_day) == ([], 50)
    assert machine.revoked_by == "laozheng"
    assert "已停用" in page.get("/machines/yibao/").content.decode()


@pytest.fixture
def dead(admin: Any) -> Message:
    """A message that nobody took."""
    subscription = Subscription.objects.create(
        machine=register(admin), address="https://hooks.example.cn/", events=["delivery_processed"], made_at=AT
    )
    return Message.objects.create(
        subscription=subscription,
        key="00000000-0000-4000-8000-000000000001",
        event="delivery_processed",
        body="{}",
        state=MessageState.DEAD,
        attempts=10,
        problem="对方应答 503",
        next_at=AT,
        made_at=AT,
    )


def test_what_nobody_took_is_shown_and_sent_again(page: Client, dead: Message) -> None:
    assert "对方应答 503" in page.get("/machines/").content.decode()

    page.post(f"/machines/messages/{dead.pk}/again/")

    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == (MessageState.WAITING, 0)


def test_an_administrator_of_another_county_finds_nothing(dead: Message) -> None:
    security_admin(OTHER_COUNTY, "laoqiu")
    client = Client()
    client.force_login(User.objects.get(username="laoqiu"))

    assert "yibao" not in client.get("/machines/").content.decode()
    assert client.get("/machines/yibao/").status_code == 404
    assert client.post("/machines/yibao/revoke/", {"reason": "误操作"}).status_code == 404
    assert client.post(f"/machines/messages/{dead.pk}/again/").status_code == 404


@pytest.mark.parametrize("who", ["xiaozhou", "xiaosun", "xiaowu", "laofang"])
def test_nobody_else_opens_the_page(as_person: Any, who: str) -> None:
    assert as_person(who).get("/machines/").status_code == 403


def test_an_empty_list_says_what_to_do(page: Client) -> None:
    assert "登记第一个" in page.get("/machines/").content.decode()
