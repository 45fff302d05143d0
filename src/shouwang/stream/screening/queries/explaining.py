"""Why a household is warned (为什么预警): what was used, from whom, which rule at which date, what would change it.

依据: DESIGN §9.5, 个人信息保护法 第二十四条.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shouwang.kernel.money import format_yuan
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.queries import deliveries_by_id
from shouwang.stream.screening.models import IssuedWarning, Run
from shouwang.stream.screening.queries.lists import run_behind


@dataclass(frozen=True)
class Shown:
    """A figure with its title as screens show it."""

    name: str
    title: str
    text: str
    unknown: bool = False


@dataclass(frozen=True)
class SourceUsed:
    """A feed or register table that the warning rests on, with the deliveries that were in force."""

    name: str
    title: str
    unit: str
    deliveries: tuple[Any, ...]
    last_received_at: datetime | None


@dataclass(frozen=True)
class Explanation:
    """Everything that the card 为什么预警 shows."""

    warning: IssuedWarning
    title: str
    because: str
    values: tuple[Shown, ...]
    thresholds: tuple[Shown, ...]
    sources: tuple[SourceUsed, ...]
    condition: str
    clause: str
    source: str
    owner: str
    clears_when: str
    verified: str
    as_of: date
    pack: str
    pack_version: str
    run: Run


def explanation(actor: Actor, warning_id: int) -> Explanation | None:
    """The grounds of one warning (预警解释); None when it does not exist within the actor's area."""
    found = IssuedWarning.objects.visible_to(actor).select_related("changed_run", "first_seen_run")
    warning = found.filter(pk=warning_id).first()
    if warning is None:
        return None
    run = run_behind(warning)
    words = run.vocabulary
    rule = words.get("rules", {}).get(warning.rule, {})
    return Explanation(
        warning=warning,
        title=rule.get("title", warning.rule),
        because=warning.because,
        values=_shown(warning.values, words.get("values", {})),
        thresholds=_shown(warning.thresholds, words.get("thresholds", {})),
        sources=_sources(warning, run),
        condition=rule.get("levels", {}).get(warning.level, ""),
        clause=rule.get("clause", ""),
        source=rule.get("source", ""),
        owner=rule.get("owner", ""),
        clears_when=rule.get("clears_when", ""),
        verified=rule.get("verified", "no"),
        as_of=run.as_of,
        pack=run.pack_title or run.pack,
        pack_version=run.pack_version,
        run=run,
    )


def _shown(figures: dict[str, Any], words: dict[str, Any]) -> tuple[Shown, ...]:
    out = []
    for name, value in figures.items():
        word = words.get(name, {})
        out.append(Shown(name, word.get("title", name), _text(value, word), unknown=value is None))
    return tuple(out)


def _text(value: Any, word: dict[str, Any]) -> str:
    """A figure in words: money in yuan, ratios in percent, yes and no, the label of a code."""
    kind = word.get("kind", "")
    if value is None:
        return "未知"
    if isinstance(value, bool):
        return "是" if value else "否"
    if kind == "money":
        return f"{format_yuan(round(Decimal(str(value)) * 100))}元"
    if kind == "ratio":
        return f"{Decimal(str(value)) * 100:.2f}".rstrip("0").rstrip(".") + "%"
    return str(word.get("codes", {}).get(value, value))


def _sources(warning: IssuedWarning, run: Run) -> tuple[SourceUsed, ...]:
    words = run.vocabulary.get("feeds", {})
    used = {one["table"]: one.get("deliveries", []) for one in run.inputs}
    kept = deliveries_by_id({pk for name in warning.sources for pk in used.get(name, [])})
    out = []
    for name in warning.sources:
        mine = tuple(kept[pk] for pk in used.get(name, []) if pk in kept)
        word = words.get(name, {})
        last = max((one.received_at for one in mine), default=None)
        out.append(SourceUsed(name, word.get("title", name), word.get("unit", ""), mine, last))
    return tuple(out)
