"""The 70 rules as a loop over Django objects, household by household, member by member: one query per feed and person.

As it is written where screening begins as a page of a web application. A sample of households is judged; seconds per
resident are taken from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from benchmarks.peers_conditions import Judge, Scalars, judge
from benchmarks.peers_orm_models import rows
from benchmarks.peers_rules import Rule

TODAY, LONG_AGO = date(2026, 11, 1), date(1900, 1, 1)
HIGHER = {"senior", "vocational", "college", "bachelor", "graduate"}
LOW = {"exited_poverty", "unstable_exited", "marginal", "sudden_hardship", "dibao", "tekun", "dibao_borderline"}
LOW |= {"rigid_expenditure"}
NET = {"wage", "business_income", "business_cost", "property", "transfer"}
UNDECIDED, SHOWN = 9, 12
Facts = dict[str, Any]
Written = list[tuple[int, Rule, list[Judge]]]


def ago(months: int) -> date:
    years, month = divmod(TODAY.year * 12 + TODAY.month - 1 - months, 12)
    return date(years, month + 1, 1)


def lately(day: date | None, months: int) -> bool:
    return day is not None and ago(months) < day <= TODAY


def open_still(ended: date | None) -> bool:
    return ended is None or ended > TODAY


def last(days: Iterable[date]) -> date | None:
    return max(days, default=None)


def later(one: date | None, other: date | None) -> bool:
    return (one or LONG_AGO) > (other or LONG_AGO)


def divided(numerator: int | None, denominator: int) -> int | None:
    return None if numerator is None else (2 * numerator + denominator) // (2 * denominator)


def months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def of_person(who: Any) -> Facts:
    """Facts of one resident."""
    birth = who.birth_on
    aids = rows("social_assistance", rid=who.rid)
    now = {aid.kind for aid in aids if open_still(aid.ended_on) and aid.change in (None, "new", "continuing")}
    died = rows("deaths", rid=who.rid)
    tags = [s.tag for s in rows("statuses", rid=who.rid) if s.valid_from <= TODAY and open_still(s.valid_until)]
    insured = [
        one for one in rows("insurance_enrolments", rid=who.rid) if one.insured and one.enrolment_year == TODAY.year
    ]
    return {
        "rid": who.rid, "aids": aids, "labour": who.labour, "school_stage": who.school_stage,
        "working_away": who.working_away, "resident_pension": who.resident_pension, "employee_pension": who.employee_pension,
        "age": TODAY.year - birth.year - ((birth.month, birth.day) > (TODAY.month, TODAY.day)),
        "died": bool(died), "died_6m": any(lately(one.died_on, 6) for one in died),
        "receives_dibao": "dibao" in now or who.dibao_kind in ("rural", "urban"),
        "receives_tekun": "tekun" in now or who.tekun_kind in ("rural", "urban"),
        "child_allowance_now": bool(now & {"orphan", "unsupported_child"}),
        "orphan_status": any(tag in ("orphan", "unsupported_child") for tag in tags),
        "insured_this_year": bool(insured) or bool(who.employee_insured),
    } | _health(who) | _school(who) | _work(who)  # fmt: skip


def _health(who: Any) -> Facts:
    bills = [one for one in rows("medical_settlements", rid=who.rid) if lately(one.settled_on, 12)]
    stays = [one for one in bills if one.visit_kind == "inpatient"]
    visits = [
        one for one in bills if one.visit_kind in ("outpatient", "chronic_outpatient") and one.settled_on > ago(1)
    ]
    cards, ills = rows("disabilities", rid=who.rid), rows("chronic_patients", rid=who.rid)
    watched = [ill for ill in ills if ill.disease_kind in ("hypertension", "diabetes", "tuberculosis", "mental")]
    return {
        "self_paid_12m": sum(one.self_paid for one in bills), "hospital_stays_12m": len(stays),
        "covered_without_aid_12m": sum(one.covered_cost for one in stays if not one.aid_paid),
        "outpatient_self_paid_1m": sum(one.self_paid for one in visits),
        "largest_stay_self_paid_12m": max((one.self_paid for one in stays), default=0),
        "severe_disability": any(card.grade <= 2 for card in cards),
        "new_severe_disability_6m": any(card.grade <= 2 and lately(card.certified_on, 6) for card in cards),
        "severe_mind_disability": any(card.grade <= 3 and card.category in ("intellectual", "mental") for card in cards),
        "care_allowance_paid": any(card.care_allowance for card in cards),
        "disabled_without_living_allowance": bool(cards) and not any(card.living_allowance for card in cards),
        "seriously_ill": any(ill.disease_kind == "serious" for ill in ills) or bool(who.serious_illness),
        "chronically_ill": any(ill.disease_kind != "serious" for ill in ills) or bool(who.chronic_illness),
        "new_serious_illness_6m": any(ill.disease_kind == "serious" and lately(ill.diagnosed_on, 6) for ill in ills),
        "follow_up_missed_90d": any(
            ill.last_follow_up_on is None or (TODAY - ill.last_follow_up_on).days > 90 for ill in watched
        ),
    }  # fmt: skip


def _school(who: Any) -> Facts:
    terms = [one for one in rows("school_enrolments", rid=who.rid) if lately(one.term_starts_on, 18)]
    year = [one for one in terms if lately(one.term_starts_on, 12)]
    now = {one.stage for one in year if one.enrolled and lately(one.term_starts_on, 7)}
    left = last(one.term_starts_on for one in terms if not one.enrolled)
    paid = [one.fees_paid - (one.aid_received or 0) for one in year if one.stage in HIGHER]
    return {
        "school_left_on": left,
        "dropped_out": later(left, last(one.term_starts_on for one in terms if one.enrolled)),
        "no_school_record": not year, "fees_net_12m": sum(max(one, 0) for one in paid),
        "school_aid_12m": sum(one.aid_received or 0 for one in year), "rain_dew_received": any(one.rain_dew for one in year),
        "noncompulsory_student": bool(now & HIGHER), "vocational_student": bool(now & {"vocational", "college"}),
    }  # fmt: skip


def _work(who: Any) -> Facts:
    reports = [one for one in rows("employment", rid=who.rid) if lately(one.reported_on, 12)]
    posts = rows("public_posts", rid=who.rid)
    held = [post for post in posts if open_still(post.ended_on)]
    out = last(one.reported_on for one in reports if not one.working)
    idle = later(out, last(one.reported_on for one in reports if one.working))
    forced = ("laid_off", "firm_closed", "illness", "contract_end")
    return {
        "out_of_work_on": out, "out_of_work": idle and not held,
        "left_work_3m": idle and not held and out is not None and out > ago(3),
        "working_now": True if held else not idle if reports else who.working_away,
        "left_involuntarily_3m": any(
            not one.working and one.left_reason in forced and lately(one.reported_on, 3) for one in reports
        ),
        "unpaid_wages_now": sum(one.unpaid_wages or 0 for one in reports if lately(one.reported_on, 1)),
        "post_ended_3m": not held and any(lately(post.ended_on, 3) for post in posts),
        "post_pay_late": any(post.paid_until and post.paid_until < ago(2) for post in held),
        "public_post_months_now": months(min(post.started_on for post in held), TODAY) if held else 0,
    }  # fmt: skip


def of_home(home: Any, people: Sequence[Facts]) -> Facts:
    """Facts of one household."""
    found = _members(people) | _money(home) | _house(home) | _blows(home)
    aids = [aid for one in people for aid in one["aids"]]
    tags = [s.tag for s in rows("statuses", hid=home.hid) if s.valid_from <= TODAY and open_still(s.valid_until)]
    poor, watched = found["on_dibao"] or found["on_tekun"], home.monitored_class is not None
    found |= {
        "house_grade": home.house_grade, "farmland_mu": home.farmland_mu, "cleared_on": home.cleared_on,
        "recently_cleared": lately(home.cleared_on, 12), "under_monitoring": watched and open_still(home.cleared_on),
        "low_income_household": home.kind == "exited_poverty" or watched or poor or any(tag in LOW for tag in tags),
        "aid_stopped_3m": any(_stopped(aid) for aid in aids) and not poor,
        "temporary_aid_12m": sum(
            aid.kind == "temporary" and aid.change != "applied" and lately(aid.started_on, 12) for aid in aids
        ),
        "car_or_firm_registered": any(one.kind in ("car", "firm") for one in rows("property_holdings", hid=home.hid)),
        "rigid_cost_12m": found["household_self_paid_12m"] + found["household_fees_12m"] + found["other_rigid"],
    }  # fmt: skip
    return found | _shares(found)


def _stopped(aid: Any) -> bool:
    ended = aid.change == "stopped" and aid.ended_on is None and aid.started_on > ago(3)
    return aid.kind in ("dibao", "tekun") and (lately(aid.ended_on, 3) or ended)


def _members(people: Sequence[Facts]) -> Facts:
    ages = [one["age"] for one in people]
    grown = [one for one in people if one["age"] >= 16]
    working_age = [one for one in grown if one["age"] < 60]
    counted = [one for one in grown if one["age"] < 60 or one["working_away"] is not None]
    states = [one["working_now"] for one in counted]
    able = [
        one for one in working_age if one["labour"] in ("ordinary", "skilled") and one["school_stage"] in (None, "none")
    ]
    return {
        "members": len(people), "oldest_age": max(ages), "children_only": max(ages) < 18, "only_elderly": min(ages) >= 60,
        "on_dibao": any(one["receives_dibao"] for one in people), "on_tekun": any(one["receives_tekun"] for one in people),
        "children_allowance_now": any(one["child_allowance_now"] for one in people),
        "household_self_paid_12m": sum(one["self_paid_12m"] for one in people),
        "household_hospital_stays_12m": sum(one["hospital_stays_12m"] for one in people),
        "household_fees_12m": sum(one["fees_net_12m"] for one in people),
        "workers_lost": sum(one["out_of_work"] for one in people),
        "workers_now": None if None in states else sum(states), "able_workers": len(able), "dependants": len(people) - len(able),
        "no_labour": not any(one["labour"] in ("ordinary", "skilled", "weak") for one in grown),
        "earner_died_6m": any(one["died_6m"] for one in working_age),
        "serious_patients": sum(one["seriously_ill"] for one in people),
        "severe_disabled_members": sum(one["severe_disability"] for one in people),
        "noncompulsory_students": sum(one["noncompulsory_student"] for one in people),
    }  # fmt: skip


def _money(home: Any) -> Facts:
    quarters = [one for one in rows("household_incomes", hid=home.hid) if ago(18) < one.quarter_on <= ago(3)]
    counted = [one for one in rows("incomes", hid=home.hid) if lately(one.until_on or one.from_on, 12)]
    signed = [-one.amount if one.kind == "business_cost" else one.amount for one in counted if one.kind in NET]

    def netted(some: list[Any], wanted: int) -> int | None:
        if len(some) != wanted:
            return None
        return sum(one.wage + one.business_income - one.business_cost + one.property + one.transfer for one in some)

    four = netted([one for one in quarters if one.quarter_on > ago(15)], 4)
    earlier = netted([one for one in quarters if one.quarter_on <= ago(6)], 4)
    ledger = sum(signed) if signed else None
    told = [sum(one.amount for one in counted if one.kind == kind) for kind in ("claims", "other_rigid_cost")]
    return {
        "net_income": four if four is not None else earlier if earlier is not None else ledger,
        "net_income_last_quarter": netted([one for one in quarters if one.quarter_on > ago(6)], 1),
        "claims_12m": max(sum(one.claims for one in quarters if one.quarter_on > ago(15)), told[0]),
        "other_rigid": told[1],
    }  # fmt: skip


def _house(home: Any) -> Facts:
    checks = rows("house_safety", hid=home.hid)
    open_checks = [one for one in checks if one.finished_on is None and one.only_home is not False]
    safe = last(one.checked_on for one in checks if one.grade in ("A", "B") or one.finished_on is not None)
    c_on, d_on = (last(one.checked_on for one in open_checks if one.grade == grade) for grade in "CD")
    water = [one for one in rows("water_supply", hid=home.hid) if lately(one.checked_on, 3)]
    return {
        "house_unsafe_d": later(d_on, safe) and not later(c_on, d_on) if checks else home.house_grade == "D",
        "house_unsafe_c": later(c_on, safe) and later(c_on, d_on) if checks else home.house_grade == "C",
        "house_unsafe_since": min(
            (one.checked_on for one in open_checks if one.grade in ("C", "D") and lately(one.checked_on, 60)), default=None
        ),
        "water_stopped_days_3m": max((one.stopped_days or 0 for one in water), default=0),
        "water_quality_bad_3m": any(one.quality_ok is False for one in water),
        "water_hard_to_get_3m": any(
            (one.litres_per_person_day is not None and one.litres_per_person_day < 20) or (one.minutes_to_fetch or 0) > 20
            or (one.distance_m or 0) > 800 or (one.short_days_per_year or 0) > 36 for one in water
        ),
    }  # fmt: skip


def _blows(home: Any) -> Facts:
    fields = [one for one in rows("farming", hid=home.hid) if lately(one.season_on, 12)]
    struck = [one for one in rows("disasters", hid=home.hid) if lately(one.happened_on, 12)]
    hurt = [one for one in rows("accidents", hid=home.hid) if lately(one.happened_on, 12)]
    loans = [one for one in rows("loans", hid=home.hid) if lately(one.reported_on, 2)]
    calls = [one for one in rows("hotline_cases", hid=home.hid) if lately(one.received_on, 3) and one.closed_on is None]
    channels = (None, "hotline_12345", "hotline_12317", "grid", "media")
    moved = rows("relocations", hid=home.hid)
    output, damage = sum(one.output_value for one in fields), {one.house_damage for one in struck}
    return {
        "farming_output_12m": output, "farming_deficit_12m": max(sum(one.cost for one in fields) - output, 0),
        "farming_loss_ratio_12m": max((one.loss_ratio or 0 for one in fields), default=0),
        "unsold_value_6m": sum(one.unsold_value or 0 for one in fields if lately(one.season_on, 6)),
        "disaster_loss_12m": sum(max(one.loss - (one.relief_paid or 0) - (one.insured_paid or 0), 0) for one in struck),
        "crop_loss_mu_12m": sum(one.crop_loss_mu or 0 for one in struck), "house_collapsed_12m": "collapsed" in damage,
        "house_badly_damaged_12m": "serious" in damage, "house_lightly_damaged_12m": "light" in damage,
        "accident_loss_12m": sum(max(one.loss - (one.compensation or 0), 0) for one in hurt),
        "accident_death_12m": any(one.deaths > 0 for one in hurt), "accident_disabling_12m": any(one.disabling for one in hurt),
        "loan_overdue_days": max((one.overdue_days or 0 for one in loans), default=0),
        "loan_balance": max((one.balance or 0 for one in loans), default=0),
        "help_calls_open": sum(one.topic != "other" and one.channel in channels for one in calls),
        "relocated_without_worker_now": any(one.workers > 0 and one.employed_workers == 0 for one in moved),
        "relocation_problems_open": sum(one.problems or 0 for one in moved),
    }  # fmt: skip


def _shares(found: Facts) -> Facts:
    net, members, rigid, paid = (
        found[name] for name in ("net_income", "members", "rigid_cost_12m", "household_self_paid_12m")
    )
    share = {percent: None if net is None else divided(net * percent * 100, 10_000) for percent in (30, 50, 60, 75, 80)}
    disaster, workers = found["disaster_loss_12m"], found["workers_now"]
    shocks = (
        paid >= 500_000,
        found["household_fees_12m"] > 1_000_000,
        found["house_unsafe_d"] or found["house_unsafe_c"] or found["house_collapsed_12m"],
        found["water_stopped_days_3m"] > 30,
        found["workers_lost"] > 0 and workers == 0,
        share[30] is not None and disaster > share[30] and disaster >= 100_000,
        found["accident_death_12m"] or found["accident_disabling_12m"],
        found["farming_loss_ratio_12m"] >= 5000,
    )
    left = None if net is None else net + found["claims_12m"]
    return {
        **{f"income_{percent}": amount for percent, amount in share.items()},
        **{f"farmland_{percent}": divided(found["farmland_mu"] * percent * 100, 10_000) for percent in (30, 60)},
        "net_income_per_head": divided(net, members),
        "income_after_medical_per_head": None if left is None else divided(left - paid, members),
        "income_after_rigid_per_head": None if left is None else divided(left - rigid, members),
        "rigid_cost_ratio": divided(rigid * 10_000, net) if net is not None and net > 0 else None,
        "known_shocks": sum(map(bool, shocks)),
    }


# --- judging ----------------------------------------------------------------------------------------------------------


def ready(rules: Sequence[Rule]) -> Written:
    words = Scalars()
    return [(number, rule, [judge(level, words) for level in rule.levels]) for number, rule in enumerate(rules)]


def hits_of(home: Any, written: Written) -> Iterator[tuple[Any, ...]]:
    """All hits of a household and its members, found by asking the database about each of them."""
    people = [of_person(who) for who in rows("residents", hid=home.hid)]
    facts = of_home(home, people)
    asked = {"home_income_per_head": facts["net_income_per_head"], "home_low_income": facts["low_income_household"]}
    asked |= {
        name: facts[name]
        for name in ("on_dibao", "under_monitoring", "income_after_medical_per_head", "income_after_rigid_per_head")
    }
    for number, rule, levels in written:
        for one in [facts] if rule.entity == "household" else [who | asked for who in people]:
            level = _level(levels, one)
            if level:
                yield (number, level, home.hid, one.get("rid"), _gaps(rule, one) if level == UNDECIDED else None,
                       *_shown(rule, one))  # fmt: skip


def _level(levels: Sequence[Judge], facts: Facts) -> int:
    found = [level(facts) for level in levels]
    return found.index(True) + 1 if True in found else UNDECIDED if None in found else 0


def _gaps(rule: Rule, facts: Facts) -> str:
    return "".join(f"{name}," for name, fact in rule.facts.items() if facts[fact] is None)


def _shown(rule: Rule, facts: Facts) -> Iterator[str | None]:
    for name in rule.shown:
        value = facts[name]
        yield None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    yield from [None] * (SHOWN - len(rule.shown))
