"""Scaled-integer arithmetic (定点运算): the rounding that every backend shares, half up, once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shouwang.engine.model import Kind


def shift(op: str, left: Kind, right: Kind, result: Kind) -> tuple[int, int]:
    """Powers of ten for a product or quotient: multiply the numerator by the first, divide by the second."""
    places = result.scale - (left.scale + right.scale if op == "*" else left.scale - right.scale)
    return (10**places, 1) if places >= 0 else (1, 10**-places)


def divide(numerator: int, denominator: int) -> int | None:
    """Quotient rounded half up (四舍五入); unknown when the denominator is zero."""
    return None if denominator == 0 else (2 * numerator + denominator) // (2 * denominator)


def product(left: int, right: int, kinds: tuple[Kind, Kind, Kind]) -> int | None:
    up, down = shift("*", *kinds)
    return left * right * up if down == 1 else divide(left * right * up, down)


def quotient(left: int, right: int, kinds: tuple[Kind, Kind, Kind]) -> int | None:
    up, down = shift("/", *kinds)
    return divide(left * up, right * down)


def whole(function: str, value: int, kind: Kind) -> int:
    """ROUND, FLOOR or CEIL to whole units (yuan, 亩, …), kept in the kind's own scale."""
    unit = 10**kind.scale
    if function == "FLOOR":
        return value // unit * unit
    if function == "CEIL":
        return -(-value // unit) * unit
    return (2 * value + unit) // (2 * unit) * unit


def exact_sum(numbers: NDArray[np.int64]) -> int:
    """The sum of whole numbers, exact however large it becomes."""
    return (int((numbers >> 32).sum()) << 32) + int((numbers & 0xFFFFFFFF).sum())
