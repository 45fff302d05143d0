"""What the phone's page asks of the server: who may take along, that each household is a look, and that nothing is lost."""

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.register.ledger.models import Entry as LedgerEntry
from shouwang.stream.fieldwork.models import Entry, Phone
from shouwang.stream.fieldwork.sealing import as_text, seal
from tests.cast import LI_ID
from tests.stream.fieldwork.carrying import handed_on

SOME_ID = "0b6f6f0e-6d0c-4c39-9d53-5d2c8a0f6b11"


def taken(client, **given):
    return client.post("/field/bundle/", json.dumps({"title": "小王的手机", **given}), content_type="application/json")


def sent(told, form, *, number=SOME_ID, sequence=1, client=None, **more):
    """Seal a form as the page does and post it, with the phone's token and no session."""
    envelope = seal(
        id=number, phone=told["phone"], sequence=sequence, public=told["key"]["public"], plain=json.dumps(form).encode()
    )
    entry = {"id": number, "sequence": sequence, "key": envelope.key_id, "body": as_text(envelope.body)}
    given = {"phone": told["phone"], "token": told["token"], "sent_at": timezone.now().isoformat(), "entries": [entry]}
    return (client or Client()).post("/field/outbox/", json.dumps(given | more), content_type="application/json")


def filled(told, answers, visit=0):
    one = told["visits"][visit]
    return {
        "form": one["form"], "version": told["forms"][one["form"]]["version"], "subject": one["subject"],
        "household_id": one["household"]["id"], "base": one["base"], "answers": answers, "bundle": told["bundle"],
        "secret": told["secret"], "said_at": timezone.now().isoformat(), "visited_on": timezone.localdate().isoformat(),
        "finished": True,
    }  # fmt: skip


def test_a_collector_takes_along_and_every_household_is_a_look(cast, as_person):
    clue = handed_on(cast)
    told = taken(as_person("xiaowang")).json()

    assert [one["subject"] for one in told["visits"]] == [f"clue:{clue.pk}"]
    assert LI_ID not in json.dumps(told)
    assert LedgerEntry.objects.get(act="look_household").details == {"task": f"clue:{clue.pk}"}
    assert Phone.objects.get().username == "xiaowang"


@pytest.mark.parametrize("who", ["xiaosun", "xiaowu", "laohe"])
def test_who_checks_no_clues_takes_nothing_along(cast, as_person, who):
    assert taken(as_person(who)).status_code == 403


def test_without_a_session_nothing_is_taken_along(cast):
    assert taken(Client()).status_code == 302


def test_the_same_phone_takes_along_again_without_a_new_token(cast, as_person):
    client = as_person("xiaowang")
    first = taken(client).json()
    again = taken(client, phone=first["phone"], token=first["token"]).json()

    assert again["phone"] == first["phone"]
    assert "token" not in again
    assert Phone.objects.count() == 1


def test_a_phone_in_other_hands_is_another_phone(cast, as_person):
    first = taken(as_person("xiaowang")).json()
    other = taken(as_person("laozhang"), phone=first["phone"], token=first["token"]).json()

    assert other["phone"] != first["phone"]


def test_a_form_arrives_without_a_session_and_once(cast, as_person):
    clue = handed_on(cast)
    told = taken(as_person("xiaowang")).json()
    form = filled(told, {"conclusion": "confirmed", "sentence": "欠了账"})
    first = sent(told, form).json()
    again = sent(told, form).json()

    clue.refresh_from_db()
    assert clue.state == "confirmed"
    assert first["receipts"][0]["state"] == "applied"
    assert again["receipts"][0]["id"] == SOME_ID
    assert Entry.objects.exclude(cause="other_content").count() == 1


@pytest.mark.parametrize(
    "given",
    [
        "not json", "[]", {"phone": "x"}, {"entries": [{}]}, {"entries": [{"id": "x", "sequence": 1, "key": "k", "body": "AA"}]},
        {"entries": [{"id": SOME_ID, "sequence": True, "key": "k", "body": "A" * 400}]}, {"sent_at": "yesterday"}, {"entries": 7},
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused_and_nothing_breaks(cast, as_person, given):
    told = taken(as_person("xiaowang")).json()
    if isinstance(given, dict):
        base = {"phone": told["phone"], "token": told["token"], "sent_at": timezone.now().isoformat(), "entries": []}
        given = json.dumps(base | given)
    answer = Client().post("/field/outbox/", given, content_type="application/json")

    assert answer.status_code in (400, 403)
    assert Entry.objects.count() == 0


def test_a_wrong_token_is_not_heard(cast, as_person):
    told = taken(as_person("xiaowang")).json()

    assert sent(told | {"token": "guessed"}, {}).status_code == 403
    assert Entry.objects.count() == 0


def test_a_phone_that_was_reported_lost_gets_nothing_and_is_still_heard(cast, as_person):
    clue = handed_on(cast)
    client = as_person("xiaowang")
    told = taken(client).json()
    as_person("xiaochen").post(f"/phones/{told['phone']}/lost/", {"because": "丢在班车上"})
    heard = sent(told, filled(told, {"conclusion": "confirmed"})).json()

    clue.refresh_from_db()
    assert clue.state == "dispatched"
    assert heard["revoked"] is True
    assert (Entry.objects.get().state, Entry.objects.get().cause) == ("review", "revoked")
    assert taken(client, phone=told["phone"], token=told["token"]).status_code == 410


def test_the_next_township_cannot_report_it_lost(cast, as_person):
    told = taken(as_person("xiaowang")).json()
    as_person("xiaozhao").post(f"/phones/{told['phone']}/lost/", {"because": "不是我的"})
    as_person("xiaofeng").post(f"/phones/{told['phone']}/lost/", {"because": "不是我的"})

    assert Phone.objects.get().revoked_at is None


def test_the_shell_names_nobody_and_may_be_cached(cast, as_person):
    page = as_person("xiaowang").get("/field/")

    assert "小王" not in page.content.decode()
    assert page.content == Client().get("/field/").content
    assert "geolocation=(self)" in page.headers["Permissions-Policy"]
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")


def test_the_worker_names_every_file_of_the_shell_by_its_content(cast):
    from base64 import b64decode

    from shouwang.surfaces.field.shell import FOLDER, shell_files

    files = shell_files()
    worker = Client().get("/field/worker.js")

    assert {one.name for one in FOLDER.glob("*.js")} - {"worker.js"} <= {name.rsplit("/", 1)[1] for name in files}
    assert all(len(b64decode(digest)) == 32 for digest in files.values())
    assert all(digest in worker.content.decode() for digest in files.values())
    assert worker.headers["Cache-Control"] == "no-cache"
    assert json.loads(Client().get("/field/app.webmanifest").content)["start_url"] == "/field/"


def test_times_without_a_zone_are_no_clock(cast, as_person):
    handed_on(cast)
    told = taken(as_person("xiaowang")).json()
    naive = (datetime.now() - timedelta(days=900)).isoformat()  # noqa: DTZ005 - a clock without a zone is the point
    sent(told, filled(told, {"conclusion": "not_met"}), sent_at=naive)

    assert Entry.objects.get().clock_off == 0
