"""Deciding on a page (审定): what each matter asks of who decides; yes and no cost the same."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from shouwang.kernel.errors import Refusal
from shouwang.register.households.choices import MonitoredClass, RiskKind
from shouwang.register.procedure.choices import OUTCOMES, Act, Matter
from shouwang.register.procedure.steps import may_take, turns
from shouwang.stream.determination.actions import decide_case
from shouwang.stream.determination.choices import INCLUDING, REFUSING
from shouwang.stream.determination.notices import proposed_class
from shouwang.surfaces.web import clearance_decision
from shouwang.surfaces.web.access import StaffRequest


def _decide_determination(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return decide_case(
        number=case.number,
        outcome=given.get("outcome", ""),
        reason_code=given.get("ground", ""),
        words=given.get("words", ""),
        monitored_class=given.get("monitored_class", ""),
        risks=given.getlist("risks"),
        actor=request.actor,
        at=timezone.now(),
        seen=seen,
    )


DECIDERS: dict[str, Callable[[StaffRequest, Any, int], Any]] = {
    Matter.DETERMINATION: _decide_determination,
    Matter.CLEARANCE: clearance_decision.decide,
    Matter.NATURAL_CLEARANCE: clearance_decision.decide,
    Matter.REVERT: clearance_decision.decide,
}
"""Matter → what takes the decision of its form."""
FORMS = {
    Matter.DETERMINATION: "web/parts/determination_decision.html",
    Matter.CLEARANCE: clearance_decision.FORM,
    Matter.NATURAL_CLEARANCE: clearance_decision.FORM,
    Matter.REVERT: clearance_decision.FORM,
}
"""Matter → the fields that its decision asks for."""


def decide(request: StaffRequest, case: Any, seen: int) -> Any:
    """Take a decision as the form of its matter gives it. Raises Refusal."""
    decider = DECIDERS.get(case.matter)
    if decider is None:
        raise Refusal("这类事项不在这里审定。")
    return decider(request, case, seen)


def decision_context(request: StaffRequest, case: Any, records: list[Any]) -> dict[str, Any]:
    """What the form of a decision shows, for who may take it now."""
    mine = any(one["act"] == Act.DECISION and may_take(request.actor, case, one) for one in turns(case))
    around = clearance_decision.clearance_context(request, case)
    if not mine or case.matter not in FORMS:
        return around | {"decision_form": ""}
    yes, no = OUTCOMES[case.matter]
    if case.matter != Matter.DETERMINATION:
        around |= clearance_decision.grounds(case)
    return around | {
        "decision_form": FORMS[Matter(case.matter)],
        "yes": yes,
        "no": no,
        "including": [(one.value, one.label) for one in INCLUDING],
        "refusing": [(one.value, one.label) for one in REFUSING],
        "classes": MonitoredClass.choices,
        "proposed": proposed_class(case),
        "risk_choices": RiskKind.choices,
        "opinions": [one for one in records if one.record.act in (Act.OPINION, Act.REVIEW)],
    }
