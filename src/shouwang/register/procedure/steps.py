"""Steps of a case as they stand (步骤): which were done, which may be taken now, by whom. The trigger says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shouwang.register.procedure.choices import LEVEL_OF_ROLE, LEVELS_FOR, NEEDS, RUNNING, Act, CaseState
from shouwang.register.staff.queries import Actor
from shouwang.register.staff.rights import may

Step = dict[str, Any]


@dataclass(frozen=True)
class StepView:
    """A step on the case page: `state` is done, now, later or not_needed."""

    step: Step
    state: str
    number: int | None
    """Number of the record that took it."""


def steps_of(case: Any, records: Sequence[Any]) -> list[StepView]:
    """Every step of a case in its order, with the newest record that took it."""
    taken = {record.step: record.number for record in records if record.step}
    open_now = {step["step"] for step in turns(case)}
    views = []
    for step in case.steps:
        name = step["step"]
        state = "now" if name in open_now else "later"
        if name in case.done:
            state = "done" if name in taken else "not_needed"
        views.append(StepView(step, state, taken.get(name) if state == "done" else None))
    return views


def turns(case: Any) -> list[Step]:
    """The steps that may be taken now, the next one first, whoever may take them."""
    if case.state not in RUNNING:
        return []
    left = [step for step in case.steps if step["step"] not in case.done]
    return [step for at, step in enumerate(left) if all(_goes_along(before, step) for before in left[:at])]


def _goes_along(before: Step, step: Step) -> bool:
    return before.get("together_with") == step["step"] or step.get("together_with") == before["step"]


def may_take(actor: Actor, case: Any, step: Step) -> bool:
    """Whether the actor's post, level and place allow this step, and nothing bars the person."""
    return actor.username not in case.recused and level_fits(actor, step) and holds(actor, case, step["act"])


def holds(actor: Actor, case: Any, act: str) -> bool:
    """Whether the actor has a permission for an act and covers the place of the case."""
    if act == Act.REVIEW and case.matter != "objection":
        return may(actor, NEEDS[Act.REVIEW][0], case)
    return any(may(actor, one, case) for one in NEEDS[act])


def level_fits(actor: Actor, step: Step) -> bool:
    """Whether a step belongs to the level that the actor's post acts for."""
    return LEVEL_OF_ROLE.get(actor.role, "") in LEVELS_FOR.get(step["level"], ())


def skippable(case: Any, step: Step) -> bool:
    """Whether a step may be left out with a reason: where the pack says when, or a notice after the village said no."""
    if step.get("served") == "yes" and case.outcome in ("refused", "upheld", "kept"):
        return False
    return bool(step.get("skipped_when")) or (step["act"] == Act.NOTICE and case.village_agreed is False)


def overdue(case: Any, day: date) -> bool:
    """Whether the step that is waited for, or the whole case, should have been done before a day."""
    if case.state not in (CaseState.OPEN, CaseState.DECIDED):
        return False
    return any(due is not None and due < day for due in (case.due_on, case.whole_due_on))
