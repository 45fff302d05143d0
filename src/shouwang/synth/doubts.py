"""Planted doubts (疑点数据): a few register entries that contradict each other, which the checks must find.

About one household in two hundred has one; truth/doubts.parquet says which and what.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.synth.chance import Numbers, in_order
from shouwang.synth.columns import labels, replaced
from shouwang.synth.rows import household_ids, resident_ids
from shouwang.synth.shapes import RELATION
from shouwang.synth.world import LABOUR_CODE, STAGE, World

SHARE = 0.005
KINDS = (
    "no_head", "two_heads", "relation_against_sex", "phone_too_short", "road_too_far", "farmland_too_large",
    "wage_too_small", "child_with_labour", "works_without_labour", "insured_twice", "pupil_with_education",
)  # fmt: skip


class Doubts:
    """Chooses the households of a block and changes the register columns on their way into the tables."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rows = dict(zip(KINDS, self._chosen(world), strict=True))

    def _chosen(self, world: World) -> list[Numbers]:
        """Rows per kind: households for what they have, residents for what they are; no household twice."""
        rng = world.draws.of("doubts")
        homes = world.homes
        count = max(1, round(len(homes) * SHARE / len(KINDS)))
        free = (homes.story == 0) & (homes.monitored < 0)
        found = []
        for kind in KINDS:
            rows = in_order(rng, self._can(kind) & self._free(kind, free), count)
            free[rows if kind in _OF_HOMES else world.people.home[rows]] = False
            found.append(rows)
        return found

    def _free(self, kind: str, free: Numbers) -> Numbers:
        return free if kind in _OF_HOMES else self.world.of_home(free)

    def _can(self, kind: str) -> Numbers:
        """Where a kind of doubt can be planted."""
        people, homes = self.world.people, self.world.homes
        if kind in _OF_HOMES:
            return np.ones(len(homes), bool)
        adult = (people.age >= 20) & (people.stage == STAGE["none"])
        return {
            "no_head": people.relation == RELATION["head"],
            "two_heads": people.relation == RELATION["spouse"],
            "relation_against_sex": people.relation == RELATION["son"],
            "wage_too_small": people.working,
            "child_with_labour": (people.age >= 9) & (people.age < 15),
            "works_without_labour": (people.labour == LABOUR_CODE["none"]) & adult,
            "insured_twice": people.employee_cover,
            "pupil_with_education": people.stage == STAGE["primary"],
        }[kind]

    def relations(self, relation: Numbers) -> Numbers:
        """与户主关系: nobody heads the household, or two do, or a son is a woman's entry."""
        changed = relation.copy()
        changed[self.rows["no_head"]] = RELATION["other"]
        changed[self.rows["two_heads"]] = RELATION["head"]
        changed[self.rows["relation_against_sex"]] = RELATION["daughter"]
        return changed

    def cut_phones(self, phones: pa.Array) -> pa.Array:
        """Phone numbers that lost their last digit."""
        rows = self.rows["phone_too_short"]
        return replaced(phones, rows, pc.utf8_slice_codeunits(phones.take(pa.array(rows)), 0, 10))

    def far_roads(self, kilometres: Numbers) -> Numbers:
        """Distances beyond five kilometres."""
        return _changed(kilometres, self.rows["road_too_far"], 7.5)

    def huge_fields(self, mu: Numbers) -> Numbers:
        """Fields of 150 亩."""
        return _changed(mu, self.rows["farmland_too_large"], 150.0)

    def wages(self, fen: Numbers) -> Numbers:
        """Wages of 80 yuan a month."""
        return _changed(fen, self.rows["wage_too_small"], 80_00)

    def labours(self, labour: Numbers) -> Numbers:
        """Children who count as labour."""
        return _changed(labour, self.rows["child_with_labour"], LABOUR_CODE["ordinary"])

    def idle_workers(self, working: Numbers) -> Numbers:
        """People without labour who are entered as working away."""
        return _changed(working, self.rows["works_without_labour"], True)

    def insured_twice(self, cover: Numbers) -> Numbers:
        """People with both medical insurances."""
        return _changed(cover, self.rows["insured_twice"], True)

    def educations(self, education: Numbers) -> Numbers:
        """Pupils who are entered as having finished primary school."""
        return _changed(education, self.rows["pupil_with_education"], 1)

    def table(self) -> pa.Table:
        """What was planted where: household_id, resident_id (null for households), doubt."""
        parts = []
        for code, kind in enumerate(KINDS):
            rows = self.rows[kind]
            personal = kind not in _OF_HOMES
            home = self.world.people.home[rows] if personal else rows
            parts.append(pa.table({
                "household_id": household_ids(self.world, home),
                "resident_id": resident_ids(self.world, rows) if personal else pa.nulls(len(rows), pa.string()),
                "doubt": labels(np.full(len(rows), code), KINDS),
            }))  # fmt: skip
        return pa.concat_tables(parts)


_OF_HOMES = ("phone_too_short", "road_too_far", "farmland_too_large")


def _changed(values: Numbers, rows: Numbers, value: float | bool) -> Numbers:
    changed = values.copy()
    changed[rows] = value
    return changed
