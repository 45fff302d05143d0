"""One household as it stands today (当前情况): the register of now, the departments' data of the last screening."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from shouwang.register.households.queries import ENTRY_TABLES, Household, household_of, household_rows
from shouwang.register.staff.queries import Actor
from shouwang.stream.rules.queries import pack_in_force
from shouwang.stream.screening.choices import RunStatus
from shouwang.stream.screening.models import Run
from shouwang.stream.screening.queries.inputs import frozen_inputs

if TYPE_CHECKING:
    from shouwang.engine.backends.memory import HouseholdFile
    from shouwang.engine.frozen import Frozen
    from shouwang.policy import Pack

REGISTER = frozenset(("households", "residents", *ENTRY_TABLES))


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
    from shouwang.policy.case_files import household_file

    household = household_of(actor, household_id)
    if household is None:
        return None
    pack = pack_in_force(settings.PACK, on=on)
    mine = {name: _known(rows, pack.sources[name].columns) for name, rows in household_rows(household_id).items()}
    home = mine.pop("households")
    file = household_file(pack, {"household": home[0], **mine}, on)
    run = _newest_run(household.place_number)
    if run is not None and run.inputs:
        # What the register says of now comes first.
        file = replace(file, tables=ChainMap(dict(file.tables), _delivered(run, pack, household)), _facts={})  # type: ignore[arg-type]
    return HouseholdNow(pack, file, run)


def _newest_run(place_number: int) -> Run | None:
    found = Run.objects.filter(status=RunStatus.PUBLISHED, range_low__lte=place_number, range_high__gt=place_number)
    return found.order_by("-id").first()


def _known(rows: list[dict[str, Any]], columns: Any) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name in columns} for row in rows]


def _delivered(run: Run, pack: "Pack", household: Household) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What departments had delivered about a household when the run was made; it does not change after that.

    A page of an open clearance is looked at again and again, and the files of a county are long: what was opened of a run
    stays open, for the newest runs.
    """
    from shouwang.engine.one_household import FrozenRows

    key = run.pk, pack.version
    if key not in _open:
        while len(_open) >= KEPT:
            _open.pop(next(iter(_open)), None)
        _open[key] = frozen_inputs(run, pack)
    return FrozenRows(_open[key], household.household_id, kept_out=REGISTER)


KEPT = 4
_open: dict[tuple[int, str], "Frozen"] = {}
