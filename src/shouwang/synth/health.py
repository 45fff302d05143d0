"""Health (健康与医疗): illness, disability, insurance cover and medical bills."""

from __future__ import annotations

import numpy as np

from shouwang.synth.chance import Numbers, around, by_age, choose, choose_by, happens
from shouwang.synth.columns import DAY
from shouwang.synth.reporting_dates import last_quarters, months_before
from shouwang.synth.shapes import FEMALE
from shouwang.synth.stories import STORY
from shouwang.synth.world import LABOUR_CODE, STAGE, Bills, World

_CHRONIC = ((15, 45, 60, 75), (0.005, 0.02, 0.08, 0.18, 0.27))
_SERIOUS = ((15, 45, 60, 75), (0.0006, 0.003, 0.010, 0.018, 0.022))
_DISABLED = ((15, 45, 60, 75), (0.009, 0.024, 0.045, 0.075, 0.10))
_MORTALITY = ((1, 45, 60, 70, 80), (0.002, 0.0003, 0.0013, 0.0042, 0.0125, 0.042))
_VISITS = ((6, 15, 45, 60, 75), (0.9, 0.35, 0.45, 0.85, 1.45, 1.75))
MONTHS_OF_BILLS = 18
# village clinic and township 门诊, chronic 门诊慢特病, 住院: medians in yuan and spreads of the logarithm
_COST = (np.array([150.0, 320.0, 4600.0]), (0.8, 0.6, 0.85))
OUTPATIENT, CHRONIC, INPATIENT = range(3)


def settle_health(world: World) -> None:
    """Sets ``chronic`` and ``serious`` illness, ``disability`` (category or -1) and ``disability_grade`` (0 = none)."""
    rng = world.draws.of("health")
    people = world.people
    count = len(people)
    people.more["serious"] = happens(rng, by_age(people.age, *_SERIOUS), count)
    people.more["chronic"] = happens(rng, by_age(people.age, *_CHRONIC), count) & ~people.serious
    disabled = happens(rng, by_age(people.age, *_DISABLED), count)
    people.more["disability"] = np.where(disabled, choose(rng, (12, 14, 2, 52, 8, 9, 3), count), -1)
    grade = choose(rng, (0.13, 0.27, 0.32, 0.28), count) + 1
    people.more["disability_grade"] = np.where(disabled, grade, 0)
    years = rng.gamma(2.0, 3.0, count).clip(0.3, 40)
    people.more["certified"] = world.as_of - (years * 365).astype("timedelta64[D]")
    early = people.certified < people.birth + np.timedelta64(400, "D")
    people.more["disability_grade"][early] = 0
    people.more["disability"][early] = -1
    _settle_deaths(world, rng)


def _settle_deaths(world: World, rng: np.random.Generator) -> None:
    """Some residents died within the last year and are still on the books (死亡未销户)."""
    people = world.people
    died = happens(rng, by_age(people.age, *_MORTALITY), len(people))
    day = world.as_of - rng.integers(3, 360, len(people)).astype("timedelta64[D]")
    people.more["died"] = np.where(died & (day > people.birth), day, np.datetime64("NaT", "D"))


def settle_cover(world: World) -> None:
    """Sets insurance cover: ``employee_cover``, ``resident_cover`` (居民医保) and pensions."""
    rng = world.draws.of("cover")
    people = world.people
    count = len(people)
    employee = people.working & (people.scope > 0) & happens(rng, 0.16, count)
    hit = world.of_home(world.homes.story) == STORY["uninsured_patient"]
    watched = world.of_home(world.homes.exited | world.any_member(people.disability_grade > 0))
    covered = ~happens(rng, np.where(watched, 0.006, np.where(people.age < 1, 0.2, 0.036)), count)
    people.more["employee_cover"] = employee & ~hit
    people.more["resident_cover"] = covered & ~employee & ~(hit & people.chosen)
    adult = (people.age >= 16) & (people.stage == STAGE["none"])
    people.more["employee_pension"] = people.employee_cover & adult
    joins = happens(rng, np.where(people.age >= 60, 0.985, 0.9), count)
    people.more["resident_pension"] = adult & ~people.employee_pension & joins


def settle_bills(world: World) -> None:
    """Sets ``world.bills``: every settlement of the last eighteen months, 0.9 per person and heavy-tailed."""
    rng = world.draws.of("bills")
    people = world.people
    ill = np.where(people.serious, 3.2, np.where(people.chronic, 2.1, 1.0))
    rate = by_age(people.age, *_VISITS) * ill * rng.gamma(1.3, 1 / 1.3, len(people)) * 0.93
    person = np.repeat(np.arange(len(people)), rng.poisson(rate))
    back = rng.integers(0, int(MONTHS_OF_BILLS * 30.4), len(person)).astype("timedelta64[D]")
    day = world.as_of - back
    alive = ~(day > people.died[person]) & (day >= people.birth[person])
    person, day = person[alive], day[alive]
    long_ill = (people.chronic | people.serious)[person].astype(np.int64)
    long_ill += people.serious[person]
    kind = choose_by(rng, ((0.80, 0.0, 0.20), (0.44, 0.36, 0.20), (0.25, 0.30, 0.45)), long_ill)
    median, spread = _COST
    yuan = median[kind] * np.exp(rng.normal(0, 1, len(person)) * np.array(spread)[kind])
    yuan = np.where(people.serious[person] & (kind == INPATIENT), yuan * 2.0, yuan).clip(12, 260_000)
    world.bills = _settled(world, rng, _with_stories(world, rng, person, day, kind, yuan))
    _add_up(world, world.bills)


