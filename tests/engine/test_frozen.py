"""Frozen inputs: what is refused, what is counted and left out, and what is kept and used again."""

import json
import os
import pickle
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shouwang.engine.deliveries import Delivery
from shouwang.engine.frozen import freeze, load, save
from shouwang.kernel.errors import InputError
from tests.spec.drawn import table
from tests.spec.vocabulary import SOURCES

HOUSEHOLDS = "household | place | savings\nH1 | 431003100200 | 1\nH2 | 522301100200 | 2"
RESIDENTS = "resident | household | wage\nR1 | H1 | 5\nR2 | H2 |"


@pytest.fixture
def freezing(tmp_path):
    """Freeze tables given by name as drawn text or Arrow tables."""

    def freezing(**tables):
        register, feeds = {}, {}
        for name, given in tables.items():
            path = tmp_path / f"{name}.parquet"
            pq.write_table(table(name, given) if isinstance(given, str) else given, path)
            (register if SOURCES[name].kind == "register" else feeds)[name] = path
        return freeze(SOURCES, register, {n: [p] for n, p in feeds.items()}, tmp_path / "frozen")

    return freezing


def read(frozen, name):
    return frozen.tables[name].table().to_pylist()


def test_households_are_needed(freezing):
    with pytest.raises(InputError, match="households"):
        freezing(residents=RESIDENTS)


def test_the_same_household_or_person_twice_is_refused_by_name(freezing):
    with pytest.raises(InputError, match="household_id “H1”出现 2 次"):
        freezing(households=HOUSEHOLDS + "\nH1 | 431003100200 | 9")
    with pytest.raises(InputError, match="resident_id “R1”出现 2 次"):
        freezing(households=HOUSEHOLDS, residents=RESIDENTS + "\nR1 | H2 | 7")
    with pytest.raises(InputError, match="household_id 有空值"):
        freezing(households=HOUSEHOLDS + "\n | 431003100200 | 9")


def test_an_unknown_column_is_refused_and_the_nearest_suggested(freezing):
    with pytest.raises(InputError, match="没有“saving”这一列.*savings") as refused:
        freezing(households=pa.table({"household_id": ["H1"], "saving": [1]}))

    assert refused.value.file.endswith("households.parquet")


def test_rows_that_belong_to_nobody_in_the_register_are_counted_and_left_out(freezing):
    frozen = freezing(
        households=HOUSEHOLDS,
        residents=RESIDENTS + "\nR9 | H9 | 1",
        bills="resident | paid_on | amount\nR1 | 2026-01-01 | 5\nR7 | 2026-01-01 | 6\n | 2026-01-01 | 7",
        grants="household | given_on | amount\nH2 | 2026-01-01 | 5\nH9 | 2026-01-01 | 6",
    )

    counts = {name: (t.rows, t.unlinked) for name, t in frozen.tables.items()}
    assert counts == {"households": (2, 0), "residents": (2, 1), "bills": (1, 2), "grants": (1, 1)}


def test_a_row_without_any_key_is_refused(freezing):
    with pytest.raises(InputError, match="还没有归到人和户"):
        freezing(households=HOUSEHOLDS, bills=pa.table({"paid_on": [date(2026, 1, 1)], "amount": [5]}))


def test_words_of_people_do_not_enter_only_that_they_are_there(freezing):
    frozen = freezing(
        households=HOUSEHOLDS,
        residents="resident | household | name\nR1 | H1 | 李大娘\nR2 | H2 |",
        bills="resident | paid_on | note\nR1 | 2026-01-01 | 骨折\nR2 | 2026-01-01 |",
    )

    assert [row["name"] for row in read(frozen, "residents")] == [True, None]
    assert [row["note"] for row in read(frozen, "bills")] == [True, None]


def test_numbers_are_kept_in_the_smallest_unit_and_exactly(freezing):
    households = pa.table(
        {
            "household_id": ["H1", "H2", "H3"],
            "savings": pa.array([Decimal("0.10"), Decimal("-12345678901.99"), None], pa.decimal128(14, 2)),
            "area": [2.675, 0.1, None],
            "share": pa.array([Decimal("0.3333"), Decimal(1), None], pa.decimal128(9, 4)),
            "rooms": [3, -1, None],
        }
    )
    frozen = freezing(households=households)

    kept = [{k: row[k] for k in ("savings", "area", "share", "rooms")} for row in read(frozen, "households")]
    assert kept == [
        {"savings": 10, "area": 268, "share": 3333, "rooms": 3},
        {"savings": -1234567890199, "area": 10, "share": 10000, "rooms": -1},
        {"savings": None, "area": None, "share": None, "rooms": None},
    ]
    assert set(frozen.tables["households"].nulls) == {"savings", "area", "share", "rooms"}


