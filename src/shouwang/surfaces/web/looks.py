"""Looks (查看留痕): every page that shows somebody's data says so here before it is made, at the cost of one INSERT.

A look is bound to what it was made for: a link from a clue, a case or a warning carries `?for=clue:12`, and the task
must exist, be visible to the actor and be about this household. Everything else is recorded as out of task (任务外).
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from shouwang.register.households.queries import HouseholdFile
from shouwang.register.ledger.actions import record_look
from shouwang.register.ledger.choices import EXPORT, Look
from shouwang.register.ledger.queries import looks_at_household
from shouwang.register.places.queries import full_names
from shouwang.register.procedure.queries import case_of
from shouwang.register.staff.choices import Role
from shouwang.register.staff.queries import Actor, names_of
from shouwang.stream.assistance.queries import plan_of
from shouwang.stream.clues.queries import clue_of
from shouwang.stream.screening.queries import household_warnings
from shouwang.surfaces.web.access import StaffRequest

KEPT_YEARS = 3
"""So far back the household's own page shows who looked; the ledger itself keeps everything."""
OUT_OF_TASK = "任务外"
LONGEST_KEY = 19
TASK_WORDS = {
    "warning": "预警",
    "clue": "线索",
    "case": "办件",
    "plan": "帮扶计划",
    "review": "比对复核",
    "pull": "部门系统取数",
}


def _warned(actor: Actor, household_id: str, key: str) -> bool:
    return (
        key.isdecimal()
        and len(key) < LONGEST_KEY
        and household_warnings(actor, household_id).filter(pk=int(key)).exists()
    )


def _case(actor: Actor, household_id: str, key: str) -> bool:
    found = case_of(actor, key)
    return found is not None and found.household_id == household_id


def _clue(actor: Actor, household_id: str, key: str) -> bool:
    found = clue_of(actor, int(key)) if key.isdecimal() and len(key) < LONGEST_KEY else None
    return found is not None and found.household_id == household_id


def _plan(actor: Actor, household_id: str, key: str) -> bool:
    found = plan_of(actor, int(key)) if key.isdecimal() and len(key) < LONGEST_KEY else None
    return found is not None and found.household_id == household_id


TASKS: dict[str, Callable[[Actor, str, str], bool]] = {
    "warning": _warned,
    "clue": _clue,
    "case": _case,
    "plan": _plan,
}
"""Kind of task → whether the actor has such a task about this household."""


def task_of(actor: Actor, household_id: str, given: str) -> str:
    """The task that an address names (`clue:12`) when it is one; empty when it is none (任务外)."""
    kind, _, key = given.partition(":")
    known = TASKS.get(kind)
    return given if known and known(actor, household_id, key) else ""


def look(request: StaffRequest, household_id: str, purpose: str, *, task: str = "") -> None:
    """Record that the actor of a request sees one household's data on the page named `purpose`."""
    given = request.POST.get("for") or request.GET.get("for", "")
    task = task_of(request.actor, household_id, given) or task
    subjects = [f"household:{household_id}"]
    record_look(subjects=subjects, purpose=purpose, task=task, actor=request.actor, at=timezone.now())


def look_list(request: StaffRequest, place_code: str, rows: int, purpose: str) -> None:
    """Record that the actor sees a list of names of a place; an empty list shows nobody."""
    if rows:
        subjects = [f"place:{place_code or request.actor.place_code}"]
        record_look(subjects=subjects, purpose=purpose, rows=rows, actor=request.actor, at=timezone.now())


def looks_of(file: HouseholdFile) -> Any:
    """The recorded looks at a household of the last three years, newest first."""
    return looks_at_household(
        file.household.household_id,
        resident_ids=[one.resident.resident_id for one in file.members],
        place_code=file.household.place.code,
        since=timezone.now() - timedelta(days=366 * KEPT_YEARS),
    )


def look_rows(entries: Iterable[Any]) -> list[dict[str, Any]]:
    """Looks as a household reads them: who by name, role and place (never the account), when, what, why."""
    shown = list(entries)
    names, places = names_of({one.actor for one in shown}), full_names({one.place_code for one in shown})
    labels = dict(Role.choices)
    return [
        {
            "at": one.at,
            "name": names.get(one.actor, "系统"),
            "role": labels.get(one.role, one.role),
            "place": places.get(one.place_code, ""),
            "what": what_was_seen(one),
            "why": why_looked(one),
        }
        for one in shown
    ]


def what_was_seen(entry: Any) -> str:
    """What a look saw: full numbers, one's file, or a list of the place that was taken out."""
    if entry.act.startswith(EXPORT):
        return f"导出本地名单（{entry.details.get('rows', 0)} 户，可能含本户）"
    return Look(entry.act).label if entry.act in Look.values else entry.act


def why_looked(entry: Any) -> str:
    """The page or reason of a look, and the task that it was made for."""
    if entry.act.startswith(EXPORT):
        return entry.reason
    task = str(entry.details.get("task", ""))
    return f"{entry.reason}（{task_words(task)}）" if entry.act != Look.REVIEW else entry.reason


def task_words(task: str) -> str:
    """`clue:12` as people say it: 线索 12; 任务外 when there is none."""
    kind, _, key = task.partition(":")
    return f"{TASK_WORDS.get(kind, kind)} {key}" if task else OUT_OF_TASK
