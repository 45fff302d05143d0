"""The feed of the education bureau (教育局): who is enrolled this term, what they paid and received."""

from __future__ import annotations

import numpy as np

from shouwang.synth.chance import around, choose, happens
from shouwang.synth.columns import dates, flags, labels, yuan
from shouwang.synth.reporting_dates import latest_term
from shouwang.synth.rows import Rows, about_people
from shouwang.synth.stories import befallen
from shouwang.synth.world import STAGE, World

STAGES = ("kindergarten", "primary", "junior", "senior", "vocational", "college", "bachelor", "graduate")
_OF_REGISTER = {
    "kindergarten": "kindergarten", "primary": "primary", "grade_7": "junior", "grade_8": "junior", "grade_9": "junior",
    "senior_1": "senior", "senior_2": "senior", "senior_3": "senior", "vocational_1": "vocational",
    "vocational_2": "vocational", "vocational_3": "vocational", "college": "college", "technician": "vocational",
    "bachelor": "bachelor", "graduate": "graduate",
}  # fmt: skip
# Fees a term and grants in yuan by stage; compulsory schooling is free (义务教育免学杂费).
_FEES = np.array([1600.0, 0.0, 0.0, 900.0, 500.0, 3200.0, 2700.0, 4000.0])
_GRANT = np.array([500.0, 500.0, 625.0, 1000.0, 1000.0, 1900.0, 1900.0, 3000.0])


def school_enrolments(world: World) -> Rows:
    """One row per pupil or student for the latest term (学籍与资助); those who dropped out are marked as gone."""
    rng = world.draws.of("school feed")
    people = world.people
    to_feed = np.full(len(STAGE), -1)
    for name, feed_name in _OF_REGISTER.items():
        to_feed[STAGE[name]] = STAGES.index(feed_name)
    who = np.flatnonzero((to_feed[people.stage] >= 0) & np.isnat(people.died))
    stage = to_feed[people.stage[who]]
    gone = np.zeros(len(people), bool)
    gone[befallen(world, "school_dropout")] = True
    gone = gone[who]
    helped = world.homes.on_aid | world.homes.exited | (world.homes.monitored >= 0)
    granted = helped[people.home[who]] & happens(rng, 0.96, len(who))
    fees = np.where(_FEES[stage] > 0, around(rng, np.maximum(_FEES[stage], 1), 0.25, len(who)), 0)
    fees = np.where((stage == 6) & happens(rng, 0.03, len(who)), 14_000.0, fees)
    start, term = latest_term(world.as_of)
    columns = {
        "term": labels(np.zeros(len(who), int), (term,)),
        "term_starts_on": dates(np.full(len(who), start)),
        "stage": labels(stage, STAGES),
        "enrolled": flags(~gone),
        "left_reason": labels(np.where(gone, choose(rng, (5, 3, 2), len(who)), -1), ("辍学", "厌学外出", "家庭困难")),
        "fees_paid": yuan(np.round(fees).astype(np.int64) * 100),
        "aid_received": yuan(np.where(granted & ~gone, _GRANT[stage], 0) * 100),
        "rain_dew": flags(granted & np.isin(stage, [4, 5]) & ~gone),
    }
    return about_people(world, "school_enrolments", who, columns)
