"""Deciding a clearance or a revert (审定风险消除、回退), and what the decision changes in the register."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.households.actions import mark_cleared, take_back_clearance
from shouwang.register.households.choices import ClearanceManner
from shouwang.register.procedure.actions import NotNow, enter_record
from shouwang.register.procedure.choices import Act, CaseState, Matter, Outcome
from shouwang.register.procedure.queries import case_of, cases_of_household, evidence_of
from shouwang.register.procedure.steps import turns
from shouwang.register.staff.queries import SYSTEM, Actor
from shouwang.stream.clearance.actions.follow_up import name_contact
from shouwang.stream.clearance.choices import KEEPING, REVERTING, STAYING_CLEARED, Ground
from shouwang.stream.clearance.queries import case_gates, frozen_reason, reversed_clearances, unmet, untold
from shouwang.stream.determination.actions import freeze_grounds

CLEARING = (Matter.CLEARANCE, Matter.NATURAL_CLEARANCE)


@transaction.atomic
def decide_clearance(
    *,
    number: str,
    outcome: str,
    reason_code: str,
    words: str,
    evidence: Sequence[str] = (),
    actor: Actor,
    at: datetime,
    seen: int | None = None,
) -> Any:
    """The county decides (县级审定): the risk is gone, or the household stays monitored and is told why.

    Every frozen gate must be met, or established by somebody else with evidence; none can be passed over. The register
    does not change yet: see `enter_clearance_mark`. Raises Refusal, NotNow, QuickerElsewhere.
    """
    case = _open_case(number, CLEARING, actor)
    if outcome not in (Outcome.CLEARED, Outcome.KEPT):
        raise Refusal("没有选择消除风险还是继续监测。")
    allowed = KEEPING if outcome == Outcome.KEPT else (frozen_reason(case) or Ground.RISK_GONE,)
    _refuse_without_ground(reason_code, allowed, words)
    rows = case_gates(actor, case, on=localtime(at).date())
    if outcome == Outcome.CLEARED:
        _refuse_gates(rows)
    gates = [{"gate": row.gate, "met": row.met} for row in rows]
    return _decide(case, {"outcome": outcome, "gates": gates}, reason_code, words, evidence, actor, at, seen)


@transaction.atomic
def decide_revert(
    *,
    number: str,
    outcome: str,
    reason_code: str,
    words: str,
    evidence: Sequence[str] = (),
    actor: Actor,
    at: datetime,
    seen: int | None = None,
) -> Any:
    """The county decides a revert (审定回退): back under monitoring from today, or the clearance stands.

    Only monitoring is restored; the household is blamed for nothing. Raises Refusal, NotNow, QuickerElsewhere.
    """
    case = _open_case(number, (Matter.REVERT,), actor)
    if outcome not in (Outcome.REVERTED, Outcome.STAYS_CLEARED):
        raise Refusal("没有选择回退还是维持消除。")
    _refuse_without_ground(reason_code, REVERTING if outcome == Outcome.REVERTED else STAYING_CLEARED, words)
    case = _decide(case, {"outcome": outcome}, reason_code, words, evidence, actor, at, seen)
    if outcome == Outcome.REVERTED:
        on = localtime(at).date()
        take_back_clearance(household_id=case.household_id, on=on, case=number, actor=actor, at=at)
    return case


@transaction.atomic
def enter_clearance_mark(
    *,
    number: str,
    channels: Sequence[str] = (),
    contact: str = "",
    words: str = "",
    actor: Actor,
    at: datetime,
    seen: int | None = None,
) -> Any:
    """Enter that the risk is gone (标注风险消除), after it was announced and the household told on two ways.

    Somebody stays in touch with the household. After a decision that a recheck took back, the case only ends. Raises
    Refusal, NotNow, QuickerElsewhere.
    """
    case = case_of(actor, number)
    if case is None or case.matter not in CLEARING or case.outcome != Outcome.CLEARED:
        raise Refusal("没有找到这件事项。")
    step = next((one["step"] for one in turns(case) if one["act"] == Act.RECORD), "")
    if not step:
        raise NotNow("还没有轮到标注。", "先在村内公告，再标注。")
    followed = [one for one in cases_of_household(actor, case.household_id) if one.about_id == case.pk]
    taken_back = any(one.outcome == Outcome.REVERSED for one in followed)
    content: dict[str, Any] = {"marked": not taken_back}
    if not taken_back:
        content["channels"] = sorted({one for one in channels if one})
        if len(content["channels"]) < 2:
            raise Refusal("标注以前要经两种途径告知农户。", "例如送纸质告知书，再打电话或当面说明。")
        on = localtime(at).date()
        name_contact(household_id=case.household_id, name=contact, actor=actor, at=at)
        fault_point("clearance.mark.contact_named")
        manner = ClearanceManner.BY_HELP if case.matter == Matter.CLEARANCE else ClearanceManner.NATURALLY
        mark_cleared(household_id=case.household_id, manner=manner, on=on, case=number, actor=actor, at=at)
        fault_point("clearance.mark.register_changed")
    return enter_record(
        number=number, act=Act.RECORD, step=step, content=content, words={"words": words}, actor=actor, at=at, seen=seen
    )


@transaction.atomic
def take_back_reversed(*, actor: Actor = SYSTEM, at: datetime) -> int:
    """Put back under monitoring whom a recheck says was cleared wrongly (复核撤销后恢复监测); gives back how many."""
    found = reversed_clearances(actor)
    for objection in found:
        take_back_clearance(
            household_id=objection.household_id, on=localtime(at).date(), case=objection.number, actor=actor, at=at
        )
    return len(found)


def _open_case(number: str, matters: Sequence[str], actor: Actor) -> Any:
    case = case_of(actor, number)
    if case is None or case.matter not in matters or case.state != CaseState.OPEN:
        raise Refusal("没有找到这件事项，或者已经决定。")
    return case


def _refuse_without_ground(reason_code: str, allowed: Sequence[str], words: str) -> None:
    if reason_code not in allowed:
        raise Refusal("没有选择理由。", "请选一条理由，再写一句话。")
    if len(words.strip()) < 4:
        raise Refusal("没有写理由。", "请写一句农户看得懂的话。")


def _refuse_gates(rows: Sequence[Any]) -> None:
    failed, open_ones = unmet(rows), untold(rows)
    if failed:
        raise NotNow(f"“{'”“'.join(row.title for row in failed)}”没有满足，不能消除风险。", "可以选继续监测。")
    if open_ones:
        raise NotNow(f"“{'”“'.join(row.title for row in open_ones)}”还不能判断。", "请乡镇带着证据核实，或先补数据。")


def _decide(
    case: Any,
    content: dict[str, Any],
    reason_code: str,
    words: str,
    evidence: Sequence[str],
    actor: Actor,
    at: datetime,
    seen: int | None,
) -> Any:
    supporting = list(evidence) or [one.sha256 for one in evidence_of(case)]
    sha256 = freeze_grounds(case=case, evidence=supporting, actor=actor, at=at)
    fault_point("clearance.decide.frozen")
    step = next((one["step"] for one in turns(case) if one["act"] == Act.DECISION), Act.DECISION)
    return enter_record(
        number=case.number,
        act=Act.DECISION,
        step=step,
        content=content | {"snapshot": sha256},
        words={"words": words},
        reason_code=reason_code,
        evidence=supporting,
        actor=actor,
        at=at,
        seen=seen,
    )
