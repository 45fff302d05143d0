"""Slips (身份差错): what happens to names, numbers, birth dates and places on the way into a department's file.

Every function returns changed copies for the rows it is given; names and numbers are rows of code points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shouwang.synth.chance import Numbers
from shouwang.synth.lexicon import homophones, similar_shapes

NUMBER_WIDTH = 24
_BLANKS = (0x20, 0x3000, 0x09)
_DOTS = (0x2E, 0x30FB, 0x2022, 0xB7)
MIDDLE_DOT = 0xB7


@dataclass(frozen=True)
class ErrorRates:
    """How often each slip happens, as shares of the rows (or of those that can slip so)."""

    stranger: float = 0.10
    relative_id: float = 0.01
    missing_id: float = 0.05
    wrong_digit: float = 0.02
    swapped_digits: float = 0.01
    fifteen_digits: float = 0.021
    disability_card: float = 0.15
    lower_x: float = 0.12
    star: float = 0.06
    full_width: float = 0.007
    blanks: float = 0.010
    homophone: float = 0.03
    similar_shape: float = 0.01
    dropped_character: float = 0.003
    dot_variant: float = 0.30
    changed_name: float = 0.004
    lunar_birth: float = 0.01
    year_off: float = 0.01
    moved_household: float = 0.02
    wrong_village: float = 0.03
    wrong_township: float = 0.02
    phone_missing: float = 0.30
    phone_changed: float = 0.15
    phone_shared: float = 0.20


def homophone(rng: np.random.Generator, name: Numbers) -> Numbers:
    """One character is written as another of the same sound (同音字)."""
    group, start, size, members = homophones()
    found = name.copy()
    place = _some_place(rng, group[name] >= 0)
    row = np.flatnonzero(place >= 0)
    old = name[row, place[row]]
    here = group[old]
    drawn = start[here] + rng.integers(0, size[here])
    following = start[here] + (drawn - start[here] + 1) % size[here]
    found[row, place[row]] = np.where(members[drawn] == old, members[following], members[drawn])
    return found


def similar_shape(rng: np.random.Generator, name: Numbers) -> Numbers:
    """One character is taken for another of similar shape (形近字)."""
    start, count, look_alikes = similar_shapes()
    found = name.copy()
    place = _some_place(rng, count[name] > 0)
    row = np.flatnonzero(place >= 0)
    old = name[row, place[row]]
    found[row, place[row]] = look_alikes[start[old] + rng.integers(0, count[old])]
    return found


def dropped_character(rng: np.random.Generator, name: Numbers) -> Numbers:
    """The middle character is gone (漏字): 王小明 → 王明."""
    found = name.copy()
    length = (name > 0).sum(axis=1)
    filled = np.cumsum(name > 0, axis=1)
    middle = (filled == (length // 2 + 1)[:, None]) & (name > 0)
    found[middle & (length >= 3)[:, None]] = 0
    return found


def dot_variant(rng: np.random.Generator, name: Numbers) -> Numbers:
    """The dot of a minority name is typed as something else, or not at all (间隔号)."""
    instead = rng.choice(np.array([*_DOTS[:3], 0], np.uint32), len(name))
    return np.where(name == MIDDLE_DOT, instead[:, None], name)


def wrong_digit(rng: np.random.Generator, number: Numbers) -> Numbers:
    """One digit of the number is another digit."""
    found = number.copy()
    row = np.arange(len(number))
    place = rng.integers(0, 17, len(number))
    found[row, place] = (number[row, place] - 48 + rng.integers(1, 10, len(number))) % 10 + 48
    return found


def swapped_digits(rng: np.random.Generator, number: Numbers) -> Numbers:
    """Two neighbouring digits change places; where none differ in the drawn place, the last serial digits do."""
    found = number.copy()
    differ = number[:, 6:16] != number[:, 7:17]
    place = np.where(differ.any(axis=1), _some_place(rng, differ), 0) + 6
    row = np.arange(len(number))
    found[row, place], found[row, place + 1] = number[row, place + 1], number[row, place]
    return found


def fifteen_digits(rng: np.random.Generator, number: Numbers) -> Numbers:
    """The old number of fifteen digits: no century, no check digit (一代证)."""
    found = number.copy()
    found[:, [6, 7, 17]] = 0
    return found


def lower_x(rng: np.random.Generator, number: Numbers) -> Numbers:
    """The check digit as a small x."""
    return np.where(number == ord("X"), ord("x"), number)


def star(rng: np.random.Generator, number: Numbers) -> Numbers:
    """The check digit X as a star of either width."""
    return np.where(number == ord("X"), rng.choice([0xFF0A, 0x2A], len(number))[:, None], number)


def full_width(rng: np.random.Generator, number: Numbers) -> Numbers:
    """All characters in full width (全角)."""
    return np.where(number > 0, number + 0xFEE0, 0)


def blanks(rng: np.random.Generator, number: Numbers) -> Numbers:
    """Blanks before, behind or in the middle."""
    found = np.zeros_like(number)
    blank = rng.choice(_BLANKS, len(number))
    place = rng.choice([0, 6, 14, 18], len(number))
    for at in (0, 6, 14, 18):
        row = place == at
        found[row, :at] = number[row, :at]
        found[row, at] = blank[row]
        found[row, at + 1 :] = number[row, at:-1]
    return found


def lunar_birth(rng: np.random.Generator, birth: Numbers) -> Numbers:
    """The date by the lunar calendar (农历), three to seven weeks earlier."""
    return birth - rng.integers(19, 51, len(birth)).astype("timedelta64[D]")


def year_off(rng: np.random.Generator, birth: Numbers) -> Numbers:
    """The same day a year earlier or later (虚岁)."""
    return birth + np.where(rng.random(len(birth)) < 0.5, -365, 365).astype("timedelta64[D]")


def _some_place(rng: np.random.Generator, eligible: Numbers) -> Numbers:
    """A random eligible place in each row, -1 where there is none."""
    drawn = np.where(eligible, rng.random(eligible.shape), -1.0)
    return np.where(eligible.any(axis=1), drawn.argmax(axis=1), -1)
