"""What people decided later is read from a file as offices send it; a row that cannot be read stops the back-test."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from shouwang.kernel.errors import InputError
from shouwang.stream.screening.decisions import read_decisions

HEADER = ["户号", "认定日期", "是否认定"]
ROWS = [["H1", "2026-12-01", "是"], ["H2", "2026/12/2", "否"]]
READ = [
    {"household_id": "H1", "decided_on": date(2026, 12, 1), "confirmed": True},
    {"household_id": "H2", "decided_on": date(2026, 12, 2), "confirmed": False},
]


def csv(tmp_path, *rows, header=HEADER, encoding="utf-8"):
    path = tmp_path / "决定.csv"
    path.write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n", encoding=encoding)
    return path


def xlsx(tmp_path):
    path = tmp_path / "决定.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADER, *ROWS]):
            sheet.write_row(number, 0, row)
    return path


def parquet(tmp_path):
    path = tmp_path / "decisions.parquet"
    pq.write_table(pa.Table.from_pylist(READ), path)
    return path


def read(path):
    return read_decisions(path).select([*READ[0]]).to_pylist()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_csv_file_is_read_in_either_encoding(tmp_path, encoding):
    assert read(csv(tmp_path, *ROWS, encoding=encoding)) == READ


@pytest.mark.parametrize("written", [xlsx, parquet])
def test_a_workbook_and_a_parquet_file_are_read_alike(tmp_path, written):
    assert read(written(tmp_path)) == READ


@pytest.mark.parametrize(
    "header",
    [["户号", "核查日期", "认定结果"], ["户编号", "决定日期", "认定为监测对象"]],
)
def test_the_headers_of_different_offices_are_known(tmp_path, header):
    assert read(csv(tmp_path, *ROWS, header=header)) == READ


def test_two_decisions_about_one_household_both_count(tmp_path):
    found = read(csv(tmp_path, *ROWS, ["H1", "2027-01-01", "否"]))

    assert [(row["household_id"], row["confirmed"]) for row in found] == [("H1", True), ("H2", False), ("H1", False)]


@pytest.mark.parametrize(
    "row",
    [["", "2026-12-01", "是"], ["H3", "年底", "是"], ["H3", "", "是"], ["H3", "2026-12-01", "待定"], ["H3", "2026-12-01", ""]],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_counted_and_refuses_the_file(tmp_path, row):
    with pytest.raises(InputError, match=r"决定\.csv: 有 1 行读不出户编号、决定日期或是否认定。 请改正这些行再回测"):
        read_decisions(csv(tmp_path, *ROWS, row))


@pytest.mark.parametrize("header", [["户号", "认定日期", "备注"], ["姓名", "日期", "结果"]])
def test_a_file_without_its_columns_is_refused_as_a_whole(tmp_path, header):
    with pytest.raises(InputError):
        read_decisions(csv(tmp_path, *ROWS, header=header))


def test_a_file_with_its_header_only_is_refused(tmp_path):
    with pytest.raises(InputError, match="只有表头"):
        read_decisions(csv(tmp_path))


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        read_decisions(tmp_path / "nowhere.csv")
