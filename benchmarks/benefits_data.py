"""The data of benchmarks/benefits.py: a synthetic prefecture with Chenzhou's own feeds, and what synth leaves out.

Synth writes nearly complete data. Here, with fixed seeds, optional columns are filled, some cells are emptied, some
quarters are missing and earlier years are added, so that every branch of the formulas has people in it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.benefits_policy import AS_OF, PACK, PLACE, SEED
from shouwang.synth import make

# Cells that become unknown, as a share of rows.
EMPTIED = {
    "households": {"kind": 0.003, "relocated": 0.01},
    "residents": {
        "birth_on": 0.003, "sex": 0.003, "labour": 0.01, "school_stage": 0.02, "working_away": 0.02, "work_scope": 0.02,
        "employee_insured": 0.01, "dibao_kind": 0.02, "tekun_kind": 0.02, "serious_illness": 0.02, "disabled": 0.02,
    },
    "incomes": {"amount": 0.002, "until_on": 0.02, "item": 0.01},
    "accidents": {"deaths": 0.1},
    "chronic_patients": {"disease_kind": 0.02},
    "disabilities": {"care_allowance": 0.05},
    "disasters": {"loss": 0.05, "house_damage": 0.05, "relief_paid": 0.05, "insured_paid": 0.05},
    "employment": {"work_scope": 0.03},
    "household_incomes": {"wage": 0.003, "transfer": 0.003, "claims": 0.05},
    "insurance_enrolments": {"subsidised": 0.02},
    "medical_settlements": {"covered_cost": 0.01, "aid_paid": 0.02, "visit_kind": 0.02},
    "public_posts": {"monthly_pay": 0.03, "paid_until": 0.03},
    "school_enrolments": {"enrolled": 0.01, "stage": 0.01, "fees_paid": 0.01, "aid_received": 0.02},
    "social_assistance": {"change": 0.03},
    "trainings": {"kind": 0.03, "days_attended": 0.02, "allowance_paid": 0.03},
    "job_placements": {"confirmed_on": 0.05, "subsidy_paid": 0.03},
    "school_leavers": {"allowance_paid": 0.03},
}  # fmt: skip
ITEMS = (
    "preferential_allowance", "family_planning", "scholarship", "good_deed_award", "disaster_relief",
    "other_assistance", "temporary_aid", "pension",
)  # fmt: skip


def data_for(residents: int, folder: Path) -> Path:
    """A folder with register and feeds; made once."""
    data = folder / f"benefits-{residents}-{PLACE}-{SEED}"
    if not data.exists():
        partial = data.with_name(data.name + ".partial")
        make(residents=residents, seed=SEED, as_of=AS_OF, out=partial, places=[PLACE], pack=PACK)
        for path in sorted([*partial.glob("register/*.parquet"), *partial.glob("feeds/*.parquet")]):
            table, fill = pq.read_table(path), FILLED.get(path.stem)
            table = fill(table, _chance(path.stem)) if fill else table
            if path.stem == "school_leavers":
                table = _recruited_before(table, pq.read_table(partial / "register/residents.parquet"))
            pq.write_table(_emptied(table, path.stem), path, compression="zstd", store_decimal_as_integer=True)
        (partial / "work").mkdir()
        partial.rename(data)
    return data


def _chance(*words: str) -> np.random.Generator:
    return np.random.default_rng([SEED, *(zlib.crc32(word.encode()) for word in words)])


def _emptied(table: pa.Table, name: str) -> pa.Table:
    for column, share in EMPTIED.get(name, {}).items():
        lost = pa.array(_chance(name, column).random(len(table)) < share)
        table = _with(table, column, pc.if_else(lost, pa.scalar(None, table[column].type), table[column]))
    return table


def _with(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    if column not in table.column_names:
        return table.append_column(column, values)
    return table.set_column(table.column_names.index(column), column, values.cast(table[column].type))


def _drawn(rng: np.random.Generator, words: tuple[object, ...], shares: tuple[float, ...], count: int) -> pa.Array:
    return pa.array(list(words)).take(pa.array(rng.choice(len(words), count, p=shares)))


def _residents(table: pa.Table, rng: np.random.Generator) -> pa.Table:
    count = len(table)
    table = _with(table, "supporter", _drawn(rng, ("none", "unable", "able", None), (0.2, 0.2, 0.5, 0.1), count))
    table = _with(table, "children_low_income", _drawn(rng, (True, False, None), (0.3, 0.5, 0.2), count))
    table = _with(table, "self_care", _drawn(rng, ("able", "partial", "lost", None), (0.4, 0.25, 0.25, 0.1), count))
    return _with(table, "collective_care", _drawn(rng, (True, False, None), (0.4, 0.55, 0.05), count))


def _medical_settlements(table: pa.Table, rng: np.random.Generator) -> pa.Table:
    yuan = pc.round(pc.multiply(pc.cast(table["self_paid"], pa.float64()), pa.array(rng.random(len(table)) * 0.5)), 2)
    paid = pc.if_else(pa.array(rng.random(len(table)) < 0.2), yuan, 0.0)
    known = pa.array(rng.random(len(table)) > 0.02)
    return _with(table, "supplementary_paid", pc.if_else(known, paid, None).cast(table["self_paid"].type, safe=False))


def _social_assistance(table: pa.Table, rng: np.random.Generator) -> pa.Table:
    causes = ("illness", "education", "disaster", "accident", "other", None)
    drawn = _drawn(rng, causes, (0.3, 0.15, 0.15, 0.1, 0.2, 0.1), len(table))
    return _with(table, "cause", pc.if_else(pc.equal(table["kind"], "temporary"), drawn, None))


def _household_incomes(table: pa.Table, rng: np.random.Generator) -> pa.Table:
    """A few quarters are missing; of nearly half of the households all quarters of the year before are known."""
    last = pc.equal(table["quarter_on"], pa.scalar(date(2026, 7, 1)))
    kept = table.filter(pa.array(rng.random(len(table)) > np.where(last.to_numpy(), 0.06, 0.01)))
    named = pc.unique(table["household_id"])
    lucky = named.filter(pa.array(rng.random(len(named)) < 0.45))
    year = table.filter(pc.is_in(table["household_id"], lucky))
    months = year["quarter_on"].to_numpy().astype("datetime64[M]") - np.timedelta64(12, "M")
    year = _with(year, "quarter_on", pa.array(months.astype("datetime64[D]")))
    first_of_2025 = pc.less(year["quarter_on"], pa.scalar(date(2025, 10, 1)))
    return pa.concat_tables([kept, year.filter(first_of_2025)])


def _incomes(table: pa.Table, rng: np.random.Generator) -> pa.Table:
    """Other kinds of transfers, other rigid costs, and what was earned the year before."""
    drawn = pa.array(ITEMS).take(pa.array(rng.integers(0, len(ITEMS), len(table))))
    moved = pc.and_(pc.fill_null(pc.equal(table["item"], "other"), False), pa.array(rng.random(len(table)) < 0.2))
    table = _with(table, "item", pc.if_else(moved, drawn, table["item"]))
    wages = table.filter(pc.equal(table["kind"], "wage"))
    before = wages.filter(pa.array(rng.random(len(wages)) < 0.7))
    before = _with(before, "from_on", _days(len(before), date(2024, 11, 1)))
    before = _with(before, "until_on", _days(len(before), date(2025, 10, 31)))
    rigid = wages.filter(pa.array(rng.random(len(wages)) < 0.08))
    rigid = _with(rigid, "kind", pa.array(["other_rigid_cost"] * len(rigid)))
    return pa.concat_tables([table, before, rigid])


def _days(count: int, day: date) -> pa.Array:
    return pa.array(np.full(count, np.datetime64(day, "D")))


def _school_enrolments(table: pa.Table, rng: np.random.Generator) -> pa.Table:
    moved = pc.and_(pc.equal(table["stage"], "vocational"), pa.array(rng.random(len(table)) < 0.1))
    return _with(table, "stage", pc.if_else(moved, "senior", table["stage"]))


def _recruited_before(table: pa.Table, residents: pa.Table) -> pa.Table:
    """The document recruited in 2020 and 2021: as many more, who are in their twenties by now."""
    born = residents["birth_on"]
    young = pc.and_(pc.greater(born, pa.scalar(date(1998, 1, 1))), pc.less(born, pa.scalar(date(2007, 1, 1))))
    some = residents.filter(pc.fill_null(young, False))
    chosen = some.take(pa.array(_chance("recruited").integers(0, len(some), len(table))))
    earlier = _earlier("enrolled_on", 60, 1.0)(table, _chance("recruited"))
    for column in ("resident_id", "household_id"):
        earlier = _with(earlier, column, chosen[column])
    return pa.concat_tables([table, earlier])


def _earlier(column: str, months: int, share: float) -> Callable[[pa.Table, np.random.Generator], pa.Table]:
    def moved(table: pa.Table, rng: np.random.Generator) -> pa.Table:
        days = table[column].to_numpy()
        months_before = days.astype("datetime64[M]") - np.timedelta64(months, "M")
        past = months_before.astype("datetime64[D]") + np.minimum(
            days - days.astype("datetime64[M]"), np.timedelta64(27, "D")
        )
        chosen = np.where(rng.random(len(table)) < share, past, days)
        return _with(table, column, pa.array(chosen.astype("datetime64[D]")))

    return moved


FILLED: dict[str, Callable[[pa.Table, np.random.Generator], pa.Table]] = {
    "residents": _residents,
    "medical_settlements": _medical_settlements,
    "social_assistance": _social_assistance,
    "household_incomes": _household_incomes,
    "incomes": _incomes,
    "school_enrolments": _school_enrolments,
    "public_posts": _earlier("started_on", 24, 0.3),
}
