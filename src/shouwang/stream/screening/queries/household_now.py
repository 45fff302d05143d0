"""One household as it stands today (当前情况): the register of now, the departments' data of the last screening."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from shouwang.register.households.queries import household_of, register_tables
from shouwang.register.staff.queries import Actor
from shouwang.stream.rules.queries import pack_in_force
from shouwang.stream.screening.choices import RunStatus
from shouwang.stream.screening.models import Run
from shouwang.stream.screening.queries.inputs import frozen_inputs

if TYPE_CHECKING:
    from shouwang.engine.backends.memory import HouseholdFile
    from shouwang.policy import Pack

OWN = ("household_id", "resident_id")


@dataclass(frozen=True)
class HouseholdNow:
    """A household's rows with the pack in force and the screening from which the departments' data come."""

    pack: "Pack"
    file: "HouseholdFile"
    run: Run | None

    def report(self, *, only: list[str] | None = None) -> dict[str, Any]:
        """Facts, warnings, benefits and gates with their grounds (see policy.computing)."""
        from shouwang.policy.computing import compute_file

        return compute_file(self.pack, self.file, only=only)


def household_now(actor: Actor, household_id: str, *, on: date) -> HouseholdNow | None:
    """Everything that the rules can know of a household on a day; None outside the actor's area.

    A feed that no screening has read is unknown, not empty.
    """
    from shouwang.engine.backends.memory import household_file_of
    from shouwang.policy.case_files import household_file

    household = household_of(actor, household_id)
    if household is None:
        return None
    pack = pack_in_force(settings.PACK, on=on)
    tables = register_tables(household.place_number, household.place_number + 1)
    mine = {name: _rows(table, household_id, pack.sources[name].columns) for name, table in tables.items()}
    home = mine.pop("households")
    file = household_file(pack, {"household": home[0], **mine}, on)
    run = _newest_run(household.place_number)
    if run is not None and run.inputs:
        before = household_file_of(file.program, frozen_inputs(run, pack), household_id)
        feeds = {name: rows for name, rows in (before.tables if before else {}).items() if name not in mine}
        file = replace(file, tables={**feeds, **file.tables}, _facts={})
    return HouseholdNow(pack, file, run)


def _newest_run(place_number: int) -> Run | None:
    found = Run.objects.filter(status=RunStatus.PUBLISHED, range_low__lte=place_number, range_high__gt=place_number)
    return found.order_by("-id").first()


def _rows(table: Any, household_id: str, columns: Any) -> list[dict[str, Any]]:
    import pyarrow.compute as pc

    kept = table.filter(pc.equal(table["household_id"], household_id)).to_pylist()
    return [{name: value for name, value in row.items() if name in columns and value is not None} for row in kept]
