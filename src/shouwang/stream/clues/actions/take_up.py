"""Warnings become clues (预警转线索): after every published screening, set by set, one open clue per household.

What was looked at already is remembered and not sent again; what is held back is counted and can be seen. Done again for
the same run, nothing changes.
"""

from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db import connection, transaction

from shouwang.kernel.bulk import analyse, copy_in
from shouwang.kernel.faults import fault_point
from shouwang.register.households.queries import households
from shouwang.register.ledger.actions import note
from shouwang.register.procedure.choices import Matter
from shouwang.register.procedure.queries import cases
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import SYSTEM, Actor
from shouwang.stream.clues.actions.take_up_sql import (
    COMING,
    COUNT,
    EVENTS,
    FEED,
    FORGET_HELD,
    HOLD,
    JUDGE,
    LIMITS,
    OPEN,
    PLACES,
    SOURCES,
)
from shouwang.stream.clues.choices import SCREENING, ClueState, Grade
from shouwang.stream.clues.limits import limits_from
from shouwang.stream.clues.models import Clue, ClueEvent, ClueSource, HeldWarning
from shouwang.stream.screening.choices import RunStatus
from shouwang.stream.screening.queries import findings_of, run_of, runs

WARNING_FIELDS = (
    "id", "rule", "household_id", "resident_id", "place_number", "severity", "first_seen_run_id",
)  # fmt: skip
HOUSEHOLD_FIELDS = ("household_id", "monitored_class", "monitored_on", "cleared_on", "checked_until")


@transaction.atomic
def take_up_warnings(*, run_id: int, actor: Actor, at: datetime) -> dict[str, int]:
    """Open or feed one clue per household from what a published run found (预警转线索). Gives back the counts.

    New: warnings that no clue of the household has had, that came back, or that became graver. Households that were
    found without risk for the time being get only those; those whose determination is under way get none besides it, and
    monitored ones a note for their helper. Review flags never come here. 依据: 郴州附件9 二(二) (预警后核实). Raises NotAllowed.
    """
    actor.require(Permission.RUN_SCREENING)
    run = run_of(actor, run_id)
    if run is None or run.status != RunStatus.PUBLISHED or _overtaken(run, actor):
        return {}
    told: dict[str, Any] = {"run": run.pk, "as_of": run.as_of, "at": at, "actor": actor.username, "role": actor.role,
            "channel": SCREENING, "low": run.range_low, "high": run.range_high}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('clues take up'))")
        _gather(cursor, run)
        cursor.execute(JUDGE, told)
        cursor.execute("ANALYZE judged_warning")
        _tell_limits(cursor, run.as_of)
        for step in (HOLD, FORGET_HELD, OPEN, SOURCES, FEED, EVENTS):
            cursor.execute(step, told)
            fault_point("clue.take_up.step")
        analyse(cursor, *(model._meta.db_table for model in (Clue, ClueSource, ClueEvent, HeldWarning)))
        cursor.execute(COUNT)
        counts = dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True))
    fault_point("clue.take_up.counted")
    note(act="take_up_warnings", subject=f"run:{run.pk}", actor=actor, at=at, details=counts)
    return counts


def _overtaken(run: Any, actor: Actor) -> bool:
    """Whether a later run of the same area is in force: its warnings are not this run's any more."""
    later = runs(actor).filter(pk__gt=run.pk, status=RunStatus.PUBLISHED)
    return later.filter(range_low__lt=run.range_high, range_high__gt=run.range_low).exists()


def _gather(cursor: Any, run: Any) -> None:
    """The run's warnings beside their households; both tables stay their modules' own: only their queries are asked."""
    warnings, given = findings_of(run).values(*WARNING_FIELDS).query.sql_with_params()
    found = households(SYSTEM, range_low=run.range_low, range_high=run.range_high)
    homes, more = found.order_by().values(*HOUSEHOLD_FIELDS).query.sql_with_params()
    running = cases(SYSTEM, matter=Matter.DETERMINATION, state="running").order_by().values("household_id").distinct()
    under_way, last = running.query.sql_with_params()
    for name in ("coming_warning", "judged_warning", "limit_of_place"):
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
    cursor.execute(COMING.format(warnings=warnings, households=homes, cases=under_way), [*given, *more, *last])
    cursor.execute("ANALYZE coming_warning")


def _tell_limits(cursor: Any, day: date) -> None:
    """By when a clue of each village is due, as a table to join."""
    cursor.execute(PLACES)
    places = [row[0] for row in cursor.fetchall()]
    limits = limits_from(day)
    cursor.execute(LIMITS)
    if places:
        copy_in(cursor, "limit_of_place", pa.table({
            "place_number": places,
            "accept_by": [limits.accept_by(place) for place in places],
            "check_by": [limits.due(ClueState.TAKEN, place, Grade.RED) for place in places],
        }))  # fmt: skip
    cursor.execute("ANALYZE limit_of_place")
