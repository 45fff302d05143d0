"""Planted stories (真实困难户): households in real trouble, which a good screening must find.

Every story names the warning factor it should raise and the level that it deserves; truth/cases.parquet lists them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from shouwang.synth.chance import Numbers
from shouwang.synth.world import LABOUR_CODE, STAGE, World

SHARE = 0.0045
"""Of all households; each story gets an equal part, and at least one household per block."""


@dataclass(frozen=True)
class Story:
    """One kind of trouble: the factor and level expected, and the member whom it befalls."""

    name: str
    factor: str
    level: str
    who: Callable[[World], Numbers]


def patients(world: World) -> Numbers:
    """Adults below eighty."""
    return (world.people.age >= 25) & (world.people.age < 80)


def pupils(world: World) -> Numbers:
    """Children in compulsory school, from eight on."""
    stage = world.people.stage
    return (world.people.age >= 8) & (world.people.age < 15) & (stage >= STAGE["primary"]) & (stage <= STAGE["grade_9"])


def only_workers(world: World) -> Numbers:
    """The only member of a household who works for wages."""
    alone = world.of_home(world.count_members(world.people.working)) == 1
    return world.people.working & alone & (world.people.age < 58) & (world.people.age >= 18)


def workers(world: World) -> Numbers:
    """Those who work for wages."""
    return world.people.working & (world.people.age >= 18)


def earners(world: World) -> Numbers:
    """Workers of households with two or more other members."""
    return workers(world) & (world.people.age < 60) & (world.of_home(world.homes.size) >= 3)


def able_heads(world: World) -> Numbers:
    """Heads who can work and farm."""
    able = (world.people.labour <= LABOUR_CODE["skilled"]) & world.of_home(world.homes.farms)
    return heads(world) & able & (world.people.age >= 18)


def heads(world: World) -> Numbers:
    """Heads of household."""
    head = np.zeros(len(world.people), bool)
    head[world.homes.start] = True
    return head


def able_bodied(world: World) -> Numbers:
    """Adults without a disability, who may become disabled."""
    return (world.people.age >= 20) & (world.people.age < 70) & (world.people.disability_grade == 0)


STORIES = (
    Story("cancer_bills", "expenditure.medical", "red", patients),
    Story("school_dropout", "expenditure.education", "red", pupils),
    Story("collapsed_house", "expenditure.housing", "red", heads),
    Story("job_loss", "income.employment", "orange", only_workers),
    Story("unpaid_wages", "income.employment", "orange", workers),
    Story("disaster", "accident.disaster", "red", heads),
    Story("traffic_death", "accident.accident", "red", earners),
    Story("water_stopped", "expenditure.housing", "orange", heads),
    Story("income_collapse", "income.other", "red", able_heads),
    Story("uninsured_patient", "expenditure.medical", "red", patients),
    Story("disability_without_allowance", "expenditure.other", "orange", able_bodied),
    Story("overdue_loan", "income.industry", "orange", able_heads),
)
STORY = {story.name: code + 1 for code, story in enumerate(STORIES)}


def plant(world: World) -> None:
    """Sets ``homes.story`` and ``people.chosen`` (whom it befalls), then what the story changes at once."""
    rng = world.draws.of("stories")
    people, homes = world.people, world.homes
    people.more["chosen"] = np.zeros(len(people), bool)
    free = ~world.any_member(~np.isnat(people.died)) & (homes.size >= 2) & ~homes.exited & ~homes.unsafe
    count = max(1, round(len(homes) * SHARE / len(STORIES)))
    for code, story in enumerate(STORIES, start=1):
        befallen = _one_per_home(rng, people.home, story.who(world) & world.of_home(free), count)
        people.chosen[befallen] = True
        homes.story[people.home[befallen]] = code
        free[people.home[befallen]] = False
    _change_people(world, rng)


def _one_per_home(rng: np.random.Generator, home: Numbers, eligible: Numbers, count: int) -> Numbers:
    rows = rng.permutation(np.flatnonzero(eligible))
    _, first = np.unique(home[rows], return_index=True)
    return rows[np.sort(first)][:count]


def _change_people(world: World, rng: np.random.Generator) -> None:
    """The ill are ill, the injured disabled, the dead dead."""
    people = world.people
    story = np.where(people.chosen, world.of_home(world.homes.story), 0)
    ill = (story == STORY["cancer_bills"]) | (story == STORY["uninsured_patient"])
    people.serious[ill], people.chronic[ill] = True, False
    people.labour[ill & (people.age >= 16)] = LABOUR_CODE["lost"]
    people.working[ill] = False
    hurt = np.flatnonzero(story == STORY["disability_without_allowance"])
    people.disability[hurt] = 3
    people.disability_grade[hurt] = rng.integers(1, 3, len(hurt))
    people.certified[hurt] = world.as_of - rng.integers(30, 150, len(hurt)).astype("timedelta64[D]")
    people.labour[hurt], people.working[hurt] = LABOUR_CODE["lost"], False
    dead = np.flatnonzero(story == STORY["traffic_death"])
    people.died[dead] = world.as_of - rng.integers(5, 150, len(dead)).astype("timedelta64[D]")


def befallen(world: World, name: str) -> Numbers:
    """The members whom one story befalls, as row numbers."""
    return np.flatnonzero(world.people.chosen & (world.of_home(world.homes.story) == STORY[name]))


def homes_with(world: World, name: str) -> Numbers:
    """The households of one story, as flags."""
    return world.homes.story == STORY[name]