def _with_stories(
    world: World, rng: np.random.Generator, person: Numbers, day: Numbers, kind: Numbers, yuan: Numbers
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """The ordinary bills and the stays of those planted with heavy hospital bills."""
    story = world.of_home(world.homes.story)
    people = world.people
    cancer = np.flatnonzero((story == STORY["cancer_bills"]) & people.chosen)
    uninsured = np.flatnonzero((story == STORY["uninsured_patient"]) & people.chosen)
    extra = np.r_[np.repeat(cancer, 5), np.repeat(uninsured, 2)]
    cost = np.r_[around(rng, 52_000, 0.25, len(cancer) * 5), around(rng, 26_000, 0.25, len(uninsured) * 2)]
    back = rng.integers(5, 240, len(extra)).astype("timedelta64[D]")
    kinds = np.full(len(extra), INPATIENT)
    return np.r_[person, extra], np.r_[day, world.as_of - back], np.r_[kind, kinds], np.r_[yuan, cost]


def _settled(world: World, rng: np.random.Generator, visits: tuple[Numbers, Numbers, Numbers, Numbers]) -> Bills:
    """What the insurance pays of every bill (三重保障): basic, critical-illness, medical aid."""
    person, day, kind, yuan = visits
    order = np.lexsort((day, person))
    person, day, kind = person[order], day[order], kind[order]
    total = np.round(yuan[order] * 100).astype(np.int64)
    people = world.people
    insured = (people.resident_cover | people.employee_cover)[person]
    covered = np.round(total * rng.uniform(0.78, 0.97, len(person))).astype(np.int64)
    deductible = np.array([2000, 0, 60000])[kind]
    rate = np.array([0.55, 0.65, 0.66])[kind] + np.where(people.employee_cover[person], 0.1, 0.0)
    basic = np.where(insured, np.round((covered - deductible).clip(0) * rate).astype(np.int64), 0)
    left = (covered - basic).clip(0)
    critical = np.where(insured, np.round((left - 1_400_000).clip(0) * 0.6).astype(np.int64), 0)
    entitled = (world.homes.on_aid | world.homes.exited) & happens(rng, 0.97, len(world.homes))
    helped = world.of_home(entitled)[person] & insured & (kind == INPATIENT)
    aid = np.where(helped, np.round((left - critical).clip(0) * 0.7).astype(np.int64), 0)
    return Bills(person, day, kind, total, covered, basic, critical, aid)


def _add_up(world: World, bills: Bills) -> None:
    """Sets the household's ``self_paid_12m`` and ``self_paid_quarters`` (four completed quarters), in 分."""
    homes = world.homes
    home = world.people.home[bills.person]
    year_ago = months_before(world.as_of, 12).astype(DAY) + (world.as_of - months_before(world.as_of, 0).astype(DAY))
    recent = np.where(bills.day > year_ago, bills.self_paid, 0)
    homes.more["self_paid_12m"] = np.bincount(home, recent, minlength=len(homes)).astype(np.int64)
    starts = last_quarters(world.as_of)
    edges = np.array([*starts, starts[-1].astype("datetime64[M]") + np.timedelta64(3, "M")], DAY)
    quarter = np.searchsorted(edges, bills.day, side="right") - 1
    within = (quarter >= 0) & (quarter < 4)
    cell = home[within] * 4 + quarter[within]
    summed = np.bincount(cell, bills.self_paid[within], minlength=len(homes) * 4)
    homes.more["self_paid_quarters"] = summed.astype(np.int64).reshape(-1, 4)


def working_ability(world: World, rng: np.random.Generator) -> Numbers:
    """Labour skill (劳动技能) by age, health and schooling."""
    people = world.people
    count = len(people)
    labour = np.where(happens(rng, 0.13, count), LABOUR_CODE["skilled"], LABOUR_CODE["ordinary"])
    frail = (people.disability_grade > 2) | (people.chronic & happens(rng, 0.5, count)) | people.serious
    older = people.age >= 60
    weak = frail | (older & happens(rng, by_age(people.age, (65, 75), (0.4, 0.8, 0.3)), count))
    labour[weak] = LABOUR_CODE["weak"]
    severe = (people.disability_grade > 0) & (people.disability_grade <= 2)
    lost = severe | (people.serious & happens(rng, 0.5, count))
    labour[lost] = LABOUR_CODE["lost"]
    idle = (people.age >= 75) & happens(rng, np.where(people.sex == FEMALE, 0.85, 0.75), count)
    labour[idle] = LABOUR_CODE["none"]
    labour[(people.age < 16) | (people.stage != STAGE["none"])] = LABOUR_CODE["none"]
    return labour
