"""Screening of files in a folder: no server, no database; what did not come is unknown, and a broken run leaves no run."""

import json
from datetime import date
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from shouwang.engine import running as engine_running
from shouwang.kernel.errors import InputError
from shouwang.policy import load_pack
from shouwang.stream.screening.running import screen, screen_folders
from tests.policy.making import write_pack

AS_OF = date(2026, 11, 15)
HOUSEHOLDS = {"household_id": ["H1", "H2"], "place_code": ["431003100200", "431021100200"]}
RESIDENTS = {"resident_id": ["R1", "R2"], "household_id": ["H1", "H2"], "relation": ["head", None]}
BILLS = [
    ("S1", "R1", date(2026, 5, 1), "12000.01"),
    ("S2", "R2", date(2026, 5, 2), "8000"),
    ("S3", "R2", date(2020, 5, 2), "1"),
]
HEADER = ["结算编号", "人编号", "结算日期", "总费用(元)", "个人自付(元)"]


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return load_pack(write_pack(tmp_path_factory.mktemp("pack")))


def register():
    return {"households": pa.table(HOUSEHOLDS), "residents": pa.table(RESIDENTS)}


def bills():
    return pa.table(
        {
            "settlement_no": [row[0] for row in BILLS],
            "resident_id": [row[1] for row in BILLS],
            "settled_on": [row[2] for row in BILLS],
            "self_paid": pa.array([Decimal(row[3]) for row in BILLS], pa.decimal128(14, 2)),
        }
    )


def written(folder, form):
    """The bills as a department sends them, in one of the forms."""
    folder.mkdir(exist_ok=True)
    path = folder / f"medical_settlements.{form}"
    rows = [[no, who, day.isoformat(), paid, paid] for no, who, day, paid in BILLS]
    match form:
        case "csv":
            path.write_text("\n".join(",".join(row) for row in [HEADER, *rows]) + "\n", encoding="gb18030")
        case "xlsx":
            with xlsxwriter.Workbook(path) as book:
                sheet = book.add_worksheet()
                for number, row in enumerate([HEADER, *rows]):
                    sheet.write_row(number, 0, row)
        case "parquet":
            pq.write_table(bills(), path)
    return path


def hits(run):
    return {(row["household_id"], row["level"]) for row in run.warnings.to_pylist()}


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_folder_of_any_form_is_screened(pack, tmp_path, form):
    written(tmp_path / "feeds", form)
    for name, table in register().items():
        (tmp_path / "register").mkdir(exist_ok=True)
        pq.write_table(table, tmp_path / "register" / f"{name}.parquet")

    run = screen_folders(
        pack=pack, register=tmp_path / "register", feeds=tmp_path / "feeds", as_of=AS_OF, out=tmp_path / "out"
    )

    assert hits(run) == {("H1", "yellow")}
    assert run.warnings["because"].to_pylist() == ["近12个月自付12,000.01元，超过12,000元"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "warnings.parquet", "facts.parquet", "gaps.parquet", "doubts.parquet", "run.json",
    }  # fmt: skip


@pytest.mark.parametrize("engine", ["duckdb", "memory"])
def test_tables_in_memory_are_screened_without_any_file(pack, engine):
    run = screen(pack=pack, register=register(), feeds={"medical_settlements": bills()}, as_of=AS_OF, engine=engine)

    assert hits(run) == {("H1", "yellow")}
    assert run.facts.to_pydict()["household_self_paid_12m"] == [Decimal("12000.01"), Decimal("8000.00")]


def test_data_frames_are_screened(pack):
    frames = {name: table.to_pandas() for name, table in register().items()}
    feed = bills().to_pandas()

    run = screen(pack=pack, register=frames, feeds={"medical_settlements": feed}, as_of=AS_OF)

    assert hits(run) == {("H1", "yellow")}


def test_a_frame_with_holes_is_unknown_where_they_are(pack):
    feed = pd.DataFrame({"resident_id": ["R1", "R2"], "settled_on": [AS_OF, AS_OF], "self_paid": [None, 9000.5]})

    run = screen(pack=pack, register=register(), feeds={"medical_settlements": feed}, as_of=AS_OF)

    assert run.facts.to_pydict()["household_self_paid_12m"] == [None, Decimal("9000.50")]
    assert hits(run) == {("H2", "yellow")}


def test_several_deliveries_of_one_feed_count_together(pack, tmp_path):
    first, second = tmp_path / "a.parquet", tmp_path / "b.parquet"
    pq.write_table(bills().slice(0, 1), first)
    pq.write_table(bills().slice(1), second)

    run = screen(pack=pack, register=register(), feeds={"medical_settlements": [first, second]}, as_of=AS_OF)

    assert run.facts.to_pydict()["household_self_paid_12m"] == [Decimal("12000.01"), Decimal("8000.00")]


def test_a_feed_that_did_not_come_is_a_gap_and_never_zero(pack):
    run = screen(pack=pack, register=register(), feeds={}, as_of=AS_OF)

    assert run.facts.to_pydict()["household_self_paid_12m"] == [None, None]
    assert run.warnings.num_rows == 0
    assert run.gaps.select(["household_id", "rule", "missing"]).to_pylist() == [
        {"household_id": home, "rule": "self_paid_heavy", "missing": "household_self_paid_12m"} for home in ("H1", "H2")
    ]
    assert run.summary["missing_feeds"] == ["medical_settlements"]


