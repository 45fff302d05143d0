"""Overdue clues go up (逾期升级): from the village to the township, from the township to the county, one step a limit."""

from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import connection, transaction

from shouwang.kernel.bulk import copy_in
from shouwang.kernel.faults import fault_point
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.actions.recording import day_of
from shouwang.stream.clues.limits import limits_from

LATE = """
CREATE TEMPORARY TABLE late_clue ON COMMIT DROP AS
SELECT id, place_number, CASE WHEN owner_level = 'village' THEN escalation + 1 ELSE 2 END AS escalation
FROM clues_clue
WHERE state <> 'closed' AND escalates_on < %(day)s AND escalation < 2
  AND place_number >= %(low)s AND place_number < %(high)s
FOR UPDATE
"""
RAISE_UP = """
UPDATE clues_clue AS c SET escalation = l.escalation, escalates_on = n.next_on
FROM late_clue AS l JOIN next_limit AS n USING (place_number) WHERE c.id = l.id
"""
EVENTS = """
INSERT INTO clues_event (clue_id, act, at, actor, role, level, details)
SELECT id, 'escalated', %(at)s, %(actor)s, %(role)s, 'system', jsonb_build_object('to', escalation)
FROM late_clue
"""


@transaction.atomic
def escalate_overdue_clues(*, actor: Actor, at: datetime) -> int:
    """Pass overdue clues upwards (逾期升级), for who is above to see to it; the task stays where it is. How many."""
    actor.require(Permission.DISPATCH_CLUE)
    day = day_of(at)
    told: dict[str, Any] = {"day": day, "at": at, "actor": actor.username, "role": actor.role, "low": actor.range_low,
            "high": actor.range_high}  # fmt: skip
    with connection.cursor() as cursor:
        for name in ("late_clue", "next_limit"):
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cursor.execute(LATE, told)
        late = int(cursor.rowcount)
        if late:
            _tell_limits(cursor, day)
            cursor.execute(RAISE_UP)
            fault_point("clue.escalate.raised")
            cursor.execute(EVENTS, told)
            note(act="escalate_clues", subject="clues", actor=actor, at=at, details={"clues": late})
    return late


def _tell_limits(cursor: Any, day: Any) -> None:
    cursor.execute("SELECT DISTINCT place_number FROM late_clue")
    places = [row[0] for row in cursor.fetchall()]
    limits = limits_from(day)
    cursor.execute("CREATE TEMPORARY TABLE next_limit (place_number bigint, next_on date) ON COMMIT DROP")
    table = {"place_number": places, "next_on": [limits.accept_by(place) for place in places]}
    copy_in(cursor, "next_limit", pa.table(table))
