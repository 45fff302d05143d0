"""Help (帮扶措施) for monitored households: what answers their risk, and what their members are due anyway."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from shouwang.synth.chance import Numbers
from shouwang.synth.columns import dates, labels, yuan
from shouwang.synth.risk import AID
from shouwang.synth.rows import household_ids, resident_ids
from shouwang.synth.world import LABOUR_CODE, RISKS, STAGE, World

KINDS = (
    "industry", "employment", "finance", "public_post", "education", "compulsory_education", "health", "housing",
    "water", "relocation", "social_security", "social_help", "living_conditions", "infrastructure",
)  # fmt: skip
_KIND = {name: code for code, name in enumerate(KINDS)}
ITEMS = ("dibao", "disability_allowance", "rain_dew", "labour_placement", "migrant_subsidy")
_ANSWER = {
    "illness": "health", "education_cost": "education", "disability": "social_help", "disaster": "living_conditions",
    "accident": "social_help", "business_failure": "industry", "unstable_work": "employment",
    "lack_of_labour": "social_help", "housing": "housing", "water": "water", "other": "social_help",
}  # fmt: skip


def measures(world: World) -> pa.Table:
    """One row per measure, taken up within a month of the determination."""
    homes = world.homes
    watched = homes.monitored >= 0
    here = np.flatnonzero(watched)
    answer = np.array([_KIND[_ANSWER[risk]] for risk in RISKS])[homes.risk[here]]
    due = [(_first_member(world, flag & world.of_home(watched)), _KIND[name], item) for flag, name, item in _due(world)]
    person = np.concatenate([np.full(len(here), -1), *(rows for rows, _, _ in due)])
    home = np.where(person < 0, np.r_[here, np.zeros(len(person) - len(here), int)], world.people.home[person])
    kinds = np.concatenate([answer, *(np.full(len(rows), kind) for rows, kind, _ in due)])
    items = np.concatenate([np.full(len(here), -1), *(np.full(len(rows), item) for rows, _, item in due)])
    order = np.argsort(home, kind="stable")
    home = home[order]
    since = homes.monitored_on[home] + (5 + homes.number[home] % 20).astype("timedelta64[D]")
    amount = 600_00 + homes.number[home] % 9 * 300_00
    return pa.table({
        "household_id": household_ids(world, home),
        "resident_id": resident_ids(world, person[order]),
        "kind": labels(kinds[order], KINDS),
        "item": labels(items[order], ITEMS),
        "since_on": dates(np.minimum(since, world.as_of)),
        "until_on": dates(homes.cleared_on[home]),
        "amount": yuan(amount),
    })  # fmt: skip


def _due(world: World) -> list[tuple[Numbers, str, int]]:
    """Members' flags, the measure they call for and its item (综合保障、开发式帮扶、雨露计划)."""
    people = world.people
    able = people.labour <= LABOUR_CODE["skilled"]
    trained = ((people.stage >= STAGE["vocational_1"]) & (people.stage <= STAGE["vocational_3"])) | (
        people.stage == STAGE["college"]
    )
    return [
        (people.aid == AID["dibao"], "social_security", 0),
        (people.allowance_year > 0, "social_security", 1),
        (trained, "education", 2),
        (able & people.working & (people.scope >= 2), "employment", 4),
        (able, "industry", -1),
    ]


def _first_member(world: World, flag: Numbers) -> Numbers:
    """The first member of each household who has the flag, as row numbers."""
    rows = np.flatnonzero(flag)
    _, first = np.unique(world.people.home[rows], return_index=True)
    return rows[first]
