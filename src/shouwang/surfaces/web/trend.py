"""Lines over months (走势图), drawn as SVG by the server: no script, the same on paper."""

from collections.abc import Sequence
from typing import Any

from shouwang.watch.flow.queries import Month

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 28
LINES = (("clues", "新增线索"), ("included", "纳入监测"), ("cleared", "风险消除"))
STEPS = (1, 2, 5)


def trend(months: Sequence[Month]) -> dict[str, Any]:
    """What the picture needs: lines as points, ticks of both axes, and whether there is anything to draw."""
    most = max((getattr(month, name) for month in months for name, _ in LINES), default=0)
    step = _step(most)
    top = max(step, -(-most // step) * step)
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    across = [LEFT + wide * number / max(1, len(months) - 1) for number in range(len(months))]

    def up(value: int) -> float:
        return TOP + high * (1 - value / top)

    lines = []
    for name, title in LINES:
        points = [(round(x, 1), round(up(getattr(month, name)), 1)) for x, month in zip(across, months, strict=True)]
        lines.append({"name": name, "title": title, "points": " ".join(f"{x},{y}" for x, y in points), "dots": points})
    return {
        "any": most > 0,
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "lines": lines,
        "levels": [{"value": value, "y": round(up(value), 1)} for value in range(0, top + 1, step)],
        "months": [
            {"x": round(x, 1), "y": HEIGHT - 8, "word": f"{month.first.month}月" if number else f"{month.first:%Y-%m}"}
            for number, (x, month) in enumerate(zip(across, months, strict=True))
        ],
    }


def _step(most: int) -> int:
    """A round distance between lines so that there are at most five."""
    size = 1
    while True:
        for one in STEPS:
            if one * size * 5 >= most:
                return one * size
        size *= 10
