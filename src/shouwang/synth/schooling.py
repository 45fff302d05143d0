"""Schooling (在校与文化程度): the stage of everyone who studies, the education of everyone who does not."""

from __future__ import annotations

import numpy as np

from shouwang.synth.chance import Numbers, choose_by, happens
from shouwang.synth.world import STAGE, World, full_years

# After the compulsory years, by age on 1 September: none, senior, vocational, college, technician, bachelor, graduate.
_AFTER = {
    15: (0.0, 0.60, 0.40, 0, 0, 0, 0), 16: (0.07, 0.55, 0.38, 0, 0, 0, 0), 17: (0.09, 0.54, 0.37, 0, 0, 0, 0),
    18: (0.44, 0, 0, 0.25, 0.02, 0.29, 0), 19: (0.48, 0, 0, 0.24, 0.02, 0.26, 0), 20: (0.52, 0, 0, 0.22, 0.02, 0.24, 0),
    21: (0.76, 0, 0, 0.03, 0, 0.21, 0), 22: (0.93, 0, 0, 0, 0, 0.05, 0.02), 23: (0.97, 0, 0, 0, 0, 0, 0.03),
    24: (0.97, 0, 0, 0, 0, 0, 0.03), 25: (1.0, 0, 0, 0, 0, 0, 0),
}  # fmt: skip
# illiterate, primary, junior, senior, college, bachelor by age: below 18, 18–24, 25–44, 45–64, 65 and above.
_EDUCATION = (
    (0, 0.02, 0.98, 0, 0, 0), (0, 0.02, 0.50, 0.28, 0.13, 0.07), (0.01, 0.12, 0.55, 0.18, 0.09, 0.05),
    (0.05, 0.38, 0.47, 0.08, 0.01, 0.01), (0.22, 0.53, 0.21, 0.04, 0, 0),
)  # fmt: skip


def school_year_starts(as_of: np.datetime64) -> np.datetime64:
    """1 September of the school year that the day falls in (学年)."""
    year = as_of.astype("datetime64[Y]")
    september = year.astype("datetime64[M]") + np.timedelta64(8, "M")
    if as_of.astype("datetime64[M]") < september:
        september -= np.timedelta64(12, "M")
    return september.astype("datetime64[D]")


def settle_school(world: World) -> None:
    """Sets ``stage`` (在校生状况) and ``education`` (文化程度, -1 for those who study) by age."""
    rng = world.draws.of("schooling")
    people = world.people
    age = full_years(people.birth, school_year_starts(world.as_of) - np.timedelta64(1, "D"))
    stage = np.full(len(people), STAGE["none"])
    stage[age < 6] = STAGE["preschool_age"]
    stage[(age >= 3) & (age < 6) & happens(rng, 0.9, len(age))] = STAGE["kindergarten"]
    stage[(age >= 6) & (age < 12)] = STAGE["primary"]
    for year in range(3):
        stage[age == 12 + year] = STAGE["grade_7"] + year
    young = np.flatnonzero((age >= 15) & (age < 25))
    stage[young] = _after_compulsory(rng, age[young])
    studies = stage != STAGE["none"]
    group = np.searchsorted([18, 25, 45, 65], people.age, side="right")
    people.more["stage"] = stage
    people.more["education"] = np.where(studies, -1, choose_by(rng, _EDUCATION, group))


def _after_compulsory(rng: np.random.Generator, age: Numbers) -> Numbers:
    way = choose_by(rng, [_AFTER[year] for year in sorted(_AFTER)], age - 15)
    year = np.clip(age - 15, 0, 2)
    codes = np.array(
        [STAGE[name] for name in ("none", "senior_1", "vocational_1", "college", "technician", "bachelor", "graduate")]
    )
    return codes[way] + np.where((way == 1) | (way == 2), year, 0)
