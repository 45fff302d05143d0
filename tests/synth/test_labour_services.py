"""The labour bureau's local feeds: made for packs that have them, by their contracts, beside feeds that stay the same."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from shouwang.stream.feeds.reading import read_delivery
from shouwang.synth import write_department_files
from shouwang.synth.deliveries import FEEDS, LOCAL_FEEDS, feeds_of
from shouwang.synth.departments import sources
from tests.synth.conftest import AS_OF, RESIDENTS, Prefecture, made
from tests.synth.test_contracts import IDENTITY, KEYS, TYPES
from tests.synth.test_making import contents

PACK = "hunan/chenzhou"
CONTRACTS = sources(PACK)
LOCAL = sorted(LOCAL_FEEDS)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Prefecture:
    """The usual prefecture with the feeds of the pack."""
    return made(tmp_path_factory.mktemp("local"), pack=PACK)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Prefecture:
    """A smaller one whose feeds carry identities."""
    return made(tmp_path_factory.mktemp("sent"), pack=PACK, residents=4_000, linked=False)


def test_pack_has_the_contracts_of_its_parents_and_its_own() -> None:
    assert set(CONTRACTS) - set(sources()) == set(LOCAL)
    assert set(feeds_of(CONTRACTS)) == {name for name, source in CONTRACTS.items() if source.kind == "feed"}
    assert feeds_of(sources()) == FEEDS


@pytest.mark.parametrize("linked", [True, False])
def test_everything_else_stays_byte_for_byte(tmp_path: Path, linked: bool) -> None:
    made(tmp_path / "national", residents=2_000, linked=linked)
    made(tmp_path / "local", residents=2_000, linked=linked, pack=PACK)
    national, local = contents(tmp_path / "national"), contents(tmp_path / "local")
    assert set(local) - set(national) == {f"feeds/{name}.parquet" for name in LOCAL}
    for name in set(national) - {"truth/links.parquet"}:
        assert local[name] == national[name], name


def test_same_seed_gives_the_same_local_feeds(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        made(tmp_path / folder, residents=2_000, linked=False, pack=PACK)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize("feed", LOCAL)
def test_feed_keeps_its_contract(local: Prefecture, sent: Prefecture, feed: str) -> None:
    source, columns = CONTRACTS[feed], set(CONTRACTS[feed].columns)
    assert set(local.table(f"feeds/{feed}").column_names) == columns - IDENTITY
    assert set(sent.table(f"feeds/{feed}").column_names) == columns - KEYS
    for table in (local.table(f"feeds/{feed}"), sent.table(f"feeds/{feed}")):
        for name in table.column_names:
            column = source.columns[name]
            assert table.schema.field(name).type == TYPES.get(column.type, pa.string()), name
            assert not column.required or table[name].null_count == 0, name
            if column.type == "choice":
                assert set(pc.unique(table[name]).to_pylist()) <= {*column.codes, None}, name


@pytest.mark.parametrize("feed", LOCAL)
def test_rows_keep_their_key_and_nothing_is_in_the_future(local: Prefecture, feed: str) -> None:
    table = local.table(f"feeds/{feed}")
    key = ["resident_id" if name == "id_number" else name for name in CONTRACTS[feed].key]
    assert len(table.group_by(key).aggregate([])) == len(table)
    for field in table.schema:
        if field.type == pa.date32():
            assert pc.max(table[field.name]).as_py() <= AS_OF, field.name


@pytest.mark.parametrize(
    ("feed", "low", "high"),
    [("trainings", 0.003, 0.03), ("job_placements", 0.001, 0.02), ("school_leavers", 0.0005, 0.01)],
)
def test_feed_has_a_realistic_number_of_rows(local: Prefecture, feed: str, low: float, high: float) -> None:
    assert low <= len(local.table(f"feeds/{feed}")) / RESIDENTS <= high


def with_people(prefecture: Prefecture, feed: str) -> list[dict[str, Any]]:
    """Rows of a feed, each with what the register knows of the person."""
    people = {row["resident_id"]: row for row in prefecture.rows("register/residents")}
    return [people[row["resident_id"]] | row for row in prefecture.rows(f"feeds/{feed}")]


def test_courses_pay_for_days_that_were_attended(local: Prefecture) -> None:
    for row in with_people(local, "trainings"):
        assert row["birth_on"].year <= AS_OF.year - 16
        assert row["labour"] in ("ordinary", "skilled", "weak")
        assert row["days_attended"] >= 1
        if row["ended_on"] is None:
            assert row["allowance_paid"] == 0
            assert not row["completed"]
        else:
            assert row["started_on"] < row["ended_on"]
            assert row["days_attended"] <= (row["ended_on"] - row["started_on"]).days
            assert row["allowance_paid"] in (0, 20 * row["days_attended"])


def test_placements_are_of_people_who_work(local: Prefecture) -> None:
    working = {row["resident_id"]: row for row in local.rows("feeds/employment")}
    rows = local.rows("feeds/job_placements")
    for row in rows:
        assert row["placed_on"] <= (row["ended_on"] or row["confirmed_on"] or AS_OF)
        assert (row["ended_on"] is None) == working[row["resident_id"]]["working"]
        assert row["employer"] == working[row["resident_id"]]["employer"]
        if row["subsidy_paid"]:
            assert ((row["ended_on"] or row["confirmed_on"]) - row["placed_on"]).days >= 183
    assert {bool(row["subsidy_paid"]) for row in rows} == {True, False}


def test_young_leavers_are_young_and_paid_two_years_at_most(local: Prefecture) -> None:
    rows = with_people(local, "school_leavers")
    for row in rows:
        age = row["enrolled_on"].year - row["birth_on"].year
        assert 14 <= age <= 25
        assert row["ended_on"] is None or row["ended_on"] >= row["enrolled_on"]
        assert row["allowance_paid"] in (0, 6_000, 12_000)
        assert row["ended_on"] is not None or row["school_stage"].startswith("vocational")
    assert {row["ended_on"] is None for row in rows} == {True, False}


def test_rows_are_about_low_incomes(local: Prefecture) -> None:
    low = {row["household_id"] for row in local.rows("register/households") if row["kind"] == "exited_poverty"}
    low |= {row["household_id"] for row in local.rows("register/statuses")}
    trained = [row["household_id"] in low for row in local.rows("feeds/trainings")]
    everyone = [row["household_id"] in low for row in local.rows("register/residents")]
    assert sum(trained) / len(trained) > 2 * sum(everyone) / len(everyone)


def test_department_files_read_back_and_keep_the_others_as_they_were(sent: Prefecture, tmp_path: Path) -> None:
    paths = {path.stem: path for path in sorted((sent.out / "feeds").glob("*.parquet"))}
    delivered = write_department_files(tmp_path / "all", paths, AS_OF, spoilt=0, pack=PACK)
    for entry in delivered:
        if entry["feed"] in LOCAL_FEEDS:
            delivery = read_delivery(tmp_path / "all" / entry["file"], CONTRACTS[entry["feed"]], isolated=False)
            assert (delivery.rejects, delivery.rows_in) == ([], entry["rows"])
    national = {name: path for name, path in paths.items() if name in FEEDS}
    for entry in write_department_files(tmp_path / "national", national, AS_OF, spoilt=0):
        there, here = tmp_path / "national" / entry["file"], tmp_path / "all" / entry["file"]
        assert there.read_bytes() == here.read_bytes(), entry["file"]
    assert {entry["feed"] for entry in delivered} >= LOCAL_FEEDS.keys()


def test_sheets_of_a_pack_are_written_with_its_headers(tmp_path: Path) -> None:
    found = made(tmp_path, residents=1_500, formats="csv", pack=PACK)
    text = (found.out / "feeds" / "trainings.csv").read_text(encoding="utf-8-sig")
    assert "到课天数" in text.splitlines()[0]
