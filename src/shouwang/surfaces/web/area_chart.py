"""Places drawn by the server (各地分布图): areas by size, or a map of counties; links, no script, the same on paper.

依据: ADR 0035. Areas are laid out by the squarified method of Bruls, Huizing and van Wijk (2000): rows of rectangles,
each row closed when another rectangle would make its worst one longer.
"""

import math
from collections.abc import Sequence
from typing import Any

SHADES = 6
DARK = 4
"""From this shade on, words are white."""
ASPECT = 1.5
MAP_WIDTH = 400
MARGIN = 6
Box = tuple[float, float, float, float]


def areas(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rectangles in hundredths of the picture, largest first; each row has households, density, name and address."""
    shown = sorted((row for row in rows if row["households"] > 0), key=lambda row: -row["households"])
    boxes = squarified([row["households"] for row in shown], (0.0, 0.0, ASPECT, 1.0))
    shades = _shades([row["density"] for row in shown])
    return [
        {
            **row,
            "x": round(100 * x / ASPECT, 3),
            "y": round(100 * y, 3),
            "wide": round(100 * width / ASPECT, 3),
            "high": round(100 * height, 3),
            "shade": shade,
            "dark": shade >= DARK,
        }
        for row, (x, y, width, height), shade in zip(shown, boxes, shades, strict=True)
    ]


def squarified(sizes: Sequence[float], box: Box) -> list[Box]:
    """Rectangles (x, y, width, height) that fill a box, with areas as the sizes, which fall."""
    total = sum(sizes)
    if not total:
        return []
    scale = box[2] * box[3] / total
    left, made = [size * scale for size in sizes], []
    while left:
        side = min(box[2], box[3])
        count = _row_length(left, side)
        row, left = left[:count], left[count:]
        placed, box = _placed(row, box)
        made += placed
    return made


def _row_length(sizes: Sequence[float], side: float) -> int:
    """How many of the sizes go side by side before the worst of them gets longer."""
    best = _worst(sizes[:1], side)
    for count in range(2, len(sizes) + 1):
        worst = _worst(sizes[:count], side)
        if worst > best:
            return count - 1
        best = worst
    return len(sizes)


def _worst(row: Sequence[float], side: float) -> float:
    total = sum(row)
    return max(side * side * max(row) / total**2, total**2 / (side * side * min(row)))


def _placed(row: Sequence[float], box: Box) -> tuple[list[Box], Box]:
    """The row along the shorter side of the box, and what is left of the box."""
    x, y, width, height = box
    thick = sum(row) / min(width, height)
    made, at = [], 0.0
    for size in row:
        length = size / thick
        made.append((x, y + at, thick, length) if width >= height else (x + at, y, length, thick))
        at += length
    rest = (x + thick, y, width - thick, height) if width >= height else (x, y + thick, width, height - thick)
    return made, rest


def _shades(values: Sequence[float]) -> list[int]:
    low, high = min(values, default=0.0), max(values, default=0.0)
    if high <= low:
        return [2] * len(values)
    return [min(SHADES - 1, int((value - low) / (high - low) * SHADES)) for value in values]


def county_map(features: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Outlines of counties with the figures of their rows, in a picture `MAP_WIDTH` wide."""
    by_name = {row["name"]: row for row in rows}
    shades = dict(zip(by_name, _shades([row["density"] for row in by_name.values()]), strict=True))
    rings = {one["properties"]["name"]: _rings(one["geometry"]) for one in features}
    points = [point for found in rings.values() for ring in found for point in ring]
    if not points:
        return {"shapes": [], "height": 0}
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = (MAP_WIDTH - 2 * MARGIN) / ((east - west) * narrow)

    def drawn(point: Sequence[float]) -> tuple[float, float]:
        return round(MARGIN + (point[0] - west) * narrow * scale, 1), round(MARGIN + (north - point[1]) * scale, 1)

    shapes = []
    for name, found in rings.items():
        outline = [[drawn(point) for point in ring] for ring in found]
        largest = max(outline, key=len)
        row = by_name.get(name, {"name": name, "warned": 0, "households": 0, "density": 0.0, "address": ""})
        shapes.append({
            **row,
            "path": "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "Z" for ring in outline),
            "x": round(sum(x for x, _ in largest) / len(largest), 1),
            "y": round(sum(y for _, y in largest) / len(largest), 1),
            "shade": shades.get(name, 0),
            "dark": shades.get(name, 0) >= DARK,
        })  # fmt: skip
    return {"shapes": shapes, "height": round((north - south) * scale + 2 * MARGIN), "width": MAP_WIDTH}


def _rings(geometry: dict[str, Any]) -> list[list[Sequence[float]]]:
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for part in parts for ring in part]
