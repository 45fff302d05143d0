"""One line of the table of results: a target, what was measured, reached or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Report = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One target: what was measured, and which side of the target is good."""

    what: str
    figure: float
    target: float
    unit: str = "×"
    at_most: bool = False
    detail: str = ""
    digits: int = 2

    @property
    def reached(self) -> bool:
        return self.figure <= self.target if self.at_most else self.figure >= self.target

    def row(self) -> str:
        sign = "≤" if self.at_most else "≥"
        said = "reached" if self.reached else "**not reached**"
        figure = f"{self.figure:,.{self.digits}f} {self.unit}".strip()
        return f"| {self.what} | {figure} | {sign} {self.target:,g} {self.unit} | {said} | {self.detail} |"


def kind_of(area: dict[str, Any]) -> str:
    """What an area of the page benchmarks is, by its code."""
    return "county" if len(area["code"]) > len("4310") else "prefecture"


def section(title: str, report: Report, lines: list[Line]) -> Iterator[str]:
    """Title, command and load, and the lines."""
    before, after = report["load"] if isinstance(report["load"], list) else (report["load"], report["load"])
    yield f"## {title}\n"
    yield f"`{report['command']}`, {report['measured']}, load average {before} before and {after} after\n"
    if lines:
        yield "| what | figure | target | | seconds: median (range), runs |\n|---|---|---|---|---|"
        yield from (line.row() for line in lines)


def times(told: Report) -> str:
    """Median, range and number of runs."""
    low, high = told["range"]
    return f"{told['seconds']} ({low}–{high}), {told['runs']}"