@pytest.mark.parametrize(
    "column",
    [
        {"rooms": ["三间"]},
        {"savings": ["很多"]},
        {"safe": ["也许"]},
        {"built_on": ["去年"]},
        {"rooms": [10**19]},
        {"savings": [1e300]},
    ],
    ids=["integer", "money", "bool", "date", "too-large", "far-too-large"],
)
def test_values_that_do_not_fit_their_column_are_a_fault_of_the_file(freezing, column):
    (name, values), *_ = column.items()
    array = pa.array(values, pa.uint64()) if values == [10**19] else pa.array(values)

    with pytest.raises(InputError, match="类型不符"):
        freezing(households=pa.table({"household_id": ["H1"], name: array}))


def test_text_that_is_a_number_is_read_as_one(freezing):
    frozen = freezing(households=pa.table({"household_id": ["H1"], "rooms": ["3"], "savings": ["12.50"]}))

    assert [(row["rooms"], row["savings"]) for row in read(frozen, "households")] == [(3, 1250)]


@pytest.mark.parametrize("form", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())], ids=str)
def test_words_are_the_same_in_whatever_form_a_file_holds_them(freezing, form):
    ids = pa.array(["H2", "H1"]).cast(form)
    words = {"place_code": ["522301100200", "431003100200"], "kind": ["b", None]}
    frozen = freezing(
        households=pa.table({"household_id": ids} | {name: pa.array(held).cast(form) for name, held in words.items()}),
        residents=pa.table({"resident_id": ["R1", "R2"], "household_id": ids, "name": pa.array(["", "李"]).cast(form)}),
    )

    assert [(row["hid"], row["kind"]) for row in read(frozen, "households")] == [(1, None), (2, "b")]
    assert [(row["rid"], row["hid"], row["name"]) for row in read(frozen, "residents")] == [(1, 1, True), (2, 2, None)]


def test_numbers_and_days_may_come_in_other_forms(freezing):
    households = pa.table(
        {
            "household_id": [7, 8],
            "savings": pa.array([Decimal("0.1"), Decimal(-7)], pa.decimal128(5, 1)),
            "share": pa.array([Decimal("0.33335"), None], pa.decimal128(9, 5)),
            "area": [3, None],
            "rooms": pa.array([2, 3], pa.int8()),
            "built_on": pa.array([date(2020, 1, 2), None]).cast(pa.timestamp("us")),
        }
    )
    frozen = freezing(households=households)

    kept = [[row[k] for k in ("savings", "share", "area", "rooms", "built_on")] for row in read(frozen, "households")]
    assert kept == [[10, 3334, 300, 2, date(2020, 1, 2)], [-700, None, None, 3, None]]


def test_rows_stand_in_the_order_of_people_and_a_person_has_them_as_they_came(freezing):
    frozen = freezing(
        households=HOUSEHOLDS,
        residents="resident | household | wage\nR3 | H1 | 5\nR1 | H2 | 1\nR2 | H1 | 7",
        bills="resident | paid_on | amount\nR1 | 2026-01-02 | 3\nR2 | 2026-01-01 | 5\nR1 | 2026-01-01 | 4",
        grants=pa.table({"resident_id": [None, "R3"], "household_id": ["H2", "H2"], "amount": [5, 6]}),
    )

    assert [(row["rid"], row["hid"], row["wage"]) for row in read(frozen, "residents")] == [
        (1, 1, 700),
        (2, 1, 500),
        (3, 2, 100),
    ]
    assert [(row["rid"], row["amount"]) for row in read(frozen, "bills")] == [(1, 500), (3, 300), (3, 400)]
    assert [(row["rid"], row["hid"], row["amount"]) for row in read(frozen, "grants")] == [(2, 1, 600), (None, 2, 500)]


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    path = tmp_path / "households.parquet"
    path.write_text("not parquet")

    with pytest.raises(InputError, match="不是可读的 Parquet"):
        freeze(SOURCES, {"households": path}, {}, tmp_path / "frozen")


def test_the_same_content_is_not_frozen_again_and_other_content_is(freezing):
    first = freezing(households=HOUSEHOLDS, residents=RESIDENTS)
    again = freezing(households=HOUSEHOLDS, residents=RESIDENTS)
    other = freezing(households=HOUSEHOLDS, residents=RESIDENTS.replace("R2", "R3"))

    assert again == first
    assert other.tables["residents"].digest != first.tables["residents"].digest
    assert other.household_keys != first.household_keys


