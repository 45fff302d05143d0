"""Living conditions (生活条件): house, water, road, land, and where a household stands in the poverty register."""

from __future__ import annotations

import numpy as np

from shouwang.synth.chance import Numbers, around, choose, happens
from shouwang.synth.world import LABOUR_CODE, World


def settle_homes(world: World) -> None:
    """Sets house grade, water, toilet, road, land, relocation and former poverty of every household."""
    rng = world.draws.of("homes")
    homes = world.homes
    count = len(homes)
    more = homes.more
    more["group"] = rng.integers(0, 12, count)
    more["exited"] = happens(rng, 0.11, count)
    more["relocated"] = happens(rng, np.where(homes.exited, 0.18, 0.0125), count)
    _settle_house(rng, world)
    more["water_safe"] = ~happens(rng, 0.0006, count)
    more["electricity"] = ~happens(rng, 0.0003, count)
    more["toilet"] = happens(rng, 0.93, count)
    more["toilet_works"] = more["toilet"] & happens(rng, 0.985, count)
    more["road_hardened"] = happens(rng, 0.95, count)
    more["road_km"] = around(rng, 0.5, 0.8, count).clip(0.02, 4.8)
    _settle_land(rng, world)


def _settle_house(rng: np.random.Generator, world: World) -> None:
    """``grade`` A–D as surveyed, ``fixed`` where C or D was mended since, ``only_home``, ``unsafe``."""
    homes = world.homes
    count = len(homes)
    homes.more["grade"] = choose(rng, (0.56, 0.4255, 0.0105, 0.004), count)
    bad = homes.grade >= 2
    homes.more["fixed"] = bad & happens(rng, 0.88, count)
    homes.more["only_home"] = ~happens(rng, np.where(bad & ~homes.fixed, 0.45, 0.06), count)
    homes.more["unsafe"] = bad & ~homes.fixed
    homes.more["area"] = (around(rng, 34.0, 0.32, count) * (homes.size + 1.2)).clip(25, 480)


def _settle_land(rng: np.random.Generator, world: World) -> None:
    """Land in 亩: more grassland on the plateau; what was returned to forest never exceeds forest and grassland."""
    homes = world.homes
    count = len(homes)
    able = world.count_members(world.people.labour <= LABOUR_CODE["weak"])
    plateau = np.array([code.startswith(("6230", "54", "63")) for code in world.places.code])[homes.village]
    homes.more["farmland"] = _some(rng, count, 0.93, 1.3 * homes.size + 0.4, 0.55, 90)
    homes.more["forest"] = _some(rng, count, 0.55, np.full(count, 7.0), 0.8, 180)
    homes.more["pasture"] = np.where(plateau, _some(rng, count, 0.7, np.full(count, 30.0), 0.6, 98), 0.0)
    returned = _some(rng, count, 0.22, np.full(count, 3.0), 0.6, 60)
    homes.more["returned"] = np.minimum(returned, homes.forest + homes.pasture)
    homes.more["orchard"] = _some(rng, count, 0.14, np.full(count, 2.5), 0.6, 60)
    homes.more["water_surface"] = _some(rng, count, 0.05, np.full(count, 1.8), 0.6, 40)
    idle = ~world.any_member(world.people.working) & (able > 0)
    chance = np.where(idle, 0.95, np.where(able > 0, 0.70, 0.10))
    homes.more["farms"] = (homes.farmland > 0.5) & happens(rng, chance, count)


def _some(rng: np.random.Generator, count: int, share: float, median: Numbers, spread: float, most: float) -> Numbers:
    """An area that a share of the households has, log-normal around its median."""
    return np.where(happens(rng, share, count), around(rng, median, spread, count).clip(0.1, most), 0.0)
