"""Turn the survey of 1,410 rice-farming households in Jiangxi into register and feed files (准备数据).

The survey comes with the PyPI package causaldata (data of Cai, de Janvry and Sadoulet, "Social Networks and the
Decision to Insure", 2015). It was asked once, in 2010. What it does not say stays empty:

- village and hamlet are names in Latin letters, so the place codes here are running numbers after 36 (Jiangxi);
- of the people of a household only the head is described, by age and sex;
- the day of the interview is not given: all rows carry 30 June 2010.

    python examples/jiangxi_rice/prepare.py OUT
"""

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from causaldata import social_insure

SURVEYED_ON = date(2010, 6, 30)


def survey() -> pd.DataFrame:
    """The survey as published, with a household number per row."""
    table = social_insure.load_pandas().data.reset_index(drop=True)
    table["household_id"] = [f"JX{number:04d}" for number in range(1, len(table) + 1)]
    return table


def households(table: pd.DataFrame) -> pa.Table:
    """One row per household: numbered village, hamlet by its name, number of people."""
    village = table["village"].map({name: n for n, name in enumerate(sorted(table["village"].unique()), 1)})
    hamlet = table["address"].map({name: n for n, name in enumerate(sorted(table["address"].unique()), 1)})
    return pa.table(
        {
            "household_id": table["household_id"],
            "place_code": [f"3600{v:05d}{h:03d}" for v, h in zip(village, hamlet, strict=True)],
            "group_name": table["address"],
            "size": pa.array(whole(table["agpop"]), pa.int64()),
        }
    )


def heads(table: pd.DataFrame) -> pa.Table:
    """The head of each household; a year of birth is all that an age in years allows."""
    ages = whole(table["age"])
    return pa.table(
        {
            "resident_id": [f"{number}-1" for number in table["household_id"]],
            "household_id": table["household_id"],
            "birth_on": pa.array([None if age is None else date(2010 - age, 1, 1) for age in ages], pa.date32()),
            "sex": pa.array([{1: "male", 0: "female"}.get(sex) for sex in table["male"]], pa.string()),
            "relation": pa.repeat("head", len(table)),
        }
    )


def rice_survey(table: pd.DataFrame) -> pa.Table:
    """What the household said about its rice."""
    chance = [Decimal(str(percent)) / 100 for percent in table["disaster_prob"]]
    return pa.table(
        {
            "household_id": table["household_id"],
            "surveyed_on": pa.repeat(pa.scalar(SURVEYED_ON, pa.date32()), len(table)),
            "rice_mu": pa.array(hundredths(table["ricearea_2010"]), pa.decimal128(12, 2)),
            "disaster_chance": pa.array([value.quantize(Decimal("0.0001")) for value in chance], pa.decimal128(9, 4)),
            "insured": pa.array([value == 1 for value in table["takeup_survey"]], pa.bool_()),
        }
    )


def whole(column: pd.Series) -> list[int | None]:
    return [None if pd.isna(value) else int(value) for value in column]


def hundredths(column: pd.Series) -> list[Decimal | None]:
    return [None if pd.isna(value) else Decimal(str(value)).quantize(Decimal("0.01")) for value in column]


def inputs() -> dict[str, dict[str, Any]]:
    """What `screen(...)` takes: the register tables and the feeds."""
    table = survey()
    return {
        "register": {"households": households(table), "residents": heads(table)},
        "feeds": {"rice_survey": rice_survey(table)},
    }


def main() -> None:
    out = Path(sys.argv[1])
    for folder, tables in inputs().items():
        (out / folder).mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            pq.write_table(table, out / folder / f"{name}.parquet")


if __name__ == "__main__":
    main()
