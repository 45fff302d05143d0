"""Factor chart (风险类别构成): households per factor by their gravest level in it, drawn as bars without a script."""

from typing import Any

from shouwang.register.staff.queries import Actor
from shouwang.stream.screening.choices import Factor
from shouwang.stream.screening.queries import households_by_factor
from shouwang.surfaces.web.place_choice import address

COUNTED = ("red", "orange", "yellow")


def factor_bars(actor: Actor, place: Any) -> list[dict[str, Any]]:
    """The factors with warned households in a place, most first, each with its bar and the address of its rows."""
    counts = households_by_factor(actor, range_low=place.range_low, range_high=place.range_high)
    bars = [_bar(factor, tally, place.code) for factor, tally in counts.items()]
    bars = sorted((bar for bar in bars if bar["total"]), key=lambda bar: -bar["total"])
    longest = max((bar["total"] for bar in bars), default=1)
    return [{**bar, "bar": stack_bar(bar["red"], bar["orange"], bar["yellow"], longest)} for bar in bars]


def _bar(factor: str, tally: dict[str, int], code: str) -> dict[str, Any]:
    parts = {level: tally[level] for level in COUNTED}
    where = address("warning_list", code, factor=factor)
    return {"label": Factor(factor).label, "total": sum(parts.values()), "address": where, **parts}


def stack_bar(red: int, orange: int, yellow: int, full: float) -> dict[str, str]:
    """Widths and starts of the three parts of a bar, in hundredths of the full width."""
    scale = 100 / full if full else 0
    widths = {"red": red * scale, "orange": orange * scale, "yellow": yellow * scale}
    starts = {"orange_from": widths["red"], "yellow_from": widths["red"] + widths["orange"]}
    return {name: f"{value:.2f}" for name, value in {**widths, **starts}.items()}
