"""Looks in plain words (谁看过我家的信息): who by name, post and place, never the account; when; what; why."""

from collections.abc import Iterable
from typing import Any

from shouwang.register.ledger.choices import EXPORT, Look
from shouwang.register.places.queries import full_names
from shouwang.register.staff.choices import Role
from shouwang.register.staff.queries import names_of

TASKS = {"warning": "核对预警", "clue": "办线索", "case": "办认定", "plan": "办帮扶", "review": "核对身份"}
NO_TASK = "没有写是办哪件事，可以打电话问"


def look_words(entries: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows for the page, the newest first."""
    shown = list(entries)
    names, places = names_of({one.actor for one in shown}), full_names({one.place_code for one in shown})
    labels = dict(Role.choices)
    return [
        {
            "at": one.at,
            "who": "您自己（凭编号）" if one.role == Role.HOUSEHOLD else names.get(one.actor, "系统"),
            "post": "" if one.role == Role.HOUSEHOLD else f"{places.get(one.place_code, '')}{labels.get(one.role, '')}",
            "what": _what(one),
            "why": _why(one),
        }
        for one in shown
    ]


def _what(entry: Any) -> str:
    if entry.act.startswith(EXPORT):
        return f"导出了本地名单（{entry.details.get('rows', 0)} 户，可能有您家）"
    return str(Look(entry.act).label) if entry.act in Look.values else "看了您家的信息"


def _why(entry: Any) -> str:
    kind = str(entry.details.get("task", "")).partition(":")[0]
    why = TASKS.get(kind, NO_TASK if not entry.act.startswith(EXPORT) else "")
    return "；".join(one for one in (entry.reason, why) if one)
