"""Exports (导出): whatever text a villager's name holds, it comes back as that text, and never as a formula."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shouwang.kernel.sheets.writing import begins_like_formula, neutral, printable, write_csv, write_sheet

SIGNS = ["", "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "\ufeff=", " =", "\x01=", "'", "{="]
STARTS = st.sampled_from(SIGNS)
TEXTS = st.builds(lambda start, text: start + text, STARTS, st.text(max_size=20))
ATTACKS = ["=1+1", '=HYPERLINK("http://x","李")', "@SUM(A1)", "+1+cmd|' /C calc'!A0", "-2+3", "＝1", "\ufeff=1", "\t=1"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=30, max_size=120))
@example(texts=ATTACKS)
def test_any_text_comes_back_from_a_workbook_as_text_and_no_formula(texts: list[str], tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_sheet(path, ["姓名"], [[text] for text in texts])

    cells = [row[0] for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2)]
    rows = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python(skip_empty_area=False)

    wanted = [printable(text) for text in texts]
    assert [cell.value or "" for cell in cells] + [""] * (len(wanted) - len(cells)) == wanted
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.data_type == "s" for cell in cells if cell.value)
    assert [row[0] for row in rows[1:]] == wanted[: len(rows) - 1]
    assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=30, max_size=120))
@example(texts=ATTACKS)
def test_no_field_of_a_csv_begins_like_a_formula(texts: list[str], tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_csv(path, ["姓名"], [[text] for text in texts])

    with path.open(encoding="utf-8-sig", newline="") as file:
        fields = [row[0] for row in csv.reader(file)][1:]

    assert not any(begins_like_formula(field) for field in fields)
    assert [field.removeprefix("'") for field in fields] == [printable(text).removeprefix("'") for text in texts]


@pytest.mark.parametrize("text", ATTACKS)
def test_attack_is_marked(text: str) -> None:
    assert begins_like_formula(text)
    assert neutral(text).startswith("'")


@pytest.mark.parametrize("text", ["-12.50", "-3", "李大娘", "431003100200", "a=b", "2026-01-02", ""])
def test_honest_text_is_left_alone(text: str) -> None:
    assert neutral(text) == text
