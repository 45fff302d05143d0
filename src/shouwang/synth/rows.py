"""Rows (行) of one table of one block: whom they are about and their own columns, before identities are put in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from shouwang.synth.chance import Numbers
from shouwang.synth.columns import numbered
from shouwang.synth.world import World

DIGITS = 9
"""``H000000123`` and ``R000000123``: room for a billion."""


@dataclass
class Rows:
    """One table: ``home`` and, where the rows are about people, ``person`` are row numbers in the block's world."""

    name: str
    home: Numbers
    person: Numbers | None
    columns: dict[str, pa.Array]


def about_people(world: World, name: str, person: Numbers, columns: dict[str, pa.Array]) -> Rows:
    """Rows about residents, one per entry of ``person``."""
    return Rows(name, world.people.home[person], person, columns)


def about_homes(world: World, name: str, home: Numbers, columns: dict[str, pa.Array]) -> Rows:
    """Rows about households, one per entry of ``home``."""
    return Rows(name, home, None, columns)


def household_ids(world: World, home: Numbers) -> pa.Array:
    """``household_id`` of the given households."""
    return numbered("H", world.homes.number[home], DIGITS)


def resident_ids(world: World, person: Numbers) -> pa.Array:
    """``resident_id`` of the given residents; a negative row is null."""
    known = person >= 0
    if known.all():
        return numbered("R", world.people.number[person], DIGITS)
    return _masked(numbered("R", world.people.number[np.where(known, person, 0)], DIGITS), known)


def serials(world: World, prefix: str, count: int, *, begin: int = 0) -> pa.Array:
    """Running numbers that are unique over all blocks: block and row (below ten million a block)."""
    return numbered(prefix, world.draws.block * 10_000_000 + begin + np.arange(count), 11)


def _masked(values: pa.Array, known: Numbers) -> pa.Array:
    order = np.arange(len(values))
    return values.take(pa.array(order, mask=~known))
