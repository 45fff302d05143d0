"""Feeds of farming and money (农业农村局、银行): production, small loans, quarterly incomes."""

from __future__ import annotations

import numpy as np

from shouwang.synth.chance import Numbers, around, choose, happens
from shouwang.synth.columns import dates, flags, labels, quantity, ratio, whole, yuan
from shouwang.synth.reporting_dates import last_quarters, month_report
from shouwang.synth.rows import Rows, about_homes, serials
from shouwang.synth.stories import homes_with
from shouwang.synth.world import World

CROPS = (
    "rice", "maize", "tobacco", "fruit", "vegetable", "tea", "oil_crop", "herb", "pig", "cattle", "sheep", "poultry",
    "fish",
)  # fmt: skip
FIRST_ANIMAL = 8
PURPOSES = ("种植", "养殖", "农产品加工", "小商铺经营", "农机购置")
_SEASONS = np.array([0.16, 0.22, 0.34, 0.28])
DAY = "timedelta64[D]"


def farming(world: World) -> Rows:
    """Production (农业生产) of the last season: about 60 % of the households, one or two lines each."""
    rng = world.draws.of("farm feed")
    homes = world.homes
    farms = np.flatnonzero(homes.farms)
    second = farms[happens(rng, 0.35, len(farms))]
    here = np.sort(np.r_[farms, second])
    count = len(here)
    again = np.r_[False, here[1:] == here[:-1]]
    twice = again | np.r_[again[1:], False]
    part = np.where(again, 0.3, np.where(twice, 0.7, 1.0))
    crop = choose(rng, (30, 18, 4, 9, 9, 4, 7, 3), count)
    crop = np.where(again, FIRST_ANIMAL + choose(rng, (8, 4, 4, 10, 2), count), crop)
    plant = crop < FIRST_ANIMAL
    loss = np.where(happens(rng, 0.05, count), rng.integers(500, 3500, count), 0)
    loss = np.where(happens(rng, 0.0015, count), rng.integers(5000, 9000, count), loss)
    worth = np.round(homes.business_income[here] * part / 100).astype(np.int64) * 100
    season = world.as_of - np.timedelta64(35, "D")
    columns = {
        "season_on": dates(np.full(count, season)),
        "crop": labels(crop, CROPS),
        "area_mu": quantity(np.round(homes.farmland[here] * part * 100), plant),
        "heads": whole(rng.integers(1, 60, count), ~plant),
        "output_value": yuan(worth),
        "cost": yuan(np.round(homes.business_cost[here] * part / 100).astype(np.int64) * 100),
        "loss_ratio": ratio(loss),
        "unsold_value": yuan(np.where(happens(rng, 0.006, count), worth // 10_000 * 1_000, 0)),
    }
    return about_homes(world, "farming", here, columns)


def loans(world: World) -> Rows:
    """The latest report on help loans (帮扶小额信贷): 2 % of the households, hardly any overdue."""
    rng = world.draws.of("loan feed")
    homes = world.homes
    planted = homes_with(world, "overdue_loan")
    able = world.count_members(world.people.labour <= 1) > 0
    here = np.flatnonzero((able & happens(rng, 0.023, len(homes))) | planted)
    count, bad = len(here), planted[here]
    principal = np.where(bad, 50_000, rng.integers(2, 11, count) * 5_000) * 100
    issued = world.as_of - rng.integers(60, 1000, count).astype(DAY)
    issued = np.where(bad, world.as_of - rng.integers(1_250, 1_300, count).astype(DAY), issued)
    late = happens(rng, 0.01, count) & ~bad
    days = np.where(bad, rng.integers(95, 200, count), np.where(late, rng.integers(3, 28, count), 0))
    due = np.where(days > 0, world.as_of - days.astype(DAY), issued + np.timedelta64(1095, "D"))
    columns = {
        "loan_no": serials(world, "XD", count),
        "reported_on": dates(np.full(count, month_report(world.as_of))),
        "principal": yuan(principal),
        "balance": yuan(np.where(days > 0, principal, principal // 10 * rng.integers(3, 11, count))),
        "issued_on": dates(issued),
        "due_on": dates(due),
        "overdue_amount": yuan(np.where(bad, principal, np.where(late, 1_000_00, 0))),
        "overdue_days": whole(days),
        "purpose": labels(choose(rng, (35, 40, 8, 12, 5), count), PURPOSES),
    }
    return about_homes(world, "loans", here, columns)


def household_incomes(world: World) -> Rows:
    """Quarterly incomes (家庭收入采集) of the four quarters completed last; they add up to the year's amounts."""
    rng = world.draws.of("income feed")
    homes = world.homes
    count = len(homes)
    here = np.repeat(np.arange(count), 4)
    ruined = homes_with(world, "income_collapse")
    amounts = {
        "wage": _quarters(rng, homes.wage, np.full(4, 0.25), 0.06),
        "business_income": _quarters(rng, homes.business_income, _SEASONS, 0.15),
        "business_cost": _quarters(rng, homes.business_cost, _SEASONS[::-1], 0.15),
        "property": _quarters(rng, homes.property, np.full(4, 0.25), 0.05),
        "transfer": _quarters(rng, homes.transfer, np.full(4, 0.25), 0.02),
        "claims": _quarters(rng, homes.claims, np.full(4, 0.25), 0.3),
    }
    for kind in ("wage", "business_income", "property", "transfer"):
        amounts[kind][ruined, 1:] = np.round(amounts[kind][ruined, 1:] * (0.2, 0.05, 0.0)).astype(np.int64)
    columns = {"quarter_on": dates(np.tile(np.array(last_quarters(world.as_of)), count))}
    columns |= {kind: yuan(fen.ravel()) for kind, fen in amounts.items()}
    columns["self_paid"] = yuan(homes.self_paid_quarters.ravel())
    columns["signed_by_household"] = flags(happens(rng, 0.985, count * 4))
    return about_homes(world, "household_incomes", here, columns)


def _quarters(rng: np.random.Generator, year: Numbers, shape: Numbers, spread: float) -> Numbers:
    """A yearly amount dealt out to four quarters, to the 分: the last quarter takes what is left."""
    share = shape * around(rng, 1.0, spread, len(year) * 4).reshape(-1, 4)
    share /= share.sum(axis=1, keepdims=True)
    quarters = np.floor(year[:, None] * share / 100).astype(np.int64) * 100
    quarters[:, 3] += year - quarters.sum(axis=1)
    return quarters
