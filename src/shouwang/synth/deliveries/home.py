"""Feeds about houses and villages (住建局、水利局、应急管理局、发改局): safety, water, disasters, relocation."""

from __future__ import annotations

import numpy as np

from shouwang.synth.chance import around, choose, happens, in_order
from shouwang.synth.columns import dates, flags, labels, quantity, whole, yuan
from shouwang.synth.incomes import net_income
from shouwang.synth.register_tables import moved_on
from shouwang.synth.rows import Rows, about_homes, serials
from shouwang.synth.stories import homes_with
from shouwang.synth.world import GRADES, World

DISASTERS = ("flood", "drought", "landslide", "wind_hail", "freeze", "fire", "pest")
DAMAGE = ("none", "light", "serious", "collapsed")
DAY = "timedelta64[D]"


def house_safety(world: World) -> Rows:
    """The latest survey (房屋安全) of every house."""
    rng = world.draws.of("house feed")
    homes = world.homes
    count = len(homes)
    fallen = homes_with(world, "collapsed_house")
    grade = np.where(fallen, 3, homes.grade)
    mended = homes.fixed & ~fallen
    checked = world.as_of - np.where(fallen, rng.integers(5, 60, count), rng.integers(10, 350, count)).astype(DAY)
    columns = {
        "grade": labels(grade, GRADES),
        "checked_on": dates(checked),
        "only_home": flags(homes.only_home | fallen),
        "action": labels(np.where(mended, 1 + rng.integers(0, 3, count), 0), ("none", "repair", "rebuild", "move")),
        "finished_on": dates(np.minimum(checked + np.timedelta64(90, "D"), world.as_of), mended),
    }
    return about_homes(world, "house_safety", np.arange(count), columns)


def water_supply(world: World) -> Rows:
    """Water checks (饮水安全) of about 30 % of the households, and of all with trouble."""
    rng = world.draws.of("water feed")
    homes = world.homes
    dry = homes_with(world, "water_stopped")
    here = np.flatnonzero(happens(rng, 0.30, len(homes)) | dry | ~homes.water_safe)
    count = len(here)
    short = dry[here] | ~homes.water_safe[here]
    some = np.where(happens(rng, 0.03, count), rng.integers(1, 7, count), 0)
    columns = {
        "checked_on": dates(world.as_of - rng.integers(2, 80, count).astype(DAY)),
        "stopped_days": whole(np.where(dry[here], rng.integers(33, 75, count), some)),
        "litres_per_person_day": whole(np.where(short, rng.integers(8, 18, count), rng.integers(38, 110, count))),
        "quality_ok": flags(~happens(rng, np.where(short, 0.4, 0.002), count)),
        "minutes_to_fetch": whole(np.where(short, rng.integers(22, 60, count), rng.integers(0, 12, count))),
        "distance_m": whole(np.where(short, rng.integers(850, 2500, count), rng.integers(0, 300, count))),
        "short_days_per_year": whole(np.where(short, rng.integers(40, 90, count), rng.integers(0, 20, count))),
    }
    return about_homes(world, "water_supply", here, columns)


def disasters(world: World) -> Rows:
    """Losses by natural disasters (自然灾害) within a year: 1 % of the households."""
    rng = world.draws.of("disaster feed")
    homes = world.homes
    hit = homes_with(world, "disaster")
    here = np.flatnonzero(happens(rng, 0.0097, len(homes)) | hit)
    count, hard = len(here), hit[here]
    income = net_income(world)[here].clip(20_000_00)
    light = np.round(around(rng, 1_600.0, 0.8, count)).astype(np.int64) * 100
    loss = np.where(hard, np.round(income * rng.uniform(1.15, 1.9, count)).astype(np.int64) // 100 * 100, light)
    relief = np.where(hard, 3_000_00, np.where(happens(rng, 0.5, count), light // 4, 0))
    mild = choose(rng, (85, 14, 1), count)
    columns = {
        "event_no": serials(world, "ZH", count),
        "kind": labels(np.where(hard, 2, choose(rng, (30, 15, 8, 22, 14, 3, 8), count)), DISASTERS),
        "happened_on": dates(world.as_of - rng.integers(8, np.where(hard, 150, 360)).astype(DAY)),
        "loss": yuan(loss),
        "house_damage": labels(np.where(hard, 2 + rng.integers(0, 2, count), np.minimum(mild, 1)), DAMAGE),
        "crop_loss_mu": quantity(np.round(homes.farmland[here] * np.where(hard, 80, rng.integers(0, 30, count)))),
        "relief_paid": yuan(relief),
        "insured_paid": yuan(np.where(hard, 0, np.where(happens(rng, 0.3, count), light // 5, 0))),
    }
    return about_homes(world, "disasters", here, columns)


def relocations(world: World) -> Rows:
    """Relocated households (易地搬迁): 3 %."""
    rng = world.draws.of("relocation feed")
    homes, people = world.homes, world.people
    here = np.flatnonzero(homes.relocated)
    count = len(here)
    able = world.count_members(people.labour <= 1)[here]
    working = world.count_members(people.working & ~people.out_of_work)[here]
    employed = np.minimum(np.maximum(working, happens(rng, 0.9, count)), able)
    troubled = in_order(rng, np.ones(count, bool), round(count * 0.04))
    problems = np.zeros(count, np.int64)
    problems[troubled] = rng.integers(1, 4, len(troubled))
    sites = [name + "集中安置点" for name in world.places.township_names]
    columns = {
        "site": labels(world.places.township[homes.village[here]], sites),
        "moved_on": dates(moved_on(world)[here]),
        "workers": whole(able),
        "employed_workers": whole(employed),
        "house_registered": flags(happens(rng, 0.94, count)),
        "old_house_removed": flags(happens(rng, 0.96, count)),
        "problems": whole(problems),
    }
    return about_homes(world, "relocations", here, columns)
