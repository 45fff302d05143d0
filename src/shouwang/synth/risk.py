"""Status and risk (身份与风险): who lives on aid, who is monitored, and why."""

from __future__ import annotations

import numpy as np

from shouwang.synth.chance import Numbers, choose, choose_by, happens
from shouwang.synth.shapes import NAMES
from shouwang.synth.world import LABOUR_CODE, RISKS, STAGE, World

AID_KINDS = ("dibao", "tekun", "dibao_borderline", "rigid_expenditure", "temporary", "orphan", "unsupported_child")
AID = {name: code for code, name in enumerate(AID_KINDS)}
DIBAO_MONTH = 365_00
TEKUN_MONTH = 720_00
_ITEMS = {name: code for code, name in enumerate(RISKS)}


def settle_status(world: World) -> None:
    """Sets ``aid`` per resident (an index into AID_KINDS or -1), ``on_aid`` and ``on_dibao`` per household."""
    rng = world.draws.of("aid")
    people, homes = world.people, world.homes
    able = world.any_member(people.labour <= LABOUR_CODE["skilled"])
    severe = (people.disability_grade > 0) & (people.disability_grade <= 2)
    hard = world.any_member(severe | people.serious)
    chance = np.where(able, 0.013, 0.085) + np.where(hard, 0.14, 0.0) + np.where(homes.exited, 0.03, 0.0)
    plain = homes.story == 0
    dibao = happens(rng, chance, len(homes)) & plain
    alone = (homes.shape == NAMES.index("single_elder")) | (homes.shape == NAMES.index("single_adult"))
    tekun = alone & ~world.any_member(people.working) & ~able & plain & happens(rng, 0.2, len(homes))
    aid = np.full(len(people), -1)
    aid[world.of_home(dibao)] = AID["dibao"]
    aid[world.of_home(tekun)] = AID["tekun"]
    rest = plain & ~dibao & ~tekun
    _other_aid(world, rng, aid, world.of_home(rest))
    people.more["aid"] = aid
    homes.more["on_dibao"], homes.more["on_tekun"] = dibao & ~tekun, tekun
    homes.more["on_aid"] = dibao | tekun
    people.more["aid_since"] = world.as_of - rng.integers(40, 2200, len(homes)).astype("timedelta64[D]")[people.home]


def _other_aid(world: World, rng: np.random.Generator, aid: Numbers, free: Numbers) -> None:
    people = world.people
    count = len(people)
    home_draw = rng.random(len(world.homes))[people.home]
    aid[free & (home_draw < 0.004)] = AID["dibao_borderline"]
    aid[free & (home_draw > 0.9990)] = AID["rigid_expenditure"]
    aid[free & (aid < 0) & (people.age >= 18) & happens(rng, 0.004, count)] = AID["temporary"]
    behind = world.of_home(world.homes.shape == NAMES.index("left_behind")) & (people.age < 17)
    aid[free & (aid < 0) & behind & happens(rng, 0.004, count)] = AID["orphan"]
    aid[free & (aid < 0) & behind & happens(rng, 0.010, count)] = AID["unsupported_child"]


def settle_monitoring(world: World) -> None:
    """Sets ``monitored`` (class or -1), ``monitored_on``, ``cleared_on``, ``manner`` and ``risk`` per household."""
    rng = world.draws.of("monitoring")
    people, homes = world.people, world.homes
    count = len(homes)
    uninsured = world.any_member(~people.resident_cover & ~people.employee_cover)
    lacking = homes.unsafe | ~homes.water_safe
    poor = homes.per_head < np.where(lacking, 19_500_00, 13_500_00)
    fit = (homes.story == 0) & ~homes.on_tekun & ~uninsured & poor & ~homes.support_needed
    chance = np.where(lacking, 0.8, min(0.9, 0.015 * count / max(1, fit.sum())))
    fit &= happens(rng, chance, count)
    homes.more["risk"] = np.where(fit, _risks(world, rng), -1)
    sudden = np.isin(homes.risk, [_ITEMS["disaster"], _ITEMS["accident"], _ITEMS["illness"]]) & happens(rng, 0.4, count)
    kind = np.where(homes.exited, 0, np.where(sudden, 2, 1))
    homes.more["monitored"] = np.where(fit, kind, -1)
    back = rng.integers(40, 1500, count)
    homes.more["monitored_on"] = _day(world, back, fit)
    able = world.any_member(people.labour <= LABOUR_CODE["weak"])
    safe = able & ~lacking & (homes.per_head > 9_500_00)
    cleared = fit & safe & (back > 280) & happens(rng, 0.72, count)
    gone = (rng.uniform(5, 80, count) + (back - 280).clip(0) * rng.random(count)).astype(int).clip(3)
    homes.more["cleared_on"] = _day(world, np.minimum(gone, back - 200), cleared)
    homes.more["manner"] = np.where(cleared, choose(rng, (0.93, 0.07), count), -1)
    homes.more["checked"] = (homes.monitored < 0) & (homes.story == 0) & happens(rng, 0.004, count)


def _day(world: World, back: Numbers, known: Numbers) -> Numbers:
    return np.where(known, world.as_of - back.astype("timedelta64[D]"), np.datetime64("NaT", "D"))


def _risks(world: World, rng: np.random.Generator) -> Numbers:
    """The risk that the facts of the household suggest (致贫返贫风险), the first that fits in a drawn order."""
    people, homes = world.people, world.homes
    ill = world.any_member(people.serious | people.chronic) & (homes.self_paid_12m > 0)
    student = world.any_member((people.stage >= STAGE["senior_1"]) & (people.stage <= STAGE["bachelor"]))
    able = world.count_members(people.labour <= LABOUR_CODE["weak"])
    fits = np.stack([
        homes.unsafe, ~homes.water_safe, ill, world.any_member(people.disability_grade > 0),
        (able * 4 <= homes.size), student, world.any_member(people.working), np.ones(len(homes), bool),
    ], axis=1)  # fmt: skip
    codes = np.array([_ITEMS[name] for name in (
        "housing", "water", "illness", "disability", "lack_of_labour", "education_cost", "unstable_work", "other",
    )])  # fmt: skip
    taste = rng.random(fits.shape) * np.array([9, 9, 1.6, 1.3, 1, 1, 1.1, 0.15])
    return codes[np.argmax(np.where(fits, taste, -1.0), axis=1)]


def note_needed(risk: Numbers) -> Numbers:
    """Only the risk 其他 needs a remark."""
    return risk == _ITEMS["other"]


def aid_change(rng: np.random.Generator, since: Numbers, as_of: np.datetime64) -> Numbers:
    """Change codes of an aid record: new (first 60 days), continuing, stopped (a few)."""
    recent = since > as_of - np.timedelta64(60, "D")
    return np.where(recent, 0, choose_by(rng, ((0, 1.0, 0),), np.zeros(len(since), int)))
