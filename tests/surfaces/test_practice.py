"""The practice county: small, synthetic, and with every kind of trouble in it."""

import pyarrow.parquet as pq
import pytest

from shouwang.surfaces.cli import practice


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Both villages whole, and what was gathered from them."""
    whole, data = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("data")
    practice.make_villages(whole)
    practice.gather(whole, data)
    return whole, data


def column(path, name):
    return pq.read_table(path)[name].to_pylist()


def test_sixty_households_live_in_two_villages(made):
    homes = made[1] / "register" / "households.parquet"

    assert len(set(column(homes, "household_id"))) == 60
    assert set(column(homes, "place_code")) == set(practice.VILLAGES)


def test_every_trouble_that_was_planted_is_among_them(made):
    whole, data = made
    kept = set(column(data / "register" / "households.parquet", "household_id"))
    troubles = pq.read_table(whole / "truth" / "cases.parquet").to_pylist()

    assert {one["story"] for one in troubles} == {one["story"] for one in troubles if one["household_id"] in kept}


def test_every_class_of_watched_households_is_among_them(made):
    classes = set(column(made[1] / "register" / "households.parquet", "monitored_class"))

    assert classes == {None, "marginal", "unstable_exited", "sudden_hardship"}


def test_every_number_is_synthetic(made):
    numbers = [one for one in column(made[1] / "register" / "residents.parquet", "id_number") if one]

    assert len(numbers) > 150
    assert {number[:2] for number in numbers} == {"99"}


def test_departments_speak_of_nobody_else(made):
    whole, data = made
    kept = set(column(data / "register" / "households.parquet", "household_id"))
    links = pq.read_table(whole / "truth" / "links.parquet").to_pylist()
    expected = sum(one["household_id"] in kept for one in links)

    assert sum(pq.read_table(path).num_rows for path in (data / "feeds").glob("*.parquet")) == expected > 500
