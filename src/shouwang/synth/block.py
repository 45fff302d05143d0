"""A block of the prefecture (一批农户): shapes become people with names and numbers, then everything true of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shouwang.synth import health, home_life, incomes, risk, schooling, stories, work
from shouwang.synth.chance import Draws
from shouwang.synth.columns import DAY
from shouwang.synth.naming import names_of
from shouwang.synth.numbering import Numbering
from shouwang.synth.shapes import Families, families, trimmed
from shouwang.synth.villages import Villages
from shouwang.synth.world import Homes, People, World, full_years

Step = Callable[[World], None]
STEPS: tuple[Step, ...] = (
    schooling.settle_school, health.settle_health, work.settle_labour, home_life.settle_homes, stories.plant,
    work.settle_work, health.settle_cover, risk.settle_status, incomes.settle_incomes, health.settle_bills,
    risk.settle_monitoring,
)  # fmt: skip
"""What is decided about a block, in the order in which one thing follows from another."""


def block_of(
    draws: Draws, as_of: np.datetime64, places: Villages, numbering: Numbering, *, first: tuple[int, int],
    households: int, residents: int,
) -> World:  # fmt: skip
    """The next block: at most so many households and residents; ``first`` numbers of household and resident."""
    found = families(draws, households)
    if found.present.sum() > residents:
        found = trimmed(found, residents)
    world = _populated(draws, as_of, places, numbering, found, first)
    for step in STEPS:
        step(world)
    return world


def _populated(
    draws: Draws, as_of: np.datetime64, places: Villages, numbering: Numbering, found: Families, first: tuple[int, int]
) -> World:
    size = found.present.sum(axis=1)
    start = np.cumsum(size) - size
    village = places.of(first[1] + start)
    birth = as_of - np.floor(found.age[found.present] * 365.2425).astype("timedelta64[D]")
    birth = birth.astype(DAY)
    home = np.repeat(np.arange(len(size)), size)
    sex = found.sex[found.present].astype(np.int64)
    county = np.array([int(code) for code in places.county_codes])[places.county[village]]
    homes = Homes(
        number=first[0] + np.arange(len(size)) + 1, village=village, start=start, size=size, shape=found.shape,
        story=np.zeros(len(size), np.int64),
    )  # fmt: skip
    people = People(
        number=first[1] + np.arange(len(home)) + 1, home=home, relation=found.relation[found.present], sex=sex,
        birth=birth, age=full_years(birth, as_of),
        name=names_of(draws, found, birth.astype("datetime64[Y]").astype(int) + 1970, village, places),
        identity=numbering.identity_numbers(_six(county[home]), birth, sex),
    )  # fmt: skip
    return World(draws, as_of, places, homes, people)


def _six(county: np.ndarray) -> np.ndarray:
    """Whole-number county codes; kept as a function so that the width is stated once: six digits."""
    return county % 1_000_000
