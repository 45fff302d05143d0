"""Receipts and reject sheets (回执与退回清单): what came, what was taken, and how the rest comes back corrected."""

from __future__ import annotations

import hashlib
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from shouwang.kernel.errors import InputError
from shouwang.stream.feeds.reading import load_feed, load_folder, read_delivery
from shouwang.stream.feeds.receipt import make_receipt
from shouwang.stream.feeds.rejects import write_rejects
from tests.stream.feeds.making import HEADER, ROWS, contract, contracts, csv_text, write_csv, write_xlsx

BAD = [["=坏", "", "S7", "2026-02-30", "abc", "1"], ["张三", "", "S8", "2026-01-05", "约十元", "1"]]


def test_receipt_counts_rows_and_names_period_and_reasons(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "1月.csv", csv_text([*ROWS, *BAD]))
    delivery = read_delivery(path, contract(), isolated=False)

    receipt = make_receipt(delivery, contract(), sequence=7)

    assert (receipt["sequence"], receipt["rows_in"], receipt["accepted"], receipt["rejected"]) == (7, 5, 3, 2)
    assert receipt["period"] == {"from": "2026-01-02", "to": "2026-02-01"}
    assert receipt["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert receipt["rejected_by_reason"]["“总费用(元)”不是金额，请写成 1234.50 的样子"] == 2


def test_root_is_the_same_for_the_same_rows_in_any_form_and_changes_with_one_cell(tmp_path: Path) -> None:
    source = contract()
    files = [write_csv(tmp_path / "a.csv", csv_text(), "gb18030"), write_xlsx(tmp_path / "a.xlsx", ROWS)]
    changed = write_csv(tmp_path / "b.csv", csv_text([*ROWS[:2], [*ROWS[2][:5], "20000.01"]]))

    roots = [make_receipt(read_delivery(f, source, isolated=False), source, sequence=1)["root"] for f in files]
    other = make_receipt(read_delivery(changed, source, isolated=False), source, sequence=1)["root"]

    assert roots[0] == roots[1]
    assert other != roots[0]


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_reject_sheet_holds_the_original_rows_and_the_reasons_last(suffix: str, tmp_path: Path) -> None:
    delivery = read_delivery(write_csv(tmp_path / "a.csv", csv_text([*ROWS, *BAD])), contract(), isolated=False)

    written = write_rejects(delivery, tmp_path / f"退回.{suffix}")

    assert written == 2
    if suffix == "xlsx":
        rows = list(openpyxl.load_workbook(tmp_path / "退回.xlsx").active.iter_rows(values_only=True))
        assert rows[0] == (*HEADER, "原表行号", "错误原因")
        assert rows[1][0] == "=坏"
        assert rows[1][-2] == "5"
        assert "没有这一天" in rows[1][-1]
        assert "不是金额" in rows[1][-1]
    else:
        assert '"\'=坏"' in (tmp_path / "退回.csv").read_text(encoding="utf-8-sig")


def test_corrected_reject_sheet_can_be_delivered_again(tmp_path: Path) -> None:
    delivery = read_delivery(write_csv(tmp_path / "a.csv", csv_text([*ROWS, *BAD])), contract(), isolated=False)
    write_rejects(delivery, tmp_path / "退回.xlsx")
    book = openpyxl.load_workbook(tmp_path / "退回.xlsx")
    for cell, value in {"A2": "赵六", "D2": "2026-02-28", "E2": "100", "E3": "10"}.items():
        book.active[cell] = value
    book.save(tmp_path / "更正.xlsx")

    again = read_delivery(tmp_path / "更正.xlsx", contract(), isolated=False)

    assert (again.accepted, again.rejected) == (2, 0)
    assert again.warnings == []


def test_folder_is_read_by_names_and_titles(tmp_path: Path) -> None:
    write_csv(tmp_path / "medical_settlements_1.csv", csv_text(ROWS[:2]))
    write_xlsx(tmp_path / "医保结算2月.xlsx", ROWS[2:])
    (tmp_path / "~$医保结算2月.xlsx").write_bytes(b"lock")
    (tmp_path / "说明.txt").write_text("不是数据", encoding="utf-8")

    found = load_folder(tmp_path, contracts(), kind="feed")

    assert [delivery.accepted for delivery in found["medical_settlements"]] == [2, 1]
    assert list(found) == ["medical_settlements"]


def test_stored_parquet_is_taken_as_it_is_and_an_unknown_code_is_not(tmp_path: Path) -> None:
    source = contract("disabilities")
    header = ["姓名", "残疾类别", "残疾等级", "发证日期"]
    text = csv_text([["甲", "肢体", "二级", "2020-01-01"], ["乙", "视力", "一级", "2020-01-01"]], header=header)
    table = read_delivery(write_csv(tmp_path / "a.csv", text), source, isolated=False).table
    pq.write_table(table, tmp_path / "disabilities.parquet")
    labels = table.set_column(table.column_names.index("category"), "category", [["肢体", "翅膀"]])
    pq.write_table(labels, tmp_path / "labels.parquet")

    stored = load_feed(tmp_path / "disabilities.parquet", source)[0]
    judged = load_feed(tmp_path / "labels.parquet", source)[0]

    assert stored.table.drop(["row_no"]).equals(table.drop(["row_no"]))
    assert judged.table["category"].to_pylist() == ["limb"]
    assert [reject.column for reject in judged.rejects] == ["category"]


def test_missing_folder_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有这个文件夹"):
        load_folder(tmp_path / "nowhere", contracts(), kind="feed")