def test_a_freeze_that_was_written_down_is_found_again_unless_its_layout_is_another(freezing, tmp_path, monkeypatch):
    known = tmp_path / "known.json"
    frozen = freezing(households=HOUSEHOLDS, residents=RESIDENTS)
    save(frozen, known)

    assert load(tmp_path / "nothing.json") is None
    assert load(known) == frozen
    monkeypatch.setattr("shouwang.engine.frozen.FORMAT", "another")
    assert load(known) is None


def test_a_feed_in_several_deliveries_is_one(tmp_path):
    register, parts = tmp_path / "households.parquet", []
    pq.write_table(table("households", HOUSEHOLDS), register)
    for number, text in enumerate(("household | given_on | amount\nH1 | 2026-01-01 | 5", "household | amount\nH2 | 6")):
        parts.append(tmp_path / f"grants-{number}.parquet")
        pq.write_table(table("grants", text), parts[-1])

    frozen = freeze(SOURCES, {"households": register}, {"grants": parts}, tmp_path / "frozen")

    assert min((row["amount"], row["given_on"]) for row in read(frozen, "grants")) == (500, date(2026, 1, 1))
    assert frozen.tables["grants"].nulls == ("given_on",)


def test_no_half_written_file_stays_under_a_final_name(freezing, tmp_path):
    with pytest.raises(InputError):
        freezing(households=HOUSEHOLDS, grants=pa.table({"household_id": ["H1"], "amount": ["viel"]}))

    metas = [json.loads(path.read_text()) for path in (tmp_path / "frozen").glob("grants-*.json")]
    assert metas == []
    assert list((tmp_path / "frozen").glob("grants-*.parquet")) == []


def columns_in(folder):
    return {f"{path.parent.name.partition('-')[0]}.{path.stem}" for path in folder.glob("*/*.arrow")}


def test_a_column_is_frozen_when_somebody_asks_for_it(freezing, tmp_path):
    frozen = freezing(households=HOUSEHOLDS, residents=RESIDENTS)
    at_first = columns_in(tmp_path / "frozen")
    savings = frozen.tables["households"].column("savings")
    then = columns_in(tmp_path / "frozen")
    frozen.complete()

    assert at_first == {"households.of-whom", "residents.of-whom"}
    assert then == at_first | {"households.savings"}
    assert columns_in(tmp_path / "frozen") == then | {"households.place_code", "residents.wage"}
    assert (savings.values.tolist(), savings.unknown, savings.most) == ([100, 200], None, 200)
    assert frozen.tables["households"].column("savings").values.tolist() == [100, 200]


def test_a_delivery_that_is_changed_before_all_of_it_is_frozen_is_refused(freezing, tmp_path):
    frozen = freezing(households=HOUSEHOLDS)
    path = tmp_path / "households.parquet"
    pq.write_table(table("households", HOUSEHOLDS.replace("| 2", "| 3")), path)
    os.utime(path, ns=(1, 1))

    with pytest.raises(InputError, match="数据文件在计算期间被改动"):
        frozen.tables["households"].column("savings")


def test_what_is_frozen_completely_needs_its_deliveries_no_more(freezing, tmp_path):
    known = tmp_path / "known.json"
    frozen = freezing(households=HOUSEHOLDS, residents=RESIDENTS)
    save(frozen, known)
    (tmp_path / "residents.parquet").rename(tmp_path / "elsewhere.parquet")
    lacking = load(known)
    (tmp_path / "elsewhere.parquet").rename(tmp_path / "residents.parquet")
    frozen.complete()
    (tmp_path / "residents.parquet").unlink()

    assert lacking is None
    assert load(known) == frozen
    assert [row["wage"] for row in read(load(known), "residents")] == [500, None]


def test_without_keeping_the_same_is_frozen_and_nothing_is_left_but_the_keys_of_people(tmp_path):
    paths = {}
    for name, text in {"households": HOUSEHOLDS, "residents": RESIDENTS}.items():
        paths[name] = tmp_path / f"{name}.parquet"
        pq.write_table(table(name, text), paths[name])
    kept = freeze(SOURCES, paths, {}, tmp_path / "kept")
    passing = freeze(SOURCES, paths, {}, tmp_path / "passing", keep=False)

    assert {name: one.digest for name, one in kept.tables.items()} == {n: t.digest for n, t in passing.tables.items()}
    assert [read(kept, name) for name in paths] == [read(passing, name) for name in paths]
    assert columns_in(tmp_path / "passing") == set()
    assert [path.suffix for path in (tmp_path / "passing").iterdir() if path.is_file()] == [".arrow", ".arrow"]


