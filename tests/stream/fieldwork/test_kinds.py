"""Every kind of visit comes back and is done by the ordinary action; what the house refuses waits for the township."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from shouwang.register.procedure.models import Evidence, Record
from shouwang.stream.assistance.actions import give_up_measure
from shouwang.stream.clearance.actions import open_round
from shouwang.stream.clearance.models import FollowUp, RoundRow
from shouwang.stream.clues.models import Clue
from shouwang.stream.fieldwork.actions import settle_entry
from shouwang.stream.fieldwork.kinds import monitored as kinds_of_monitored
from shouwang.stream.fieldwork.queries import entry_view
from tests.cast import AT
from tests.stream.assistance.telling import approved
from tests.stream.clearance.clearing import monitored
from tests.stream.clues.telling import say
from tests.stream.determination.walking import Walk
from tests.stream.fieldwork.carrying import NO_RISK, PIXEL, Carried, entry, handed_on

VISIT = {
    "companion": "老张",
    "findings": "老人生病，家里只有他一个劳动力",
    "household_word": "想要一份公益岗位",
    "income": {"wage": 1200000, "business_income": 300050, "business_cost": 100000, "property_income": 0, "transfer": 48000, "members": 2},
}  # fmt: skip


def before_the_visit(cast):
    """A case of 老李's household in which the home visit is next."""
    walk = Walk(cast, "H1").papers()
    while walk.case.next_act != "verification":
        from shouwang.register.procedure import actions as do

        walk.case = do.accept_case(actor=cast.xiaochen, **walk.at())
    return walk


def test_a_home_visit_enters_the_case_with_its_arithmetic_and_the_photo(cast):
    walk = before_the_visit(cast)
    phone = Carried(cast.xiaowang)
    sealed = phone.fill(f"case:{walk.number}", VISIT, photos=[PIXEL + "AAAA"])
    phone.send(sealed)

    record = Record.objects.filter(act="verification").get()
    assert entry(sealed).said_why == ""
    assert entry(sealed).state == "applied"
    assert record.actor == "xiaowang"
    assert record.content["verifiers"] == ["小王", "老张"]
    assert (record.content["income"]["net"], record.content["income"]["per_head"]) == ("14480.50", "7240.25")
    assert Evidence.objects.get().kind == "image/jpeg"


def test_a_home_visit_alone_is_refused_by_the_procedure_and_waits(cast):
    walk = before_the_visit(cast)
    phone = Carried(cast.xiaowang)
    sealed = phone.fill(f"case:{walk.number}", VISIT | {"companion": "小王"})
    phone.send(sealed)

    assert (entry(sealed).state, entry(sealed).cause) == ("review", "refused")
    assert entry(sealed).said_why


def test_a_term_that_nobody_asked_leaves_the_sum_open(cast):
    walk = before_the_visit(cast)
    phone = Carried(cast.xiaowang)
    unknown = VISIT["income"] | {"transfer": None}
    phone.send(phone.fill(f"case:{walk.number}", VISIT | {"income": unknown}))

    kept = Record.objects.get(act="verification").content["income"]
    assert kept["transfer"] is None
    assert "net" not in kept


def test_two_visits_to_one_case_are_settled_by_the_township(cast):
    walk = before_the_visit(cast)
    first, second = Carried(cast.xiaowang), Carried(cast.laozhang)
    late = second.fill(f"case:{walk.number}", VISIT | {"findings": "房子漏雨，要先修", "companion": "小王"})
    first.send(first.fill(f"case:{walk.number}", VISIT))
    second.send(late)

    view = entry_view(cast.xiaochen, entry(late))
    assert entry(late).cause == "changed"
    findings = next(side for side in view.sides if side.name == "findings")
    assert (findings.phone, findings.server) == ("房子漏雨，要先修", VISIT["findings"])
    assert (view.by_name, view.standing.who) == ("老张", "小王")
    settle_entry(entry_id=late.id, take=[], words="以小王的为准，漏雨另报", actor=cast.xiaochen, at=AT)
    assert Record.objects.filter(act="verification").count() == 1


def test_a_look_back_visit_with_a_new_risk_becomes_a_clue(cast, monkeypatch):
    monitored("H1")
    monkeypatch.setattr("shouwang.stream.clearance.queries.follow_ups.follow_up_interval", lambda place, on: 30)
    phone = Carried(cast.xiaowang)
    sealed = phone.fill("household:H1", {"found": "new_risk", "worry": "儿子工伤，没有收入"})
    phone.send(sealed)

    visit = FollowUp.objects.get()
    assert entry(sealed).state == "applied"
    assert (visit.found, visit.visited_by) == ("new_risk", "xiaowang")
    assert Clue.objects.filter(household_id="H1").exists()


def test_a_household_of_the_round_is_brought_up_to_date_and_a_second_answer_writes_over_nothing(cast):
    monitored("H1")
    made = open_round(year=2026, quarter=4, until_on=date(2026, 12, 31), actor=cast.xiaozhou, at=AT)
    row = RoundRow.objects.get(round=made, household_id="H1")
    first, second = Carried(cast.xiaowang), Carried(cast.laozhang)
    other = second.fill(f"round_row:{row.pk}", {"state": "updated", "sentence": "添了一口人"})
    first.send(first.fill(f"round_row:{row.pk}", {"state": "unchanged"}))
    second.send(other)

    row.refresh_from_db()
    assert (row.state, row.done_by) == ("unchanged", "xiaowang")
    assert entry(other).cause == "changed"