def test_a_feed_that_came_empty_is_zero_and_no_gap(pack):
    run = screen(pack=pack, register=register(), feeds={"medical_settlements": bills().slice(0, 0)}, as_of=AS_OF)

    assert run.facts.to_pydict()["household_self_paid_12m"] == [Decimal("0.00"), Decimal("0.00")]
    assert (run.warnings.num_rows, run.gaps.num_rows) == (0, 0)


def test_doubts_name_the_household_and_an_unknown_relation_is_none(pack):
    people = RESIDENTS | {"relation": ["son", None]}
    given = {"households": pa.table(HOUSEHOLDS), "residents": pa.table(people)}

    run = screen(pack=pack, register=given, feeds={}, as_of=AS_OF)

    assert run.doubts.select(["check", "household_id", "message"]).to_pylist() == [
        {"check": "head_missing", "household_id": "H1", "message": "该户没有户主"}
    ]


def test_run_json_says_what_went_in_and_what_came_out(pack, tmp_path):
    path = written(tmp_path, "csv")
    path.write_text(path.read_text("gb18030") + "S9,R9,2026-05-01,5,5\nS10,R1,2026-05-01,很多,很多\n", encoding="utf-8")

    screen(pack=pack, register=register(), feeds={"medical_settlements": path}, as_of=AS_OF, out=tmp_path / "out")

    told = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert (told["pack"], told["pack_version"], told["as_of"], told["engine"]) == ("tiny", "1", "2026-11-15", "arrays")
    assert (told["households"], told["residents"]) == (2, 2)
    assert told["sources"]["medical_settlements"]["rows"] == 3
    assert told["sources"]["medical_settlements"]["unlinked"] == 1
    assert told["rejects"] == {"medical_settlements": 1}
    assert told["warnings"] == {"red": 0, "orange": 0, "yellow": 1, "review": 0}
    assert told["rules_hit"] == {"self_paid_heavy": 1}
    assert told["warned_households"] == 1
    assert set(told["seconds"]) == {"read", "freeze", "screen"}


def test_a_run_that_breaks_leaves_no_run_even_where_one_stood_before(pack, tmp_path, monkeypatch):
    given = {"pack": pack, "register": register(), "feeds": {"medical_settlements": bills()}, "as_of": AS_OF}
    screen(**given, out=tmp_path / "out")

    def killed(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(engine_running, "render", killed)
    with pytest.raises(KeyboardInterrupt):
        screen(**given, out=tmp_path / "out")

    assert not (tmp_path / "out" / "run.json").exists()


def test_the_same_inputs_give_the_same_files(pack, tmp_path):
    given = {"pack": pack, "register": register(), "feeds": {"medical_settlements": bills()}, "as_of": AS_OF}

    runs = [screen(**given, out=tmp_path / name) for name in ("one", "two")]

    assert runs[0].warnings.equals(runs[1].warnings)
    assert runs[0].facts.equals(runs[1].facts)
    assert runs[0].summary["sources"] == runs[1].summary["sources"]


def test_a_cache_changes_nothing_but_the_time(pack, tmp_path):
    given = {"pack": pack, "register": register(), "feeds": {"medical_settlements": bills()}, "as_of": AS_OF}
    cold = screen(**given, cache=tmp_path / "cache")

    warm = screen(**given, cache=tmp_path / "cache")

    assert cold.summary["reused_steps"] == 0
    assert warm.summary["reused_steps"] > 0
    assert warm.warnings.equals(cold.warnings)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"register": {"household": pa.table(HOUSEHOLDS)}}, "没有名为“household”的登记表.*是不是“households”"),
        ({"register": {"residents": pa.table(RESIDENTS)}}, "没有 households"),
        (
            {"feeds": {"medical_settlement": bills()}},
            "没有名为“medical_settlement”的部门数据.*是不是“medical_settlements”",
        ),
        (
            {"feeds": {"medical_settlements": pa.table({"resident_id": ["R1"], "self_pay": [1]})}},
            "没有“self_pay”这一列",
        ),
        ({"feeds": {"medical_settlements": "nowhere.csv"}}, "没有文件“nowhere.csv”"),
        ({"engine": "flink"}, "没有名为“flink”的执行引擎"),
    ],
    ids=["register", "no-households", "feed", "column", "file", "engine"],
)
def test_what_is_not_known_is_refused_in_one_sentence(pack, changes, said):
    given = {"register": register(), "feeds": {"medical_settlements": bills()}} | changes

    with pytest.raises(InputError, match=said):
        screen(pack=pack, as_of=AS_OF, **given)


def test_a_folder_that_is_not_there_or_holds_strangers_is_refused(pack, tmp_path):
    (tmp_path / "register").mkdir()
    with pytest.raises(InputError, match="没有文件夹"):
        screen_folders(pack=pack, register=tmp_path / "register", feeds=tmp_path / "nothing", as_of=AS_OF)

    pq.write_table(bills(), tmp_path / "register" / "hospital.parquet")
    with pytest.raises(InputError, match="“hospital”不是政策包里的数据源"):
        screen_folders(pack=pack, register=tmp_path / "register", feeds=tmp_path / "register", as_of=AS_OF)
