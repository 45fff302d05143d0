"""Deciding a clearance or a revert on the page of a case, its gates, and the mark that follows (风险消除的审定与标注)."""

from typing import Any

from django.conf import settings
from django.utils import timezone

from shouwang.register.households.queries import household_of
from shouwang.register.procedure.choices import CaseState, Matter, Outcome
from shouwang.register.staff.choices import Permission
from shouwang.stream.clearance.actions import decide_clearance, decide_revert, enter_clearance_mark
from shouwang.stream.clearance.choices import KEEPING, REVERTING, STAYING_CLEARED, Ground
from shouwang.stream.clearance.queries import case_gates, contact_of, frozen_reason, natural_reasons
from shouwang.stream.rules.queries import pack_in_force
from shouwang.surfaces.web.access import StaffRequest

CLEARING = (Matter.CLEARANCE, Matter.NATURAL_CLEARANCE)
FORM = "web/parts/clearance_decision.html"


def decide(request: StaffRequest, case: Any, seen: int) -> Any:
    """Take the decision as the form gives it."""
    given = request.POST
    action = decide_revert if case.matter == Matter.REVERT else decide_clearance
    return action(
        number=case.number,
        outcome=given.get("outcome", ""),
        reason_code=given.get("ground", ""),
        words=given.get("words", ""),
        evidence=given.getlist("evidence"),
        actor=request.actor,
        at=timezone.now(),
        seen=seen,
    )


def is_mark(case: Any) -> bool:
    """Whether the step of registering is the mark of a clearance."""
    return case.matter in CLEARING and case.outcome == Outcome.CLEARED


def mark(request: StaffRequest, case: Any, seen: int) -> Any:
    """Enter the mark as the form gives it."""
    given = request.POST
    return enter_clearance_mark(
        number=case.number,
        channels=given.getlist("channels"),
        contact=given.get("contact", ""),
        words=given.get("words", ""),
        actor=request.actor,
        at=timezone.now(),
        seen=seen,
    )


def clearance_context(request: StaffRequest, case: Any) -> dict[str, Any]:
    """Gates of an open clearance, and what the form of its mark needs; nothing for other matters."""
    if is_mark(case) and case.state == CaseState.DECIDED:
        household = household_of(request.actor, case.household_id)
        return {"is_mark": True, "contact": contact_of(household) if household else ""}
    if case.matter not in CLEARING or case.state != CaseState.OPEN:
        return {}
    gates = case_gates(request.actor, case, on=timezone.localdate())
    return {
        "gates": gates,
        "gates_open": sum(not gate.passed for gate in gates),
        "may_confirm": request.actor.may(Permission.VERIFY_CASE) and request.actor.username not in case.recused,
    }


def grounds(case: Any) -> dict[str, Any]:
    """Grounds that a decision may have: yes first, then no, as (code, label)."""
    if case.matter == Matter.REVERT:
        return {"yes_grounds": _labels(REVERTING), "no_grounds": _labels(STAYING_CLEARED)}
    reason = frozen_reason(case)
    yes = [(reason, reason_label(reason))] if reason else _labels((Ground.RISK_GONE,))
    return {"yes_grounds": yes, "no_grounds": _labels(KEEPING)}


def reason_label(code: str) -> str:
    """A ground of clearance in 中文: ours, or the pack's for a natural one; empty for another word."""
    if code in Ground.values:
        return str(Ground(code).label)
    on = timezone.localdate()
    item = natural_reasons(pack_in_force(settings.PACK, on=on), on=on).get(code)
    return item.title if item else ""


def _labels(codes: tuple[Ground, ...]) -> list[tuple[str, str]]:
    return [(one.value, str(one.label)) for one in codes]