def test_a_measure_is_delivered_with_a_photo_or_the_reason_why_there_is_none(cast):
    _, measure = approved(cast)
    phone = Carried(cast.xiaowang)
    sealed = phone.fill(
        f"measure:{measure.pk}", {"what": "delivered", "amount": 120050, "no_file_reason": "现金当面发放"}
    )
    phone.send(sealed)

    measure.refresh_from_db()
    assert entry(sealed).said_why == ""
    assert (measure.state, measure.delivered_amount) == ("delivered", Decimal("1200.50"))
    assert measure.no_file_reason == "现金当面发放"


def test_a_measure_that_was_given_up_meanwhile_is_put_up(cast):
    _, measure = approved(cast)
    phone = Carried(cast.xiaowang)
    sealed = phone.fill(f"measure:{measure.pk}", {"what": "progress", "sentence": "材料交齐了"})
    reason = phone.content["forms"]["measure_record"]["fields"][3]["choices"][0][0]
    give_up_measure(measure_id=measure.pk, reason=reason, words="本人不要了", actor=cast.xiaochen, at=AT)
    phone.send(sealed)

    measure.refresh_from_db()
    assert measure.state == "undelivered"
    assert entry(sealed).cause == "changed"


def test_an_application_offers_no_closing_in_the_village_and_is_never_closed_by_a_form(cast):
    clue = handed_on(cast, channel="proxy_application")
    phone = Carried(cast.xiaowang)
    assert "checked_no_risk" not in phone.visit(f"clue:{clue.pk}")["only"]["conclusion"]
    sealed = phone.fill(f"clue:{clue.pk}", NO_RISK)
    phone.send(sealed)

    clue.refresh_from_db()
    assert clue.state == "dispatched"
    assert (entry(sealed).state, entry(sealed).cause) == ("review", "refused")
    assert "书面告知" in entry(sealed).said_why


def test_an_application_that_joined_meanwhile_stops_a_closing(cast):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    sealed = phone.fill(f"clue:{clue.pk}", NO_RISK)
    say(cast.xiaochen, household_id="H1", name="李大山")
    phone.send(sealed)

    clue.refresh_from_db()
    assert clue.state != "closed"
    assert entry(sealed).cause == "changed"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "没有填“结论”"),
        ({"conclusion": "gone_fishing"}, "没有这个选项"),
        ({"conclusion": "checked_no_risk"}, "没有填“没有风险，管到”"),
        (NO_RISK | {"sentence": "长" * 301}, "最多 300 个字"),
        (NO_RISK | {"self_paid": -1}, "不是合适的数"),
        (NO_RISK | {"self_paid": True}, "不是合适的数"),
        (NO_RISK | {"income": {"salary": 1}}, "没有填对"),
        (NO_RISK | {"signed_how": "fingerprint"}, "没有填“见证人”"),
        ("nothing", "表里没有内容"),
    ],
)
def test_a_form_that_was_not_filled_in_rightly_says_which_field(cast, answers, said):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    sealed = phone.fill(f"clue:{clue.pk}", answers)
    phone.send(sealed)

    assert entry(sealed).cause == "incomplete"
    assert said in entry(sealed).said_why


@pytest.mark.parametrize(
    "form",
    [[], "words", {}, {"form": "clue_check"}, {"form": ["x"], "version": {}, "answers": 3, "base": []}, None, 7],
)
def test_whatever_was_sealed_is_kept(cast, form):
    phone = Carried(cast.xiaowang)
    sealed = phone.seal(form)
    phone.send(sealed)

    assert entry(sealed).state == "review"


@pytest.mark.parametrize("said", ["", "tomorrow", "9999-12-31", "0001-01-01", "2026-13-01"])
def test_an_impossible_day_costs_no_form(cast, said):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang, off=timedelta(days=900))
    sealed = phone.fill(f"clue:{clue.pk}", NO_RISK, visited_on=said)
    phone.send(sealed)

    assert entry(sealed).cause in ("", "incomplete")


@pytest.mark.parametrize("odd", ["\x00", "\ud800", "\U0001f33e", "长" * 500])
def test_odd_characters_cost_no_form(cast, odd):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    sealed = phone.fill(
        f"clue:{clue.pk}", NO_RISK | {"sentence": odd, "signed_how": "witness", "witness": odd[:60]}, household_id=odd
    )
    phone.send(sealed)
    other = phone.seal(phone.last | {"subject": odd})
    phone.send(other)

    assert entry(sealed).state in ("applied", "review")
    assert entry(other).state == "review"


def test_the_kinds_of_monitored_households_ask_nobody_without_the_post(cast):
    assert kinds_of_monitored.FollowUpVisit().tasks(cast.xiaosun, on=AT.date(), most=5) == []
    assert kinds_of_monitored.RoundUpdate().tasks(cast.xiaosun, on=AT.date(), most=5) == []
