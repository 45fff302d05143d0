"""The decision that a risk is gone, in writing (风险消除决定书): every gate with what was found, and how to object."""

from typing import Any

from django.conf import settings

from shouwang.register.households.choices import ClearanceManner
from shouwang.register.households.queries import household_file
from shouwang.register.procedure.choices import Act, Matter, Outcome
from shouwang.register.procedure.queries import CaseRecord
from shouwang.register.staff.queries import Actor
from shouwang.stream.clearance.choices import Ground, Met
from shouwang.stream.clearance.queries import established, frozen_gates, natural_reasons
from shouwang.stream.determination.papers import PaperWish, decided_fields, house
from shouwang.stream.rules.queries import pack_in_force

KIND = "clearance_decision"
CLEARED_FROM = "村内公告、告知你户以后"


def has_paper(record: Any) -> bool:
    """Whether a record is a decision that clears a household."""
    return bool(record.act == Act.DECISION and record.content.get("outcome") == Outcome.CLEARED)


def part_of(record: Any) -> str:
    """Which of the decisions of a case."""
    return f"第{record.number}号记录"


def clearance_wish(actor: Actor, case: Any, one: CaseRecord) -> PaperWish | None:
    """The paper of a decision that clears a household; None outside the actor's area."""
    file = household_file(actor, case.household_id)
    if file is None or not has_paper(one.record):
        return None
    natural = case.matter == Matter.NATURAL_CLEARANCE
    fields = house(file, case) | decided_fields(actor, case, one)
    fields |= {
        "manner": ClearanceManner.NATURALLY.label if natural else ClearanceManner.BY_HELP.label,
        "monitored_from": file.household.monitored_on,
        "cleared_from": CLEARED_FROM,
        "reason": _reason(one),
        "gates": _gates(case, one),
    }
    return PaperWish(KIND, part_of(one.record), fields)


def _gates(case: Any, one: CaseRecord) -> list[dict[str, str]]:
    """Gates as they stood at the decision, with who looked into those that no data could tell."""
    titles = {gate["gate"]: gate["title"] for gate in frozen_gates(case)}
    told = established(case)
    rows = []
    for gate in one.record.content.get("gates", []):
        name, found = gate["gate"], Met(gate["met"]).label
        if gate["met"] == Met.CONFIRMED and name in told:
            found = f"{found}：{told[name].words}（{told[name].by_name}）"
        rows.append({"gate": titles.get(name, name), "found": found})
    return rows


def _reason(one: CaseRecord) -> str:
    code = one.record.reason_code
    if code in Ground.values:
        label = str(Ground(code).label)
    else:
        on = one.record.acted_on
        item = natural_reasons(pack_in_force(settings.PACK, on=on), on=on).get(code)
        label = item.title if item else ""
    return "。".join(part.rstrip("。") for part in (label, one.words.get("words", "")) if part) + "。"
