"""A pack of its own on 20,190 real person-years of medical spending, compared with plain pandas arithmetic."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from examples.rand_health.prepare import cents, inputs, person_years
from shouwang.policy import load_pack
from shouwang.policy.checking import check_pack
from shouwang.stream.screening.running import screen

PACK = Path("examples/rand_health/pack")
SECOND_YEAR = date(1976, 12, 31)
PARTS = ["outpdol", "drugdol", "suppdol", "inpdol"]


@pytest.fixture(scope="module")
def run():
    return screen(pack=load_pack(PACK), as_of=SECOND_YEAR, **inputs())


@pytest.fixture(scope="module")
def experiment():
    table = person_years()
    table["spent"] = sum(cents(table[part]) for part in PARTS).astype(int)
    return table


@pytest.fixture(scope="module")
def persons(experiment):
    """Each person with what the first and the second year say; no row means nothing was spent."""
    people = experiment.drop_duplicates("zper").set_index("zper")
    years = {year: experiment[experiment["year"] == year].set_index("zper") for year in (1, 2, 3)}
    return people.assign(
        spent_now=years[2]["spent"].reindex(people.index, fill_value=0),
        spent_next=years[3]["spent"].reindex(people.index, fill_value=0),
        stays_now=years[2]["totadm"].reindex(people.index, fill_value=0),
        stays_before=years[1]["totadm"].reindex(people.index, fill_value=0),
    )


def half_up(numerator, denominator):
    return (2 * numerator + denominator) // (2 * denominator)


def levels(run, rule, key):
    warnings = run.warnings.to_pandas()
    return warnings[warnings["rule"] == rule].set_index(key)["level"].to_dict()


def graded(prefix, **levels):
    return {f"{prefix}{number}": level for level, numbers in reversed(levels.items()) for number in numbers}


def test_the_pack_passes_its_own_check():
    report = check_pack(str(PACK))

    assert report.failures == []
    assert report.cases >= 7


def test_family_burdens_are_what_pandas_divides(run, persons):
    own = half_up(persons["spent_now"] * persons["coins"], 100).groupby(persons["family"]).sum()
    family = persons.drop_duplicates("family").set_index("family")
    cap = cents(family["mdeoff"])
    capped = own.astype("Int64").where(own <= cap, cap)
    income = cents(family["income"]).where(family["income"] >= 100)
    burden = half_up(capped * 10_000, income).dropna()

    expected = graded(
        "F",
        red=burden.index[burden >= 1000],
        orange=burden.index[burden >= 500],
        yellow=burden.index[burden >= 300],
    )
    assert levels(run, "medical_burden", "household_id") == expected
    assert len(expected) == 186


def test_costly_people_are_the_ones_that_pandas_finds(run, persons):
    costly = persons[persons["spent_now"] >= 700_00]
    stayed = costly[costly["stays_now"] > 0]

    expected = graded("P", red=stayed.index[stayed["stays_before"] > 0], orange=stayed.index, yellow=costly.index)
    assert levels(run, "costly_again", "resident_id") == expected
    assert len(expected) == 292


def test_a_family_without_income_or_cap_is_undecided(run, persons):
    family = persons.drop_duplicates("family").set_index("family")
    unknown = family.index[(family["income"] < 100) | family["mdeoff"].isna()]
    gaps = run.gaps.to_pandas()

    assert set(gaps["household_id"]) == {f"F{number}" for number in unknown}


def test_doubts_name_the_families_and_people_of_the_data(run, experiment, persons):
    second = experiment[experiment["year"] == 2]
    odd = second[(cents(second["inpdol"]) > 0) & (second["totadm"] == 0)]
    small = persons.loc[persons["income"] < 100, "family"]
    doubts = run.doubts.to_pandas()

    assert set(doubts["resident_id"].dropna()) == {f"P{number}" for number in odd["zper"]}
    found = doubts.loc[doubts["check"] == "income_too_small", "household_id"]
    assert set(found) == {f"F{number}" for number in small}


def test_those_who_were_warned_of_spend_more_in_the_year_that_follows(run, persons):
    """A back-test on real years: the warning looks at years 1 and 2, the spending is that of year 3."""
    warned = {int(p.removeprefix("P")) for p in levels(run, "costly_again", "resident_id")}
    third_year = persons["spent_next"]

    mean_of_warned = third_year[third_year.index.isin(warned)].mean()
    mean_of_others = third_year[~third_year.index.isin(warned)].mean()
    assert mean_of_warned > 2.5 * mean_of_others


def test_a_missing_feed_leaves_every_family_undecided():
    register = inputs()["register"]

    run = screen(pack=load_pack(PACK), as_of=SECOND_YEAR, register=register, feeds={})

    assert run.warnings.num_rows == 0
    undecided = pd.Series(run.gaps["household_id"].to_pylist())
    assert undecided.nunique() == register["households"].num_rows
