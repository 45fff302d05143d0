"""Random small prefectures for any pack: empty cells, empty files and files that never came, from one seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from shouwang.engine.model import Source
from shouwang.kernel.periods import add_months
from tests.spec.drawn import ARROW

PLACES = ["431003100200", "431003200200", "431021100200", "522301100200", "510000000001", None]
MONEY = ["0", "0.01", "1", "499.99", "500", "3000", "5000", "6999.99", "7000", "20000", "123456.78", "-1"]
DAYS = [-900, -731, -366, -365, -364, -184, -181, -93, -92, -31, -30, -7, -1, 0, 1, 40]
AGES = [-1, 0, 3, 6, 11, 15, 16, 17, 18, 22, 59, 60, 64, 65, 79, 80, 101]


@dataclass(frozen=True)
class Sizes:
    """How large and how empty a prefecture is."""

    seed: int
    households: int
    rows: int  # per source
    unknown: float  # share of empty cells
    missing: float  # share of feeds and tables that never came, and of columns that are not in the files


def prefecture(sources: dict[str, Source], sizes: Sizes, as_of: date, folder: Path):
    """Write a random prefecture: (register, feeds) as ``freeze`` wants them."""
    chance = Random(sizes.seed)
    people = [(f"R{n}", f"H{chance.randrange(sizes.households)}") for n in range(sizes.households * 3)]
    register, feeds = {}, {}
    for name, source in sources.items():
        needed = name in ("households", "residents")
        if not needed and chance.random() < sizes.missing:
            continue
        path = folder / f"{name}.parquet"
        pq.write_table(_table(source, _rows(source, sizes, people, as_of, chance), sizes, chance), path)
        if source.kind == "register":
            register[name] = path
        else:
            feeds[name] = [path]
    return register, feeds


def _rows(source, sizes, people, as_of, chance):
    match source.name:
        case "households":
            keys = [{"household_id": f"H{n}", "place_code": chance.choice(PLACES)} for n in range(sizes.households)]
        case "residents":
            keys = [{"resident_id": r, "household_id": h} for r, h in people]
        case _:
            keys = [_key(source, people, sizes, chance) for _ in range(chance.randrange(sizes.rows + 1))]
    return [
        key | {c.name: _cell(c, sizes, as_of, chance) for c in source.columns.values() if c.name not in key}
        for key in keys
    ]


def _key(source, people, sizes, chance):
    resident, household = chance.choice(people)
    if "resident_id" not in source.columns:
        return {"household_id": f"H{chance.randrange(sizes.households)}"}
    if source.entity == "household" and chance.random() < 0.5:
        return {"household_id": household, "resident_id": None}
    return {"resident_id": resident, "household_id": household}


def _cell(column, sizes, as_of, chance):
    if chance.random() < sizes.unknown:
        return None
    match column.type:
        case "money":
            return Decimal(chance.choice(MONEY))
        case "quantity":
            return Decimal(chance.choice(["0", "0.01", "2.5", "10", "35", "300.25"]))
        case "ratio":
            return Decimal(chance.choice(["0", "0.0001", "0.3", "0.5", "0.8", "1", "1.5"]))
        case "integer":
            return chance.choice([-1, 0, 1, 2, 3, 6, 12, 60, 100, 365])
        case "bool":
            return chance.random() < 0.5
        case "date":
            if column.name.startswith("birth"):
                return add_months(as_of, -12 * chance.choice(AGES)) + timedelta(days=chance.choice([-1, 0, 1]))
            return as_of + timedelta(days=chance.choice(DAYS))
        case "choice":
            return chance.choice([*column.codes])
    return chance.choice(["甲", "李大娘", "x'; --"])


def _table(source, rows, sizes, chance):
    keys = {"household_id", "resident_id", "place_code"}
    gone = {c for c in source.columns if c not in keys and chance.random() < sizes.missing / 4}
    if source.entity == "resident" and source.kind == "feed":
        gone |= {"household_id"} if chance.random() < 0.5 else set()
    held = [c for c in source.columns.values() if c.name not in gone]
    schema = pa.schema([(c.name, ARROW.get(c.type, pa.string())) for c in held])
    return pa.table({c.name: [row[c.name] for row in rows] for c in held}, schema=schema)
