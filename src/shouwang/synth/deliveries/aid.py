"""Feeds about need and means (民政局、公安交警、自然资源、信访): aid, accidents, property, calls for help."""

from __future__ import annotations

import numpy as np

from shouwang.synth.chance import around, choose, happens
from shouwang.synth.columns import dates, flags, labels, whole, yuan
from shouwang.synth.incomes import DIBAO_MONTH
from shouwang.synth.risk import AID, AID_KINDS, aid_change
from shouwang.synth.rows import Rows, about_homes, about_people, serials
from shouwang.synth.stories import befallen
from shouwang.synth.world import World

CHANGES = ("new", "continuing", "stopped", "applied")
CAUSES = ("illness", "education", "disaster", "accident", "unemployment", "other")
CHANNELS = ("hotline_12345", "hotline_12317", "letter", "visit", "media", "grid")
TOPICS = ("illness", "education", "housing", "water", "living", "employment", "disaster", "aid_refused", "other")
PROPERTY = ("car", "house", "shop", "firm", "farm_machine")
_WORTH = np.array([62_000.0, 310_000.0, 240_000.0, 80_000.0, 18_000.0])
ACCIDENTS = ("traffic", "work_injury", "drowning", "fire", "other")
DAY = "timedelta64[D]"


def social_assistance(world: World) -> Rows:
    """Aid (社会救助): who receives what; one-off aid carries an amount, monthly aid a monthly amount."""
    rng = world.draws.of("aid feed")
    people = world.people
    stopped = (people.aid < 0) & (world.of_home(world.homes.story) == 0) & happens(rng, 0.003, len(people))
    who = np.flatnonzero((people.aid >= 0) | stopped)
    gone = stopped[who]
    kind = np.where(gone, AID["dibao"], people.aid[who])
    once = kind == AID["temporary"]
    since = np.where(once, world.as_of - rng.integers(5, 340, len(who)).astype(DAY), people.aid_since[who])
    since = np.where(gone, world.as_of - rng.integers(500, 2500, len(who)).astype(DAY), since)
    monthly = np.array([0, 0, 0, 0, 0, 1_100_00, 950_00])[kind]
    monthly = np.where(gone, DIBAO_MONTH, np.maximum(monthly, people.aid_month[who]))
    columns = {
        "kind": labels(kind, AID_KINDS),
        "change": labels(np.where(gone, 2, np.where(once, 0, aid_change(rng, since, world.as_of))), CHANGES),
        "started_on": dates(since),
        "ended_on": dates(world.as_of - rng.integers(120, 460, len(who)).astype(DAY), gone),
        "monthly_amount": yuan(monthly, ~once),
        "cause": labels(
            np.where(once, choose(world.draws.of("aid causes"), (55, 15, 12, 8, 6, 4), len(who)), -1), CAUSES
        ),
        "amount": yuan(np.round(around(rng, 1_500.0, 0.5, len(who))).astype(np.int64) * 100, once),
    }
    return about_people(world, "social_assistance", who, columns)


def accidents(world: World) -> Rows:
    """Accidents (意外事故) within eighteen months: 0.3 % of residents, most of them small."""
    rng = world.draws.of("accident feed")
    people = world.people
    killed = np.zeros(len(people), bool)
    killed[befallen(world, "traffic_death")] = True
    living = np.isnat(people.died) & (people.age >= 6)
    who = np.flatnonzero(killed | (living & happens(rng, 0.0031, len(people))))
    count, dead = len(who), killed[who]
    yuan_lost = np.where(dead, around(rng, 90_000.0, 0.3, count), around(rng, 2_600.0, 0.9, count))
    loss = np.round(yuan_lost).astype(np.int64) * 100
    paid = np.where(dead, 20_000_00, np.round(loss * rng.uniform(0.3, 1.0, count) / 100).astype(np.int64) * 100)
    happened = world.as_of - rng.integers(10, 540, count).astype(DAY)
    columns = {
        "event_no": serials(world, "SG", count),
        "kind": labels(np.where(dead, 0, choose(rng, (62, 22, 0, 3, 13), count)), ACCIDENTS),
        "happened_on": dates(np.where(dead, people.died[who], happened)),
        "deaths": whole(dead.astype(int)),
        "disabling": flags(~dead & happens(rng, 0.02, count)),
        "loss": yuan(loss),
        "compensation": yuan(paid),
        "liable": flags(happens(rng, 0.35, count)),
    }
    return about_people(world, "accidents", who, columns)


def property_holdings(world: World) -> Rows:
    """Property (财产登记): 8 % of residents hold something, mostly a car."""
    rng = world.draws.of("property feed")
    people = world.people
    adult = (people.age >= 20) & (people.age < 75) & np.isnat(people.died)
    poor = world.of_home((world.homes.per_head < 9_000_00) | world.homes.on_aid | (world.homes.story > 0))
    chance = np.where(poor, 0.004, 0.127) * adult
    who = np.flatnonzero(happens(rng, chance, len(people)))
    kind = choose(rng, (78, 8, 2, 5, 7), len(who))
    value = np.round(around(rng, _WORTH[kind], 0.4, len(who)))
    columns = {
        "kind": labels(kind, PROPERTY),
        "registered_on": dates(world.as_of - rng.integers(60, 3600, len(who)).astype(DAY)),
        "as_of_on": dates(np.full(len(who), world.as_of - np.timedelta64(30, "D"))),
        "value": yuan(value.astype(np.int64) * 100),
        "public_payroll": flags(happens(rng, 0.004, len(who))),
    }
    return about_people(world, "property_holdings", who, columns)


def hotline_cases(world: World) -> Rows:
    """Calls and petitions (热线与信访) within a year: 0.3 % of the households, most of them closed."""
    rng = world.draws.of("hotline feed")
    here = np.flatnonzero(happens(rng, np.where(world.homes.story > 0, 0.08, 0.0029), len(world.homes)))
    count = len(here)
    back = rng.integers(1, 360, count)
    closed = happens(rng, np.where(back > 45, 0.97, 0.55), count)
    after = (back * rng.uniform(0.2, 0.95, count)).astype(int)
    columns = {
        "case_no": serials(world, "RX", count),
        "channel": labels(choose(rng, (62, 8, 6, 9, 2, 13), count), CHANNELS),
        "received_on": dates(world.as_of - back.astype(DAY)),
        "topic": labels(choose(rng, (9, 4, 9, 12, 11, 6, 5, 10, 34), count), TOPICS),
        "closed_on": dates(world.as_of - after.astype(DAY), closed),
    }
    return about_homes(world, "hotline_cases", here, columns)
