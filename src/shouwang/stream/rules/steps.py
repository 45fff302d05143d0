"""A procedure of the pack as a case takes it along (程序定格): its steps in their order, every limit as a number."""

from datetime import date
from typing import TYPE_CHECKING, Any

from shouwang.register.procedure.actions import FrozenProcedure
from shouwang.stream.rules.queries import pack_in_force

if TYPE_CHECKING:
    from shouwang.policy import Pack

WALKED = {
    "pledge",
    "authorisation",
    "record",
    "verification",
    "comparison",
    "appraisal",
    "notice",
    "recheck",
    "review",
    "decision",
    "announcement",
}
"""Acts that are steps of a case. The clue comes before it; measures and follow-up visits have rooms of their own."""


def frozen_procedure(
    name: str, pack_name: str, *, on: date, place_number: int, deciding: dict[str, Any] | None = None
) -> FrozenProcedure:
    """The procedure of a name in force on a day at a place, with what its decision has to look at (see `deciding`).

    Raises KeyError for a name that the pack does not have.
    """
    pack = pack_in_force(pack_name, on=on)
    procedure = pack.procedures[name]
    place = f"{place_number:012d}"
    steps = [_step(pack, step, on, place) for step in procedure.steps if step.act in WALKED]
    steps = [step | (deciding or {}) if step["act"] == "decision" else step for step in steps]
    within = _limit(pack, procedure.within, on, place) if procedure.within else None
    return FrozenProcedure(pack.name, pack.version, steps, within)


def _step(pack: "Pack", step: Any, on: date, place: str) -> dict[str, Any]:
    limits = {kind: _limit(pack, name, on, place) for kind, name in step.limits.items()}
    return {
        "step": step.name,
        "act": step.act,
        "title": step.title,
        "level": step.level,
        "actors": list(step.actors),
        "limits": limits,
        "together_with": step.together_with,
        "skipped_when": step.skipped_when,
        # What is posted for days hangs in the village; an announcement without days is handed to the household.
        "served": "yes" if step.act == "announcement" and "notice" not in step.limits else "",
        "source": step.source,
        "clause": step.clause,
    }


def _limit(pack: "Pack", name: str, on: date, place: str) -> dict[str, Any]:
    from shouwang.engine.values import plain

    resolved = pack.program(on).parameters[name]
    return {"name": name, "value": plain(resolved.at(place), resolved.parameter.kind), "unit": resolved.parameter.unit}
