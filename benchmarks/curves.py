"""How screening grows with residents, as pictures: seconds, times the floor and peak memory, from benchmarks/growth.json.

    python benchmarks/curves.py                draw docs/images/growth-*.svg from the figures kept in benchmarks/growth.json
    python benchmarks/curves.py growth.json    take the sizes out of a report of screening.py --json first, then draw

Both axes of a picture go by powers of ten; a straight line that climbs as steeply as the dashed one grows no faster than
its input. A report replaces the points of its own sizes; all others stay, each with the day it was measured on.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FIGURES, PICTURES = ROOT / "benchmarks/growth.json", ROOT / "docs/images"
WIDTH, HEIGHT, LEFT, BELOW, MARGIN = 640, 360, 76, 40, 40
COLOURS = {"floor": "#767676", "ours": "#0b5cad", "raw": "#a3480f"}
NAMES = {"floor": "reading the columns once", "ours": "screening", "raw": "from delivered files"}
KEPT = (*NAMES, "raw_floor")
FIGURES_OF = ("seconds", "range", "cpu_seconds", "peak_mb", "runs", "parts")
Points = dict[str, list[tuple[int, float]]]
# name of the picture: what stands at its upper axis, its unit, and how a size's figures become the points of each way
PICTURED: dict[str, tuple[str, str, Callable[[dict[str, Any]], dict[str, float]]]] = {
    "seconds": ("Seconds", "s", lambda ways: {way: ways[way]["seconds"] for way in NAMES if way in ways}),
    "memory": ("Peak memory", "MB", lambda ways: {way: ways[way]["peak_mb"] for way in ("ours", "raw") if way in ways}),
    "floor": ("Times the floor", "×", lambda ways: dict(_times_the_floor(ways))),
}


def _times_the_floor(ways: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for way, floor in (("ours", "floor"), ("raw", "raw_floor")):
        if way in ways:
            yield way, ways[way]["seconds"] / ways[floor]["seconds"]


def points(sizes: list[dict[str, Any]], picture: str) -> Points:
    """What a picture shows of every way, the smallest size first."""
    found: Points = {}
    for size in sorted(sizes, key=lambda one: int(one["residents"])):
        for way, value in PICTURED[picture][2](size["ways"]).items():
            found.setdefault(way, []).append((size["residents"], value))
    return found


def taken(report: dict[str, Any], kept: list[dict[str, Any]], day: str) -> list[dict[str, Any]]:
    """The sizes kept so far with those of a report, which are newer."""
    sizes = [report, *(report["larger"] if isinstance(report.get("larger"), list) else [])]
    fresh = {
        size["residents"]: {
            "residents": size["residents"],
            "rules": report["rules"],
            "measured": day,
            "ways": {
                way: {name: size["ways"][way][name] for name in FIGURES_OF if name in size["ways"][way]}
                for way in KEPT
                if way in size["ways"]
            },
        }
        for size in sizes
    }
    both = {size["residents"]: size for size in kept} | fresh
    return [both[residents] for residents in sorted(both)]


# --- drawing ----------------------------------------------------------------------------------------------------------


def drawn(found: Points, title: str, unit: str) -> str:
    """One picture."""
    values = [value for some in found.values() for value in some]
    across, up = _decades(x for x, _ in values), _decades(y for _, y in values)

    def at(residents: float, value: float) -> tuple[float, float]:
        right = (math.log10(residents) - across[0]) / (across[1] - across[0])
        high = (math.log10(value) - up[0]) / (up[1] - up[0])
        return LEFT + right * (WIDTH - LEFT - MARGIN), HEIGHT - BELOW - high * (HEIGHT - BELOW - MARGIN)

    parts = [*_lines(across, up, at, unit)]
    for way, some in found.items():
        parts += _curve(way, [at(*one) for one in some])
    if len(found) > 1:
        (first, low), last = found["ours"][0], found["ours"][-1][0]
        (x1, y1), (x2, y2) = at(first, low), at(last, min(low * last / first, 10 ** up[1]))
        if low * last / first <= 10 ** up[1]:
            parts.append(f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#b0b0b0" stroke-dasharray="4 4"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">'
    told = f"<title>{title} by residents, both by powers of ten; dashed: as many times more as residents</title>"
    return "\n".join([head, told, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>', *parts, "</svg>\n"])


def _curve(way: str, places: list[tuple[float, float]]) -> Iterator[str]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{path}" fill="none" stroke="{COLOURS[way]}" stroke-width="2"/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLOURS[way]}"/>' for x, y in places)
    x, y = places[-1]
    yield f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{COLOURS[way]}">{NAMES[way]}</text>'


def _decades(values: Any) -> tuple[int, int]:
    held = [math.log10(value) for value in values]
    low, high = math.floor(min(held)), math.ceil(max(held))
    return low, max(high, low + 1)


def _lines(across: tuple[int, int], up: tuple[int, int], at: Any, unit: str) -> Iterator[str]:
    for power in range(across[0], across[1] + 1):
        x, y = at(10**power, 10 ** up[0])
        yield f'<path d="M{x:.1f} {y:.1f}V{MARGIN}" stroke="#e0e0e0"/>'
        yield f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{10**power:,}</text>'
    for power in range(up[0], up[1] + 1):
        x, y = at(10 ** across[0], 10**power)
        yield f'<path d="M{x:.1f} {y:.1f}H{WIDTH - MARGIN}" stroke="#e0e0e0"/>'
        yield f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} {unit}</text>'


def draw(sizes: list[dict[str, Any]], folder: Path = PICTURES) -> bool:
    """Draw all pictures; False where there is one size only, which makes no curve."""
    if len(sizes) < 2:
        return False
    for name, (title, unit, _) in PICTURED.items():
        (folder / f"growth-{name}.svg").write_text(drawn(points(sizes, name), title, unit), encoding="utf-8")
    return True


def take(source: Path, figures: Path = FIGURES) -> list[dict[str, Any]]:
    """Keep the sizes of a report, and give back all that are kept."""
    kept = json.loads(figures.read_text(encoding="utf-8")) if figures.exists() else []
    report = json.loads(source.read_text(encoding="utf-8"))
    day = report.get("measured") or f"{datetime.fromtimestamp(source.stat().st_mtime, UTC):%Y-%m-%d %H:%M UTC}"
    sizes = taken(report, kept, day)
    figures.write_text(json.dumps(sizes, indent=1) + "\n", encoding="utf-8")
    return sizes


def main() -> None:
    """Draw what is kept; with an argument, that report's sizes with it."""
    sizes = take(Path(sys.argv[1])) if len(sys.argv) > 1 else json.loads(FIGURES.read_text(encoding="utf-8"))
    if not draw(sizes):
        raise SystemExit("one size makes no curve: measure with --larger first")


if __name__ == "__main__":
    main()