def test_a_frozen_table_is_handed_on_without_what_it_has_at_hand(freezing):
    frozen = freezing(households=HOUSEHOLDS, residents=RESIDENTS)
    before = read(frozen, "residents")

    again = pickle.loads(pickle.dumps(frozen))  # noqa: S301 - made a moment ago

    assert read(again, "residents") == before
    assert pq.read_table(frozen.tables["residents"].as_parquet()).to_pylist() == before


def test_what_nobody_used_for_a_day_is_forgotten_and_made_again_when_asked_for(freezing, tmp_path):
    bills = "resident | paid_on | amount\nR1 | 2026-01-01 | 5"
    first = freezing(households=HOUSEHOLDS, residents=RESIDENTS, bills=bills)
    save(first, tmp_path / "frozen" / "inputs-1.json")
    for path in (tmp_path / "frozen").iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))

    second = freezing(households=HOUSEHOLDS, residents=RESIDENTS, bills=f"{bills}\nR2 | 2026-01-02 | 6")

    assert not Path(first.tables["bills"].folder).exists()
    assert load(tmp_path / "frozen" / "inputs-1.json") is None
    assert Path(first.tables["residents"].folder).exists()
    assert [row["amount"] for row in read(second, "bills")] == [500, 600]
    again = freezing(households=HOUSEHOLDS, residents=RESIDENTS, bills=bills)
    assert [row["amount"] for row in read(again, "bills")] == [500]
    assert Path(second.tables["bills"].folder).exists()


def test_what_is_looked_into_again_counts_as_used(freezing, tmp_path):
    bills = "resident | paid_on | amount\nR1 | 2026-01-01 | 5"
    first = freezing(households=HOUSEHOLDS, residents=RESIDENTS, bills=bills)
    first.complete()
    known = tmp_path / "frozen" / "inputs-1.json"
    save(first, known)
    for path in (tmp_path / "frozen").iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))

    assert load(known) == first
    freezing(households=HOUSEHOLDS, residents=RESIDENTS, bills=f"{bills}\nR2 | 2026-01-02 | 6")

    assert load(known) == first


def test_people_are_numbered_however_the_register_is_sorted(freezing):
    shuffled = freezing(
        households="household | place | savings\nH2 | 522301100200 | 2\nH3 | | 3\nH1 | 431003100200 | 1",
        residents="resident | household | wage\nR3 | H9 | 1\nR2 | H2 | 4\nR1 | H1 | 5\nR0 | H2 | 6",
    )

    assert shuffled.residents.to_pydict() == {
        "rid": [1, 2, 3],
        "hid": [1, 2, 2],
        "resident_id": ["R1", "R0", "R2"],
    }
    assert shuffled.households["household_id"].to_pylist() == ["H1", "H2", "H3"]
    assert [row["wage"] for row in read(shuffled, "residents")] == [500, 600, 400]
    assert [row["savings"] for row in read(shuffled, "households")] == [100, 200, 300]


def test_a_register_whose_tables_are_gone_is_looked_up_again(freezing, tmp_path):
    first = freezing(households=HOUSEHOLDS, residents=RESIDENTS)
    before = [read(first, name) for name in ("households", "residents")]
    for left in (tmp_path / "frozen").glob("*-*"):
        if left.is_dir():
            shutil.rmtree(left)
            left.with_suffix(".json").unlink()

    again = freezing(households=HOUSEHOLDS, residents=RESIDENTS)

    assert [read(again, name) for name in ("households", "residents")] == before


def test_ids_that_stand_for_many_rows_are_read_once(freezing, tmp_path):
    homes = pa.table({"household_id": [f"H{n:08}" for n in range(500)], "place_code": ["431003100200"] * 500})
    given = pa.table(
        {
            "household_id": [f"H{n // 40:08}" for n in range(20_000)],
            "given_on": [date(2026, 1, 1)] * 20_000,
            "amount": pa.array(range(20_000)),
        }
    )

    frozen = freezing(households=homes, grants=given)

    of_grants, of_homes = (
        Delivery([tmp_path / f"{name}.parquet"]).ids("household_id") for name in ("grants", "households")
    )
    assert [pa.types.is_dictionary(part.type) for part in (*of_grants, *of_homes)] == [True, False]
    assert [row["hid"] for row in read(frozen, "grants")] == [n // 40 + 1 for n in range(20_000)]
