"""Benefits of one household (待遇测算), from the inputs of the last screening; to look into, never a decision."""

from typing import Any

from shouwang.register.households.queries import households
from shouwang.register.staff.queries import Actor
from shouwang.stream.rules.queries import pack_in_force
from shouwang.stream.screening.models import Run
from shouwang.stream.screening.queries.inputs import frozen_inputs


def benefits_of(actor: Actor, household_id: str, run: Run) -> list[dict[str, Any]]:
    """Every benefit with its steps, for the household or each of its members; nothing of another place's household."""
    from shouwang.engine.backends.memory import household_file_of  # heavy, as what it brings along
    from shouwang.engine.program import for_columns
    from shouwang.policy.computing import benefit_reports

    if not run.inputs or not households(actor).filter(pk=household_id).exists():
        return []
    pack = pack_in_force(run.pack, on=run.as_of)
    frozen = frozen_inputs(run, pack)
    written = pack.program(run.as_of)
    program, findings = for_columns(written, list(written.benefits.values()), frozen.inputs.columns)
    file = household_file_of(program, frozen, household_id)
    return benefit_reports(file, findings) if file is not None else []
