"""Ranges of entry numbers (编号范围), written `12-340,342-360`: what a seal covers, and the gaps between."""

from collections.abc import Iterable, Iterator, Sequence

from shouwang.register.ledger.lines import END, Gap


def written(numbers: Sequence[int]) -> str:
    """Ascending numbers as ranges."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(f"{low}-{high}" for low, high in runs)


def read(text: str) -> list[Gap]:
    """Written ranges as pairs, the second exclusive."""
    pairs = (part.split("-") for part in text.split(","))
    return [(int(low), int(high) + 1) for low, high in pairs]


def numbers(text: str) -> Iterator[int]:
    """Every number of written ranges."""
    for low, high in read(text):
        yield from range(low, high)


def gaps(covered: Iterable[Gap], floor: int) -> list[Gap]:
    """What lies above the floor and in none of the ranges, up to the end of all numbers."""
    out, at = [], floor + 1
    for low, high in sorted(covered):
        if low > at:
            out.append((at, low))
        at = max(at, high)
    return [*out, (at, END)]
