"""The words of a screening (规则说明): titles and clauses as a run used them, read once per process.

What a published run was told does not change any more, and it is long: every page that names a rule would read and
parse all of it again.
"""

from typing import Any

from shouwang.stream.screening.choices import RunStatus
from shouwang.stream.screening.models import Run

KEPT = 4
_known: dict[int, dict[str, Any]] = {}


def words_of(run_id: int | None) -> dict[str, Any]:
    """The vocabulary of a published run; empty for none."""
    if run_id is None:
        return {}
    if run_id not in _known:
        found = Run.objects.filter(pk=run_id).values_list("vocabulary", "status").first()
        if found is None or found[1] != RunStatus.PUBLISHED:
            return dict(found[0]) if found else {}
        while len(_known) >= KEPT:
            _known.pop(next(iter(_known)), None)
        _known[run_id] = found[0]
    return _known[run_id]


def newest_run_id() -> int | None:
    """The newest published screening, wherever it was."""
    found = Run.objects.filter(status=RunStatus.PUBLISHED).order_by("-id").values_list("id", flat=True)
    return found.first()


def rule_titles() -> dict[str, str]:
    """Rule name → title, as the newest published screening knew them."""
    return titled(words_of(newest_run_id()), "rules")


def titled(words: dict[str, Any], part: str) -> dict[str, str]:
    """Name → title of one part of the words."""
    return {name: entry["title"] for name, entry in words.get(part, {}).items()}
