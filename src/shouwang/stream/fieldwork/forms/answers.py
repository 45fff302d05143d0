"""Reading one answer (核对答案): what a phone sends is only believed when the form allows it."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shouwang.stream.fieldwork.forms.model import Field, Wrong

MOST_MONEY = 10**12
MOST_COUNT = 10**6
TERMS = ("wage", "business_income", "business_cost", "property_income", "transfer")
"""Terms of the income sheet, as the case keeps them: 工资性＋经营收入－经营支出＋财产性＋转移性."""


def read_answer(field: Field, given: Any) -> Any:
    """The answer as it is kept; None when none was given. Raises Wrong."""
    if given in (None, "", [], {}):
        return None
    return READERS[field.kind](field, given)


def _choice(field: Field, given: Any) -> str:
    if given not in {name for name, _ in field.choices}:
        raise Wrong(f"“{field.title}”没有这个选项。")
    return str(given)


def _checks(field: Field, given: Any) -> list[str]:
    if not isinstance(given, list):
        raise Wrong(f"“{field.title}”没有填对。")
    return sorted({_choice(field, one) for one in given})


def _words(field: Field, given: Any) -> str | None:
    if not isinstance(given, str) or len(given) > field.most:
        raise Wrong(f"“{field.title}”最多 {field.most} 个字。")
    # Halves of characters and zero bytes are nothing that anybody has written.
    return given.encode("utf-8", "ignore").decode().replace("\x00", "").strip() or None


def _day(field: Field, given: Any) -> str:
    try:
        return date.fromisoformat(given).isoformat()
    except (TypeError, ValueError):
        raise Wrong(f"“{field.title}”不是日期。") from None


def whole(given: Any, title: str, most: int) -> int:
    """A whole number that is not negative; booleans and texts are none. Raises Wrong."""
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= most:
        raise Wrong(f"“{title}”不是合适的数。")
    return given


def _money(field: Field, given: Any) -> int:
    return whole(given, field.title, MOST_MONEY)


def _count(field: Field, given: Any) -> int:
    return whole(given, field.title, MOST_COUNT)


def _income(field: Field, given: Any) -> dict[str, int | None]:
    """The income sheet in 分; what was not asked stays unknown."""
    if not isinstance(given, Mapping) or set(given) - {*TERMS, "members"}:
        raise Wrong(f"“{field.title}”没有填对。")
    read: dict[str, int | None] = {
        name: None if given.get(name) is None else whole(given[name], field.title, MOST_MONEY) for name in TERMS
    }
    read["members"] = None if given.get("members") is None else whole(given["members"], "家庭人口", 99)
    return read


READERS: dict[str, Callable[[Field, Any], Any]] = {
    "choice": _choice,
    "checks": _checks,
    "words": _words,
    "line": _words,
    "day": _day,
    "money": _money,
    "count": _count,
    "income": _income,
}


def worked_out(sheet: Mapping[str, int | None]) -> dict[str, int | None]:
    """Net income and net income per head in 分; None as soon as one term or the number of people is unknown."""
    terms = [sheet.get(name) for name in TERMS]
    if any(term is None for term in terms):
        return {"net": None, "per_head": None}
    wage, earned, cost, rent, transfer = (int(term) for term in terms if term is not None)
    net, members = wage + earned - cost + rent + transfer, sheet.get("members")
    if not members:
        return {"net": net, "per_head": None}
    return {"net": net, "per_head": int((Decimal(net) / members).quantize(Decimal(1), ROUND_HALF_UP))}


def yuan(fen: int | None) -> str | None:
    """分 as 元 with two decimals, as the records of a case keep them."""
    return None if fen is None else str((Decimal(fen) / 100).quantize(Decimal("0.01")))
