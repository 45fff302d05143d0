"""Incomes (收入): what a household earns in twelve months by kind, from its members' wages, land, pensions."""

from __future__ import annotations

import numpy as np

from shouwang.synth.chance import Numbers, around, happens
from shouwang.synth.risk import AID, DIBAO_MONTH, TEKUN_MONTH
from shouwang.synth.stories import STORY
from shouwang.synth.world import World

LINE = 8_000_00
"""Below this a head counts as poor here (分 a year); about one household in thirty lies below it."""
POST_MONTH = 700_00
BASIC_PENSION_YEAR = 1_720_00
LIVING_ALLOWANCE = 90_00
CARE_ALLOWANCE = 110_00


def settle_incomes(world: World) -> None:
    """Sets the yearly amounts of every household and resident in 分, and ``per_head`` (人均纯收入)."""
    rng = world.draws.of("incomes")
    people, homes = world.people, world.homes
    _settle_wages(world, rng)
    _settle_transfers(world, rng)
    count = len(homes)
    gross = around(rng, 12_500.0, 0.75, count) * (0.7 + 0.12 * homes.farmland.clip(0, 12))
    homes.more["business_income"] = _fen(np.where(homes.farms, gross, 0))
    homes.more["business_cost"] = _fen(np.where(homes.farms, gross * rng.uniform(0.28, 0.55, count), 0))
    homes.more["property"] = _fen(np.where(happens(rng, 0.34, count), around(rng, 800.0, 0.8, count), 0))
    homes.more["wage"] = world.sum_members(people.wage_year + people.post_year)
    homes.more["transfer"] = world.sum_members(people.pension_year + people.allowance_year + people.aid_year)
    homes.more["transfer"] += homes.subsidy + homes.ecological
    homes.more["support"] = np.zeros(count, np.int64)
    homes.more["claims"] = _fen(np.where(happens(rng, 0.015, count), around(rng, 2_500.0, 0.8, count), 0))
    _fit_stories(world, rng)
    _add_support(world, rng)
    homes.more["per_head"] = net_income(world) // homes.size


def net_income(world: World) -> Numbers:
    """Yearly net income of every household (家庭纯收入), 分."""
    homes = world.homes
    return homes.wage + homes.business_income - homes.business_cost + homes.property + homes.transfer


def _settle_wages(world: World, rng: np.random.Generator) -> None:
    people = world.people
    worked = np.where(people.out_of_work, np.minimum(people.months, 8), people.months)
    people.more["wage_year"] = np.where(people.working, people.wage * worked, 0)
    people.more["post_year"] = np.where(people.post, POST_MONTH * 12, 0)


def _settle_transfers(world: World, rng: np.random.Generator) -> None:
    """Pensions, disability allowances, aid, land subsidies, ecological compensation."""
    people, homes = world.people, world.homes
    old = people.age >= 60
    basic = np.where(old & people.resident_pension, BASIC_PENSION_YEAR, 0)
    paid = np.where(old & people.employee_pension, 26_400_00, basic)
    people.more["pension_year"] = np.where(np.isnat(people.died), paid, 0)
    forgotten = people.chosen & (world.of_home(homes.story) == STORY["disability_without_allowance"])
    disabled = (people.disability_grade > 0) & ~forgotten
    people.more["living_allowance"] = np.where(disabled & world.of_home(homes.on_aid), LIVING_ALLOWANCE, 0)
    people.more["care_allowance"] = np.where(disabled & (people.disability_grade <= 2), CARE_ALLOWANCE, 0)
    people.more["allowance_year"] = (people.living_allowance + people.care_allowance) * 12
    monthly = np.where(people.aid == AID["dibao"], DIBAO_MONTH, np.where(people.aid == AID["tekun"], TEKUN_MONTH, 0))
    people.more["aid_month"] = monthly
    people.more["aid_year"] = monthly * 12
    homes.more["subsidy"] = _fen(homes.farmland * rng.uniform(85, 125, len(homes)))
    homes.more["ecological"] = _fen(homes.returned * 125.0)


def _fit_stories(world: World, rng: np.random.Generator) -> None:
    """Households in trouble were just getting by before: bring them to 9,500–13,000 yuan a head at most."""
    homes = world.homes
    target = _fen(rng.uniform(9_500, 13_000, len(homes)) * homes.size)
    planted = (homes.story > 0) & (net_income(world) > target)
    factor = np.where(planted, target / net_income(world).clip(1), 1.0)
    for kind in ("wage", "business_income", "business_cost", "property"):
        homes.more[kind] = np.round(homes.more[kind] * factor).astype(np.int64)
    people = world.people
    share = world.of_home(factor)
    people.more["wage_year"] = np.round(people.wage_year * share).astype(np.int64)
    people.more["wage"] = np.maximum(np.round(people.wage * share / 5000).astype(np.int64) * 5000, 500_00)
    homes.more["wage"] = world.sum_members(people.wage_year + people.post_year)


def _add_support(world: World, rng: np.random.Generator) -> None:
    """Relatives elsewhere send money to most households that could not live otherwise (赡养费、亲友支持)."""
    homes = world.homes
    count = len(homes)
    short = (net_income(world) // homes.size < LINE * 1.1) & (homes.story == 0)
    homes.more["support_needed"] = short & ~homes.exited & ~happens(rng, 0.83, count)
    enough = around(rng, 13_600.0, 0.24, count).clip(9_200, 26_000)
    little = rng.uniform(4_600, 8_300, count)
    goal = _fen(np.where(homes.support_needed, little, enough) * homes.size)
    helped = short & happens(rng, np.where(homes.support_needed, 0.93, 1.0), count)
    sent = np.where(helped, goal - net_income(world), 0).clip(0)
    homes.more["support"] = sent
    homes.more["transfer"] = homes.transfer + sent


def _fen(yuan: Numbers) -> Numbers:
    """Whole yuan as 分."""
    return np.round(yuan).astype(np.int64) * 100
