"""A pack of its own on a real survey: 1,410 rice-farming households, compared with plain pandas arithmetic."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from causaldata import social_insure

from examples.jiangxi_rice.prepare import inputs, main
from shouwang.policy import load_pack
from shouwang.policy.checking import check_pack
from shouwang.stream.screening.running import screen, screen_folders

PACK = Path("examples/jiangxi_rice/pack")
YEAR_END = date(2010, 12, 31)


@pytest.fixture(scope="module")
def run():
    return screen(pack=load_pack(PACK), as_of=YEAR_END, **inputs())


@pytest.fixture(scope="module")
def survey():
    table = social_insure.load_pandas().data.reset_index(drop=True)
    table.index = [f"JX{number:04d}" for number in range(1, len(table) + 1)]
    return table


def half_up(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    return (2 * numerator + denominator) // (2 * denominator)


def levels(run, rule):
    warnings = run.warnings.to_pandas()
    return warnings[warnings["rule"] == rule].set_index("household_id")["level"].to_dict()


def graded(**levels):
    """Household → level, the graver level first where several conditions hold."""
    return {household: level for level, ids in reversed(levels.items()) for household in ids}


def test_the_pack_passes_its_own_check():
    report = check_pack(str(PACK))

    assert report.failures == []
    assert report.cases >= 14


def test_uninsured_harvests_are_the_ones_that_pandas_finds(run, survey):
    known = survey.dropna(subset=["ricearea_2010", "agpop"]).astype({"agpop": int, "disaster_prob": int})
    loss_fen = half_up((known["ricearea_2010"] * 100).round().astype(int) * 3 * known["disaster_prob"], known["agpop"])
    uninsured = survey["takeup_survey"] == 0
    heavy = loss_fen[loss_fen >= 500_00].index

    expected = graded(
        red=[h for h in survey.index[uninsured & (survey["disaster_prob"] >= 50)] if h in heavy],
        orange=survey.index[uninsured & (survey["disaster_prob"] >= 50)],
        yellow=survey.index[uninsured & (survey["disaster_prob"] >= 30)],
    )
    assert levels(run, "uninsured_harvest") == expected
    assert len(expected) == 471


def test_little_land_is_what_pandas_divides(run, survey):
    known = survey.dropna(subset=["ricearea_2010", "agpop"]).astype({"agpop": int})
    per_head = half_up((known["ricearea_2010"] * 100).round().astype(int), known["agpop"])

    expected = graded(orange=per_head.index[per_head < 50], yellow=per_head.index[per_head < 100])
    assert levels(run, "little_rice_land") == expected
    assert len(expected) == 241


def test_old_heads_with_few_hands_are_the_ones_in_the_survey(run, survey):
    few = survey["agpop"] <= 2

    expected = graded(
        orange=survey.index[few & (survey["age"] >= 75)], yellow=survey.index[few & (survey["age"] >= 65)]
    )
    assert levels(run, "old_head_few_hands") == expected
    assert len(expected) == 66


def test_a_household_without_size_or_area_is_undecided_and_not_poor_in_land(run, survey):
    unknown = set(survey.index[survey["agpop"].isna() | survey["ricearea_2010"].isna()])
    gaps = run.gaps.to_pandas()

    assert len(unknown) == 13
    assert set(gaps.loc[gaps["rule"] == "little_rice_land", "household_id"]) == unknown
    assert unknown & set(levels(run, "little_rice_land")) == set()


def test_implausible_areas_and_missing_sizes_become_doubts(run, survey):
    doubts = run.doubts.to_pandas().groupby("check")["household_id"].apply(set)

    assert doubts["size_missing"] == set(survey.index[survey["agpop"].isna()])
    assert doubts["rice_area_implausible"] == set(survey.index[survey["ricearea_2010"] / survey["agpop"] > 30.005])


def test_the_reference_engine_finds_the_same_households(run):
    again = screen(pack=load_pack(PACK), as_of=YEAR_END, engine="memory", **inputs())

    order = [("rule", "ascending"), ("household_id", "ascending")]
    assert again.warnings.sort_by(order).to_pylist() == run.warnings.sort_by(order).to_pylist()


def test_written_files_give_the_same_run(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["prepare.py", str(tmp_path)])
    main()

    again = screen_folders(
        pack=load_pack(PACK), register=tmp_path / "register", feeds=tmp_path / "feeds", as_of=YEAR_END
    )

    assert again.summary["warnings"] == {"red": 70, "orange": 250, "yellow": 458, "review": 0}
