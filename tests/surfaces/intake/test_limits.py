"""How often a system may ask, and what everybody may read without asking."""

from typing import Any

import pytest
from django.test import Client

from shouwang.register.machines.models import Usage
from tests.register.machines.registering import NEXT_YEAR
from tests.surfaces.intake.speaking import API, System

pytestmark = pytest.mark.django_db


def test_a_system_that_asks_too_often_is_told_when_to_come_back(system: Any) -> None:
    busy = system("busy", per_minute=3, per_day=10)

    answers = [busy.get("/me") for _ in range(8)]

    refused = next(one for one in answers if one.status_code == 429)
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused.json()["retry_after"] == int(refused["Retry-After"])
    assert "每分钟 3 次" in refused.json()["detail"]
    assert [one.status_code for one in answers].count(200) in (3, 6)  # the minute may have ended in between


def test_the_day_has_a_limit_too(system: Any) -> None:
    busy = system("busy", per_minute=2, per_day=2)
    busy.get("/me")
    busy.get("/me")
    Usage.objects.filter(window="minute").delete()  # a minute later

    refused = busy.get("/me")

    assert refused.status_code == 429
    assert "每日 2 次" in refused.json()["detail"]


def test_one_system_does_not_use_up_the_quota_of_another(system: Any) -> None:
    busy, other = system("busy", per_minute=1, per_day=1), system("other", unit="民政局")
    busy.get("/me")

    assert (busy.get("/me").status_code, other.get("/me").status_code) == (429, 200)


def test_a_stranger_uses_up_nobodys_quota(yibao: System) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    stranger = System("yibao", Ed25519PrivateKey.generate())

    assert stranger.get("/me").status_code == 401
    assert not Usage.objects.exists()


def test_a_system_sees_what_it_is_registered_for(yibao: System) -> None:
    told = yibao.get("/me").json()

    assert (told["machine"], told["unit"], told["place_code"]) == ("yibao", "医保局", "431003")
    assert told["asked_today"] == 1
    assert told["key_until"] == NEXT_YEAR.isoformat()


def test_a_request_counts_once(yibao: System) -> None:
    """The very same signed request, caught on the way and sent again."""
    from datetime import UTC, datetime

    at = datetime.now(UTC)
    first = yibao.get("/me", at=at, nonce="nonce-of-the-first-one")
    again = yibao.get("/me", at=at, nonce="nonce-of-the-first-one")

    assert (first.status_code, again.status_code) == (200, 409)


@pytest.mark.parametrize("change", ["path", "query", "method", "body", "host"])
def test_a_signature_holds_for_one_request_alone(yibao: System, change: str) -> None:
    from datetime import UTC, datetime

    from shouwang.client import request_headers

    said = {"method": "GET", "authority": "testserver", "path": f"{API}/deliveries", "query": "limit=1", "body": b""}
    meant = {
        "path": {"path": f"{API}/me"},
        "query": {"query": "limit=200"},
        "method": {"method": "POST"},
        "body": {"body": b"x"},
        "host": {"authority": "other.example.cn"},
    }[change]
    headers = request_headers(yibao.key, at=datetime.now(UTC), **{**said, **meant})

    assert yibao.client.generic("GET", f"{API}/deliveries?limit=1", b"", headers=headers).status_code == 401


def test_the_description_is_open_and_has_nothing_from_elsewhere(db: None) -> None:
    described, page = Client().get(f"{API}/openapi.json"), Client().get(f"{API}/")

    assert described.json()["openapi"] == "3.1.0"
    assert page.status_code == 200
    text = page.content.decode()
    assert "怎样签名" in text
    assert "<script" not in text
    assert "http://" not in text.replace("https://", "")
    assert "https://" not in text.replace("https 地址", "")
    assert "script-src 'self'" in page["Content-Security-Policy"]


def test_every_operation_stands_on_the_page(db: None) -> None:
    described, text = Client().get(f"{API}/openapi.json").json(), Client().get(f"{API}/").content.decode()

    for path, operations in described["paths"].items():
        for one in operations.values():
            assert path in text
            assert one["summary"] in text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("PATCH", "/deliveries", 405), ("GET", "/deliveries/x", 404), ("DELETE", "/keys", 405)],
)
def test_a_wrong_address_is_answered_like_every_problem(db: None, method: str, path: str, status: int) -> None:
    answer = Client().generic(method, API + path)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["next"]


def test_no_cookie_of_a_browser_speaks_for_a_machine(cast: Any) -> None:
    client = Client()
    client.force_login(cast.users["xiaozhou"])

    assert client.get(f"{API}/deliveries").status_code == 401


def test_what_fails_is_told_without_details(yibao: System, monkeypatch: Any, caplog: Any) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("991003195503124219")

    monkeypatch.setattr("shouwang.surfaces.intake.deliveries.deliveries", broken)

    answer = yibao.get("/deliveries")

    assert answer.status_code == 500
    assert "991003195503124219" not in answer.content.decode()
    assert answer.json()["detail"] == "系统出了问题，已经记录。"
