"""What waits for somebody's visit today (今天要走访的)."""

from datetime import date

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.fieldwork.kinds import KINDS, Task

MOST = 200
"""More than anybody visits in three weeks; what is not needed is not taken along."""


def tasks_of(actor: Actor, *, on: date) -> list[Task]:
    """Clues, home visits, look-back visits, the quarter's round and measures, those due first."""
    if not actor.may(Permission.CHECK_CLUE):
        return []
    found = [task for kind in KINDS.values() for task in kind.tasks(actor, on=on, most=MOST)]
    return sorted(found, key=lambda one: (one.due_on or date.max, one.household_id, one.form))[:MOST]
