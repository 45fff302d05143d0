"""Rows (行) of one table of one block: whom they are about and their own columns, before identities are put in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from shouwang.synth.chance import Numbers
from shouwang.synth.columns import ascii_text, numbered
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
    more = world.homes.more
    if "label" not in more:
        more["label"] = packed(numbered("H", world.homes.number, DIGITS))
    return ascii_text(more["label"][home])


def resident_ids(world: World, person: Numbers) -> pa.Array:
    """``resident_id`` of the given residents; a negative row is null."""
    more = world.people.more
    if "label" not in more:
        more["label"] = packed(numbered("R", world.people.number, DIGITS))
    known = person >= 0
    return ascii_text(more["label"][np.where(known, person, 0)], None if known.all() else known)


def packed(texts: pa.Array) -> Numbers:
    """Texts of one length as one numpy cell each: they can be picked by row at memory speed."""
    width = 1 + DIGITS
    return np.frombuffer(texts.buffers()[2], np.uint8)[: len(texts) * width].view(f"V{width}")


def serials(world: World, prefix: str, count: int, *, begin: int = 0) -> pa.Array:
    """Running numbers that are unique over all blocks: block and row (below ten million a block)."""
    return numbered(prefix, world.draws.block * 10_000_000 + begin + np.arange(count), 11)
