"""Making a prefecture: exactly what was asked for, the same every time, in real places, block after block."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest

from shouwang.kernel.errors import InputError
from shouwang.register.places.reading import read_places
from shouwang.synth import make, making
from shouwang.synth.numbering import CAPACITY, Numbering
from tests.synth.conftest import AS_OF, Prefecture, made


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


@pytest.mark.parametrize("linked", [True, False])
def test_same_seed_gives_identical_bytes(tmp_path: Path, linked: bool) -> None:
    made(tmp_path / "one", residents=2_000, linked=linked)
    made(tmp_path / "two", residents=2_000, linked=linked)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    one = made(tmp_path / "one", residents=500)
    two = made(tmp_path / "two", residents=500, seed=8)
    assert one.table("register/residents")["name"] != two.table("register/residents")["name"]


@pytest.mark.parametrize("residents", [1, 2, 37, 1_000])
def test_exactly_so_many_residents_are_made(tmp_path: Path, residents: int) -> None:
    found = made(tmp_path, residents=residents)
    assert len(found.table("register/residents")) == residents
    assert found.summary["residents"] == residents


def test_blocks_join_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "BLOCK", 150)
    seen: list[tuple[int, int]] = []
    found = made(tmp_path, residents=3_000, linked=False, progress=lambda done, total: seen.append((done, total)))
    residents = found.table("register/residents")
    assert len(seen) > 3
    assert seen[-1] == (3_000, 3_000)
    assert [len(set(residents[key].to_pylist())) for key in ("resident_id", "id_number")] == [3_000, 3_000]
    places = found.table("register/households")["place_code"].to_pylist()
    assert places == sorted(places)
    for feed, numbers in rows_by_feed(found).items():
        assert numbers == list(range(len(found.table(f"feeds/{feed}")))), feed
    settlements = found.table("feeds/medical_settlements")["settlement_no"].to_pylist()
    assert len(set(settlements)) == len(settlements)


def rows_by_feed(found: Prefecture) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for row in found.rows("truth/links"):
        numbers.setdefault(row["feed"], []).append(row["row_no"])
    return numbers


def test_people_live_in_real_villages_of_the_places_asked_for(tmp_path: Path) -> None:
    found = made(tmp_path, residents=2_000, places=["431003", "511504"])
    codes = set(found.table("register/households")["place_code"].to_pylist())
    real = set(read_places(["431003", "511504"])["code"].to_pylist())
    assert codes <= real
    assert {code[:6] for code in codes} == {"431003", "511504"}
    assert len(codes) == found.summary["villages"]


def test_larger_prefecture_reaches_all_counties(linked: Prefecture) -> None:
    counties = {code[:6] for code in linked.table("register/households")["place_code"].to_pylist()}
    assert len(counties) == 29


def test_summary_counts_the_rows_of_every_file(unlinked: Prefecture) -> None:
    for name, rows in unlinked.summary["rows"].items():
        assert len(unlinked.table(name)) == rows, name
    assert len([name for name in unlinked.summary["rows"] if name.startswith("feeds/")]) == 19


def test_date_moves_every_feed_along(tmp_path: Path) -> None:
    found = made(tmp_path, residents=1_500, as_of=date(2025, 3, 31))
    bills = pc.min_max(found.table("feeds/medical_settlements")["settled_on"]).as_py()
    assert date(2023, 9, 1) < bills["min"]
    assert date(2025, 3, 1) < bills["max"] <= date(2025, 3, 31)
    assert set(found.table("feeds/school_enrolments")["term"].to_pylist()) == {"2024-2025学年第二学期"}
    quarters = set(found.table("feeds/household_incomes")["quarter_on"].to_pylist())
    assert quarters == {date(2024, 1, 1), date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1)}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"residents": 0}, "0 residents cannot be made"),
        ({"places": ["999999"]}, "no place has a code that starts with 999999"),
        ({"formats": "docx"}, "unknown format docx"),
        ({"residents": 300_000, "formats": "xlsx"}, "do not fit into worksheets"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_sentence(tmp_path: Path, asked: dict[str, object], said: str) -> None:
    arguments = {"residents": 10, "seed": 1, "as_of": AS_OF, "out": tmp_path} | asked
    with pytest.raises(InputError, match=said):
        make(**arguments)  # type: ignore[arg-type]


def test_more_births_a_day_than_numbers_is_refused() -> None:
    count = CAPACITY + 1
    same = np.full(count, np.datetime64("1990-01-01"))
    with pytest.raises(InputError, match="too many residents for one county"):
        Numbering(np.datetime64("2026-11-01")).identity_numbers(np.full(count, 431003), same, np.zeros(count, int))
