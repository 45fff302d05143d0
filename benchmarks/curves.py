"""How seconds grow with residents, as a picture: docs/images/screening-growth.svg, both axes by powers of ten.

python benchmarks/curves.py        from the figures that benchmarks/run.py keeps
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FIGURES, TARGET = ROOT / ".shouwang/bench/figures/screening.json", ROOT / "docs/images/screening-growth.svg"
WIDTH, HEIGHT, LEFT, BELOW, MARGIN = 640, 360, 60, 40, 20
COLOURS = {"floor": "#767676", "ours": "#0b5cad"}
NAMES = {"floor": "reading the columns once", "ours": "screening"}
Points = dict[str, list[tuple[int, float]]]


def points(report: dict[str, Any]) -> Points:
    """Residents and median seconds of both ways, the smallest size first."""
    sizes = [report, *(report["larger"] if isinstance(report.get("larger"), list) else [])]
    return {way: [(one["residents"], one["ways"][way]["seconds"]) for one in sizes] for way in NAMES}


def drawn(found: Points) -> str:
    """The picture; a straight line that climbs as steeply as the dashed one grows no faster than its input."""
    across, up = (
        _decades(x for some in found.values() for x, _ in some),
        _decades(y for s in found.values() for _, y in s),
    )

    def at(residents: float, seconds: float) -> tuple[float, float]:
        right = (math.log10(residents) - across[0]) / (across[1] - across[0])
        high = (math.log10(seconds) - up[0]) / (up[1] - up[0])
        return LEFT + right * (WIDTH - LEFT - MARGIN), HEIGHT - BELOW - high * (HEIGHT - BELOW - MARGIN)

    parts = [*_lines(across, up, at)]
    for way, some in found.items():
        places = [at(*one) for one in some]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[way]}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLOURS[way]}"/>' for x, y in places]
        x, y = places[0]
        parts.append(f'<text x="{x + 8:.1f}" y="{y - 8:.1f}" fill="{COLOURS[way]}">{NAMES[way]}</text>')
    (first, seconds), last = found["ours"][0], found["ours"][-1][0]
    (x1, y1), (x2, y2) = at(first, seconds), at(last, seconds * last / first)
    parts.append(f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#b0b0b0" stroke-dasharray="4 4"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">'
    title = "<title>Seconds by residents, both by powers of ten; dashed: as many times the seconds as residents</title>"
    return "\n".join([head, title, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>', *parts, "</svg>\n"])


def _decades(values: Any) -> tuple[int, int]:
    held = [math.log10(value) for value in values]
    low, high = math.floor(min(held)), math.ceil(max(held))
    return low, max(high, low + 1)


def _lines(across: tuple[int, int], up: tuple[int, int], at: Any) -> Iterator[str]:
    for power in range(across[0], across[1] + 1):
        x, y = at(10**power, 10 ** up[0])
        yield f'<path d="M{x:.1f} {y:.1f}V{MARGIN}" stroke="#e0e0e0"/>'
        yield f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{10**power:,}</text>'
    for power in range(up[0], up[1] + 1):
        x, y = at(10 ** across[0], 10**power)
        yield f'<path d="M{x:.1f} {y:.1f}H{WIDTH - MARGIN}" stroke="#e0e0e0"/>'
        yield f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>'


def draw(source: Path, target: Path = TARGET) -> bool:
    """Draw a report; False where it has one size only, which makes no curve."""
    found = points(json.loads(source.read_text(encoding="utf-8")))
    if any(len(some) < 2 for some in found.values()):
        return False
    target.write_text(drawn(found), encoding="utf-8")
    return True


def main() -> None:
    """Draw what was measured last; with an argument, from that report."""
    if not draw(Path(sys.argv[1]) if len(sys.argv) > 1 else FIGURES):
        raise SystemExit("one size makes no curve: measure with --larger first")


if __name__ == "__main__":
    main()
