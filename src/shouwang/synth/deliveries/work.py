"""Feeds of the labour bureau (人社局): monthly work reports and public-welfare posts."""

from __future__ import annotations

import numpy as np

from shouwang.synth.chance import choose, happens
from shouwang.synth.columns import DAY, dates, flags, labels, yuan
from shouwang.synth.incomes import POST_MONTH
from shouwang.synth.register_tables import EMPLOYERS, employer_of
from shouwang.synth.reporting_dates import month_report, months_before
from shouwang.synth.rows import Rows, about_people
from shouwang.synth.work import REASONS
from shouwang.synth.world import SCOPES, World

POSTS = ("保洁员", "护林员", "护路员", "水管员", "地质灾害监测员", "乡村网格员", "养老护理员", "图书管理员")


def employment(world: World) -> Rows:
    """The latest monthly report (务工就业) of everyone who works or just stopped."""
    people = world.people
    who = np.flatnonzero(people.working)
    lost = people.out_of_work[who]
    report = np.full(len(who), month_report(world.as_of))
    ended = np.minimum(people.stopped[who], report)
    columns = {
        "reported_on": dates(report),
        "working": flags(~lost),
        "started_on": dates(np.minimum(people.started[who], ended)),
        "ended_on": dates(ended, lost),
        "left_reason": labels(np.where(lost, people.reason[who], -1), REASONS),
        "work_scope": labels(people.scope[who], SCOPES),
        "employer": labels(employer_of(world)[who], EMPLOYERS),
        "monthly_wage": yuan(np.where(lost, 0, people.wage[who])),
        "unpaid_wages": yuan(people.unpaid[who]),
    }
    return about_people(world, "employment", who, columns)


def public_posts(world: World) -> Rows:
    """Public-welfare posts (公益性岗位): 2 % of residents; a few ended, a few are paid late."""
    rng = world.draws.of("posts")
    who = np.flatnonzero(world.people.post)
    count = len(who)
    started = world.as_of - rng.integers(60, 1000, count).astype("timedelta64[D]")
    ended = happens(rng, 0.02, count)
    ended_on = world.as_of - rng.integers(5, 55, count).astype("timedelta64[D]")
    late = happens(rng, 0.01, count)
    paid = months_before(world.as_of, 0).astype(DAY) - np.timedelta64(1, "D")
    columns = {
        "post": labels(choose(rng, (30, 20, 10, 8, 6, 8, 12, 2), count), POSTS),
        "started_on": dates(started),
        "ended_on": dates(ended_on, ended),
        "monthly_pay": yuan(np.full(count, POST_MONTH)),
        "paid_until": dates(np.where(late, paid - np.timedelta64(100, "D"), paid)),
    }
    return about_people(world, "public_posts", who, columns)
