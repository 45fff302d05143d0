"""小孙's medical insurance office sends files by machine: a receipt at once, one effect, nothing forged or replayed."""

import json
from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from shouwang.register.ledger.models import Entry
from shouwang.register.ledger.sealed_files import open_sealed
from shouwang.register.machines.actions import revoke_key, revoke_machine
from shouwang.register.staff.queries import actor_named
from shouwang.stream.feeds.models import Delivery, Manifest
from tests.cast import AT, LI_ID, TODAY
from tests.register.machines.registering import new_key
from tests.stream.files import BROKEN, LI, WANG, settlements
from tests.surfaces.intake.speaking import API, System, accepted, genuine, nonce, now

pytestmark = pytest.mark.django_db
FILE = settlements(LI, WANG)


def keys(system: System) -> Any:
    return system.client.get(f"{API}/keys").json()["keys"]


def problem(response: Any) -> dict[str, Any]:
    assert response["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == response.status_code
    assert told["detail"].endswith("。")
    return told


def test_a_file_is_taken_in_and_gets_a_receipt_that_is_verified_offline(yibao: System) -> None:
    answer = yibao.push(FILE)

    told = answer.json()
    assert answer.status_code == 202
    assert genuine(told, "receipt", keys(yibao))
    said = json.loads(told["receipt"])
    delivery = Delivery.objects.get()
    assert (said["delivery"], said["sha256"], said["rows"]) == (delivery.pk, delivery.sha256, 2)
    assert answer["Location"] == told["status"] == f"{API}/deliveries/{delivery.pk}"
    assert (delivery.unit, delivery.received_by) == ("医保局", "yibao")
    assert ProcrastinateJob.objects.filter(task_name="accept_delivery").count() == 1
    assert Entry.objects.filter(act="receive_delivery", actor="yibao", role="machine").count() == 1


def test_a_changed_receipt_is_not_genuine(yibao: System) -> None:
    told = yibao.push(FILE).json()
    told["receipt"] = told["receipt"].replace('"rows": 2', '"rows": 3')

    assert not genuine(told, "receipt", keys(yibao))


def test_the_file_is_kept_encrypted_and_whole(yibao: System) -> None:
    from django.conf import settings

    yibao.push(FILE)

    delivery = Delivery.objects.get()
    assert LI_ID.encode() not in (settings.STORE / delivery.original_path).read_bytes()
    assert open_sealed("originals", delivery.sha256, delivery.original_path) == FILE


def test_the_signed_manifest_is_kept_word_for_word(yibao: System) -> None:
    headers = yibao.signed(FILE, period_from="2026-05-01", period_until="2026-07-01")

    yibao.push(FILE, headers=headers)

    kept = Manifest.objects.get()
    assert kept.text == b64decode(headers["Shouwang-Manifest"]).decode()
    assert (kept.signature, kept.sent_by, kept.rows) == (headers["Shouwang-Signature"], "小孙", 2)
    assert str(kept.period_until) == "2026-07-01"


def test_the_status_follows_the_file_from_the_door_to_the_batch(yibao: System) -> None:
    told = yibao.push(settlements(LI, WANG, BROKEN)).json()
    path = f"/deliveries/{told['delivery']}"
    assert yibao.get(path).json()["stage"] == "received"

    accepted(told["delivery"], actor_named("yibao", on=TODAY))

    status = yibao.get(path).json()
    assert status["stage"] == "linked"
    assert (status["rows_in"], status["rows_good"], status["rows_bad"]) == (3, 2, 1)
    assert genuine(status["account"], "account", keys(yibao))
    assert json.loads(status["account"]["account"])["rows_good"] == 2


def test_a_screening_that_used_the_file_makes_it_published(yibao: System) -> None:
    from shouwang.stream.screening.models import Run

    told = yibao.push(FILE).json()
    accepted(told["delivery"], actor_named("yibao", on=TODAY))
    Run.objects.create(
        pack="hunan/chenzhou",
        pack_version="1",
        as_of=TODAY,
        range_low=0,
        range_high=10**12,
        status="published",
        inputs=[{"table": "medical_settlements", "deliveries": [told["delivery"]]}],
        started_at=AT,
        started_by="system",
        finished_at=AT,
    )

    status = yibao.get(f"/deliveries/{told['delivery']}").json()

    assert status["stage"] == "published"
    assert status["published_at"]


def test_the_same_push_twice_gets_the_same_receipt_and_has_one_effect(yibao: System) -> None:
    headers = yibao.signed(FILE)

    first, again = yibao.push(FILE, headers=headers), yibao.push(FILE, headers=headers)

    assert again.status_code == 202
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert Delivery.objects.count() == Manifest.objects.count() == 1


def test_a_push_signed_anew_under_the_same_key_gets_the_same_receipt(yibao: System) -> None:
    first = yibao.push(FILE, key="settlements-2026-05")
    again = yibao.push(FILE, key="settlements-2026-05")

    assert again.content == first.content
    assert Manifest.objects.count() == 1


def test_a_key_that_stood_for_another_file_is_refused(yibao: System) -> None:
    yibao.push(FILE, key="settlements-2026-05")

    answer = yibao.push(settlements(LI), key="settlements-2026-05")

    assert answer.status_code == 409
    assert "另一个请求" in problem(answer)["detail"]
    assert Delivery.objects.count() == 1


def test_the_same_file_in_another_push_is_no_second_delivery(yibao: System) -> None:
    first = yibao.push(FILE).json()
    again = yibao.push(FILE).json()

    assert (again["delivery"], again["duplicate"], first["duplicate"]) == (first["delivery"], True, False)
    assert Delivery.objects.count() == 1


def test_a_signature_that_was_used_cannot_be_sent_under_another_key(yibao: System) -> None:
    headers = yibao.signed(FILE)
    yibao.push(FILE, headers=headers)

    answer = yibao.push(FILE, headers=headers, key="another-key-of-a-thief")

    assert answer.status_code == 409
    assert "已经用过" in problem(answer)["detail"]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_an_hour_off_is_told_the_time(yibao: System, hours: int) -> None:
    answer = yibao.push(FILE, at=now() + timedelta(hours=hours))

    told = problem(answer)
    assert answer.status_code == 401
    assert "时间" in told["detail"]
    assert "服务器时间是" in told["next"]
    assert not Delivery.objects.exists()


def test_a_clock_a_few_minutes_off_does_no_harm(yibao: System) -> None:
    assert yibao.push(FILE, at=now() - timedelta(minutes=4)).status_code == 202


def test_a_stolen_key_is_revoked_and_good_for_nothing_from_then_on(yibao: System, admin: Any) -> None:
    from shouwang.client import key_id

    thief = System("yibao", yibao.key)
    yibao.push(FILE)

    revoke_key(username="yibao", key_id=key_id(yibao.key), reason="电脑失窃", actor=admin, at=AT)
    yibao.key = new_key(admin, "yibao")

    assert thief.push(settlements(LI)).status_code == 401
    assert thief.get("/deliveries").status_code == 401
    assert yibao.push(settlements(WANG)).status_code == 202


def test_a_revoked_system_is_shut_out(yibao: System, admin: Any) -> None:
    revoke_machine(username="yibao", reason="系统下线", actor=admin, at=AT)

    assert yibao.push(FILE).status_code == 401


def test_a_key_holds_between_its_days_only(yibao: System, admin: Any) -> None:
    yesterday = now().date() - timedelta(days=1)
    old = System("yibao", new_key(admin, "yibao", valid_from=yesterday - timedelta(days=9), valid_until=yesterday))
    coming = System(
        "yibao",
        new_key(admin, "yibao", valid_from=yesterday + timedelta(days=9), valid_until=yesterday + timedelta(days=99)),
    )

    assert [one.push(FILE).status_code for one in (old, coming)] == [401, 401]


def test_a_system_cannot_speak_for_another(yibao: System, system: Any) -> None:
    minzheng = system("minzheng", unit="民政局", feeds=["social_assistance"], name="救助系统")
    minzheng.name = "yibao"

    answer = minzheng.push(FILE)

    assert answer.status_code == 401
    assert not Delivery.objects.exists()


def test_a_feed_outside_the_registration_is_refused(yibao: System) -> None:
    answer = yibao.push(FILE, feed="deaths")

    assert answer.status_code == 403
    assert "没有报送这种数据的授权" in problem(answer)["detail"]


def test_a_feed_of_another_unit_is_refused_even_when_it_was_registered_by_mistake(system: Any) -> None:
    other = system("minzheng", unit="民政局", feeds=["medical_settlements"], name="救助系统")

    assert other.push(FILE).status_code == 403


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sha256": "0" * 64}, "sha256 不符"),
        ({"sha256": "none"}, "sha256"),
        ({"rows": -1}, "rows"),
        ({"rows": "100"}, "rows"),
        ({"rows": True}, "rows"),
        ({"file_name": "../../etc/passwd.csv"}, "file_name"),
        ({"file_name": "C:\\x.csv"}, "file_name"),
        ({"file_name": "a\nb.csv"}, "file_name"),
        ({"file_name": "run.exe"}, "file_name"),
        ({"sent_by": None}, "sent_by"),
        ({"sent_by": "\u202e小孙"}, "sent_by"),
        ({"period_from": "2026-07-01", "period_until": "2026-06-01"}, "period_until"),
        ({"period_from": "2026-02-30"}, "清单里有一项写得不对"),
        ({"more": 1}, "项目不对"),
        ({"corrects": 0}, "corrects"),
        ({"feed": ["x"]}, "feed"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(yibao: System, changes: dict[str, Any], said: str) -> None:
    answer = yibao.push(FILE, **changes)

    told = problem(answer)
    assert answer.status_code in (401, 422)
    assert said in told["detail"] + told["next"]
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("name", ["machine", "feed", "rows", "sha256", "file_name", "sent_by", "time", "nonce"])
def test_a_manifest_changed_after_signing_is_refused(yibao: System, name: str) -> None:
    """Every item is under the signature."""
    headers = yibao.signed(FILE)
    said = json.loads(b64decode(headers["Shouwang-Manifest"]))
    said[name] = {"rows": 3, "time": now().isoformat(), "nonce": nonce(), "file_name": "x.csv"}.get(name, "deaths")
    if name == "sha256":
        said[name] = "1" * 64
    headers["Shouwang-Manifest"] = b64encode(json.dumps(said, ensure_ascii=False).encode()).decode()

    assert yibao.push(FILE, headers=headers).status_code == 401
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("sixtyfourth", range(0, 64, 7))
def test_a_file_cut_anywhere_is_refused(yibao: System, sixtyfourth: int) -> None:
    part = FILE[: len(FILE) * sixtyfourth // 64]

    answer = yibao.push(part, headers=yibao.signed(FILE))

    assert answer.status_code in (411, 422)
    assert not Delivery.objects.exists()


def test_a_file_with_fewer_rows_than_were_counted_is_set_aside(yibao: System) -> None:
    told = yibao.push(FILE, rows=100).json()

    accepted(told["delivery"], actor_named("yibao", on=TODAY))

    status = yibao.get(f"/deliveries/{told['delivery']}").json()
    assert (status["state"], status["stage"]) == ("quarantined", None)
    assert "清单写明 100 行，文件里有 2 行" in status["problem"]


@pytest.mark.parametrize("headers", [{}, {"Shouwang-Manifest": "%%%", "Shouwang-Signature": "AAAA"}])
def test_a_push_without_a_signature_is_refused_before_the_file(yibao: System, headers: dict[str, str]) -> None:
    answer = yibao.client.post(f"{API}/deliveries", FILE, content_type="application/octet-stream", headers=headers)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"]
    problem(answer)


def test_a_file_over_the_limit_is_refused_by_its_length(yibao: System, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 100

    answer = yibao.push(FILE)

    assert answer.status_code == 413
    assert "分成几个文件" in problem(answer)["next"]


def test_a_file_that_drips_too_slowly_is_refused(yibao: System, settings: Any) -> None:
    settings.UPLOAD_SECONDS = -1

    assert yibao.push(FILE).status_code == 408


def test_a_delivery_of_another_unit_or_nowhere_is_not_found(yibao: System, system: Any) -> None:
    told = yibao.push(FILE).json()
    other = system("minzheng", unit="民政局", feeds=["social_assistance"], name="救助系统")

    assert other.get(f"/deliveries/{told['delivery']}").status_code == 404
    assert other.get(f"/deliveries/{told['delivery']}/rejects").status_code == 404
    assert yibao.get("/deliveries/99999999").status_code == 404
    assert other.get("/deliveries").json()["deliveries"] == []


def test_the_list_is_paged_newest_first(yibao: System) -> None:
    made = [yibao.push(settlements(LI, *[WANG] * number)).json()["delivery"] for number in range(3)]

    first = yibao.get("/deliveries", {"limit": 2}).json()
    rest = yibao.get("/deliveries", {"limit": 2, "before": first["next"]}).json()

    assert [one["delivery"] for one in first["deliveries"]] == made[:0:-1]
    assert [one["delivery"] for one in rest["deliveries"]] == made[:1]
    assert rest["next"] is None
