"""The phone's page in a real Chromium, as small as a phone: a tunnel, a closed page, a new version, a stolen phone."""

import json

import pytest
from django.utils import timezone

from shouwang.register.visits.models import Visit
from shouwang.stream.clues.models import ClueEvent
from shouwang.stream.fieldwork.actions import revoke_phone
from shouwang.stream.fieldwork.models import Entry, Phone
from tests.browser.phones import DUMP
from tests.stream.fieldwork.carrying import handed_on

pytestmark = pytest.mark.browser


def test_a_collector_records_a_visit_in_a_tunnel_and_it_arrives_once(pocket, site, cast):
    with site.lock:
        clue = handed_on(cast)
    phone = pocket().take_along()
    phone.offline()
    phone.again().unlock()
    phone.no_risk()
    phone.seal()
    phone.waiting("待发送 1 份")
    with site.lock:
        assert Entry.objects.count() == 0

    phone.offline(False)
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.waiting("没有待发送的")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.page.wait_for_selector("text=已送到，已办")

    with site.lock:
        clue.refresh_from_db()
        assert (clue.state, clue.closed_by, clue.closing_sentence) == (
            "closed",
            "xiaowang",
            "地里的活干完了，儿子寄了钱",
        )
        assert ClueEvent.objects.filter(clue=clue, act="closed").count() == Visit.objects.count() == 1


def test_a_receipt_that_was_lost_on_the_way_brings_the_form_again_and_it_still_counts_once(pocket, site, cast):
    with site.lock:
        handed_on(cast)
    phone = pocket().take_along()
    lost = []

    def swallow(route):
        route.fetch()
        lost.append(1)
        route.abort("connectionreset")

    phone.context.route("**/field/outbox/", swallow, times=1)
    phone.no_risk()
    phone.seal()
    phone.waiting("待发送 1 份")
    phone.page.click("#send")
    phone.waiting("没有待发送的")

    with site.lock:
        assert (len(lost), Entry.objects.count(), Visit.objects.count()) == (1, 1, 1)


def test_a_draft_survives_closing_and_a_new_version_of_the_page(pocket, site, cast, monkeypatch):
    from shouwang.surfaces.field import shell

    with site.lock:
        handed_on(cast)
    phone = pocket().take_along()
    phone.again().unlock()
    phone.no_risk("写到一半")
    phone.page.wait_for_timeout(900)
    text = shell._worker_text()
    monkeypatch.setattr(shell, "_worker_text", lambda: text + "\n// the next version\n")
    phone.page.evaluate("navigator.serviceWorker.getRegistration('/field/').then((one) => one.update())")
    phone.page.fill("#f-sentence", "写到一半，又添一句")
    phone.page.click("text=存好草稿，更新")
    phone.page.wait_for_selector("#pin")
    phone.unlock()
    phone.page.wait_for_selector("text=草稿")
    phone.open_visit()

    assert phone.page.input_value("#f-sentence") == "写到一半，又添一句"
    assert len(phone.page.evaluate("caches.keys()")) == 1


def test_five_wrong_pins_empty_the_phone_and_the_draft_still_reaches_the_township(pocket, site, cast):
    with site.lock:
        handed_on(cast)
    phone = pocket().take_along()
    phone.no_risk("只写了一半")
    phone.page.click("text=先存着，回去")
    phone.page.wait_for_selector("text=草稿存好了")
    phone.again()
    for tried in range(5):
        phone.page.wait_for_selector("#pin")
        phone.unlock(f"11{tried}223")
        phone.page.wait_for_selector("#said.bad")
        phone.page.wait_for_timeout(150)
    phone.page.wait_for_selector("text=已清空")
    phone.page.click("#send")
    phone.waiting("没有待发送的")

    with site.lock:
        kept = Entry.objects.get()
        assert (kept.state, kept.cause) == ("review", "unfinished")
    assert "李" not in phone.page.evaluate(DUMP).replace("李_", "")


def test_a_phone_that_was_reported_lost_is_emptied_and_what_it_sealed_is_put_up(pocket, site, cast):
    with site.lock:
        clue = handed_on(cast)
    phone = pocket().take_along()
    phone.offline()
    phone.no_risk()
    phone.seal()
    with site.lock:
        revoke_phone(phone_id=str(Phone.objects.get().pk), because="丢了", actor=cast.xiaochen, at=timezone.now())
    phone.offline(False)  # it sends by itself as soon as there is a signal
    phone.page.wait_for_selector("text=已经挂失")

    with site.lock:
        clue.refresh_from_db()
        assert clue.state == "dispatched"
        assert list(Entry.objects.values_list("state", "cause")) == [("review", "revoked")]
    assert "bundle" not in phone.page.evaluate(
        "new Promise((done) => { const ask = indexedDB.open('shouwang-field'); ask.onsuccess = () => { const keys = "
        "ask.result.transaction('kept').objectStore('kept').getAllKeys(); keys.onsuccess = () => done(keys.result); }; })"
    )


def test_the_page_can_be_used_by_everybody(pocket, site, cast):
    from axe_playwright_python.sync_playwright import Axe

    with site.lock:
        handed_on(cast)
    phone = pocket().take_along()
    phone.page.wait_for_selector(".visit")
    first = Axe().run(phone.page)
    phone.open_visit()
    phone.pick("按手印")
    second = Axe().run(phone.page)
    wide = phone.page.evaluate("document.documentElement.scrollWidth")

    assert [one["id"] for found in (first, second) for one in found.response["violations"]] == []
    assert wide == 360


def test_the_arithmetic_of_the_income_sheet_is_that_of_the_papers(pocket, site, cast):
    from decimal import Decimal
    from random import Random

    from shouwang.register.papers.kinds.income import worked_out as on_paper
    from shouwang.stream.fieldwork.forms.answers import TERMS, worked_out

    by_chance = Random(34)
    sheets = [
        {name: by_chance.choice([0, by_chance.randrange(10**7), by_chance.randrange(10**9)]) for name in TERMS}
        | {"members": by_chance.randrange(1, 13)}
        for _ in range(500)
    ]
    phone = pocket()
    phone.page.goto("/field/")
    told = phone.page.evaluate(
        "async (sheets) => { const { workedOut } = await import('/static/field/income.js'); return sheets.map(workedOut); }",
        sheets,
    )
    for sheet, shown in zip(sheets, told, strict=True):
        here = worked_out(sheet)
        paper = on_paper(
            {("business" if name == "business_income" else "property" if name == "property_income" else name):
             Decimal(value) / 100 if name != "members" else value for name, value in sheet.items()}
        )  # fmt: skip
        assert (shown["net"], shown["perHead"]) == (here["net"], here["per_head"])
        assert shown["words"] == paper["计算过程"], json.dumps(sheet)
