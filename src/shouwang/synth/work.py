"""Work (务工就业): who can work, who works for wages where and for how much, who lost the job."""

from __future__ import annotations

import numpy as np

from shouwang.synth.chance import around, by_age, choose, choose_by, happens
from shouwang.synth.health import working_ability
from shouwang.synth.shapes import FEMALE
from shouwang.synth.stories import STORY
from shouwang.synth.world import LABOUR_CODE, World

REASONS = ("laid_off", "firm_closed", "illness", "returned", "contract_end", "other")
_WAGE = np.array([2800.0, 3900.0, 5000.0, 5700.0])
"""Median monthly wage in yuan by scope (乡镇内 县内 省内 省外)."""
_MONTHS = (((4, 6, 8, 10, 11), (20, 25, 25, 20, 10)), ((8, 9, 10, 11, 12), (8, 12, 30, 28, 22)))


def settle_labour(world: World) -> None:
    """Sets ``labour``, ``working``, ``scope``, ``wage`` (分 a month), ``months`` of the last year and ``started``."""
    rng = world.draws.of("work")
    people = world.people
    count = len(people)
    people.more["labour"] = working_ability(world, rng)
    able = people.labour <= LABOUR_CODE["skilled"]
    rate = by_age(people.age, (25, 50, 60, 66), (0.74, 0.80, 0.62, 0.30, 0.08))
    rate = np.where(people.sex == FEMALE, rate * 0.78, rate)
    rate = np.where(able, rate, np.where((people.labour == LABOUR_CODE["weak"]) & (people.age < 70), 0.10, 0.0))
    people.more["working"] = happens(rng, rate, count) & np.isnat(people.died)
    older = np.searchsorted([35, 55], people.age, side="right")
    weights = ((0.08, 0.20, 0.22, 0.50), (0.20, 0.27, 0.20, 0.33), (0.50, 0.35, 0.10, 0.05))
    people.more["scope"] = choose_by(rng, weights, older)
    wage = around(rng, _WAGE[people.scope], 0.28, count)
    wage *= np.where(people.labour == LABOUR_CODE["skilled"], 1.2, np.where(able, 1.0, 0.65))
    people.more["wage"] = (np.round(wage.clip(700, 26_000) / 50) * 5000).astype(np.int64)
    far = (people.scope >= 1).astype(int)
    months = [np.array(kind[0])[choose(rng, kind[1], count)] for kind in _MONTHS]
    people.more["months"] = np.where(far == 1, months[1], months[0])
    people.more["started"] = world.as_of - rng.integers(40, 1100, count).astype("timedelta64[D]")
    _settle_posts(world, rng)


def _settle_posts(world: World, rng: np.random.Generator) -> None:
    """Public-welfare posts (公益性岗位) for people who do not work away: 2 % of residents."""
    people = world.people
    fit = (people.labour <= LABOUR_CODE["weak"]) & ~people.working & (people.age >= 18) & (people.age < 68)
    fit &= np.isnat(people.died)
    people.more["post"] = fit & happens(rng, min(1.0, 0.02 * len(people) / max(1, fit.sum())), len(people))


def settle_work(world: World) -> None:
    """Sets ``out_of_work``, ``stopped`` (the day), ``reason`` and ``unpaid`` wages (分) after the stories."""
    rng = world.draws.of("employment")
    people = world.people
    count = len(people)
    story = np.where(people.chosen, world.of_home(world.homes.story), 0)
    people.working[~np.isnat(people.died)] = False
    lost = people.working & happens(rng, 0.012, count) & (world.of_home(world.homes.story) == 0)
    people.more["out_of_work"] = lost | (story == STORY["job_loss"])
    people.more["stopped"] = world.as_of - rng.integers(12, 80, count).astype("timedelta64[D]")
    reason = choose(rng, (12, 8, 10, 40, 22, 8), count)
    people.more["reason"] = np.where(story == STORY["job_loss"], 0, reason)
    early = people.out_of_work & (people.started > people.stopped - np.timedelta64(60, "D"))
    people.started[early] = people.stopped[early] - np.timedelta64(200, "D")
    owed = people.working & ~people.out_of_work & happens(rng, 0.0012, count)
    months = np.where(story == STORY["unpaid_wages"], rng.integers(3, 7, count), rng.integers(1, 3, count))
    people.more["unpaid"] = np.where(owed | (story == STORY["unpaid_wages"]), people.wage * months, 0)
