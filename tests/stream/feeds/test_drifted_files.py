"""Drifted files (走样的表): what departments really send is mapped or held back with a reason, never misread."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shouwang.kernel.errors import InputError
from shouwang.stream.feeds.reading import Delivery, read_delivery
from tests.stream.feeds.making import (
    HEADER,
    ROWS,
    contract,
    contracts,
    csv_text,
    pack_zip,
    parts,
    sheet_xml,
    write_bytes,
    write_csv,
    write_xlsx,
)

COSTS = [Decimal("1200.50"), Decimal("88.00"), Decimal("45600.00")]


def read_csv(folder: Path, text: str, encoding: str = "utf-8") -> Delivery:
    return read_delivery(write_csv(folder / "报送.csv", text, encoding), contract(), isolated=False)


def costs(delivery: Delivery) -> list[Decimal]:
    return delivery.table["total_cost"].to_pylist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_are_found_out(encoding: str, separator: str, tmp_path: Path) -> None:
    delivery = read_csv(tmp_path, csv_text(separator=separator), encoding)

    assert costs(delivery) == COSTS
    assert delivery.table["name"].to_pylist() == ["李大娘", "王小明", "陈阿婆"]


def test_workbook_csv_and_parquet_give_the_same_rows(tmp_path: Path) -> None:
    source = contract()
    from_csv = read_csv(tmp_path, csv_text())
    from_xlsx = read_delivery(write_xlsx(tmp_path / "a.xlsx", ROWS), source)
    pq.write_table(from_csv.table.select(list(from_csv.mapping.values())), tmp_path / "a.parquet")
    from_parquet = read_delivery(tmp_path / "a.parquet", source)

    assert from_xlsx.table.equals(from_csv.table)
    assert from_parquet.table.equals(from_csv.table)


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-02", "2026/1/2", "2026.1.2", "20260102", "2026年1月2日", "2026年01月02号", "2026-1-2 08:30",
        "2026-01-02T08:30:00", "2026-01-02 00:00:00", "２０２６-０１-０２", " 2026-01-02 ", "46024", "20260102083000",
    ],
)  # fmt: skip
def test_date_styles_mean_the_same_day(written: str, tmp_path: Path) -> None:
    delivery = read_csv(tmp_path, csv_text([[*ROWS[0][:3], written, "10", "5"]]))

    assert delivery.table["settled_on"].to_pylist() == [date(2026, 1, 2)]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("1/2/2026", "哪个是月"), ("2026", "只有年份"), ("2026-02-30", "没有这一天"), ("1826-01-01", "1900"),
        ("26年1月2日", "两位"), ("去年冬天", "哪一天"), ("无", "必填"), ("", "必填"), ("=TODAY()", "公式"),
    ],
)  # fmt: skip
def test_date_that_means_no_certain_day_rejects_only_its_row(written: str, reason: str, tmp_path: Path) -> None:
    delivery = read_csv(tmp_path, csv_text([*ROWS, [*ROWS[0][:2], "S9", written, "10", "5"]]))

    assert costs(delivery) == COSTS
    assert [(reject.row_no, reject.column) for reject in delivery.rejects] == [(5, "settled_on")]
    assert reason in delivery.rejects[0].reason


def test_month_and_quarter_stand_for_their_first_day(tmp_path: Path) -> None:
    header = ["户主姓名", "采集季度", "工资性收入(元)"]
    rows = [["李大娘", "2026年第2季度", "1"], ["王小明", "2026Q3", "2"], ["陈阿婆", "2026-10", "3"]]
    path = write_csv(tmp_path / "a.csv", csv_text(rows, header=header))

    delivery = read_delivery(path, contract("household_incomes"), isolated=False)

    assert delivery.table["quarter_on"].to_pylist() == [date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)]
    assert any("只有年月" in warning for warning in delivery.warnings)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1200.50", "1200.50"), ("1,200.50", "1200.50"), ("￥1200.5", "1200.50"), ("¥ 1,200.50", "1200.50"),
        ("1200.50元", "1200.50"), ("１２００.５", "1200.50"), ("(20)", "-20.00"), ("5636.6400000000003", "5636.64"),
        ("1.2E+4", "12000.00"), ("1.005", "1.01"), ("0", "0.00"), ("-12.30", "-12.30"),
    ],
)  # fmt: skip
def test_money_styles(written: str, value: str, tmp_path: Path) -> None:
    delivery = read_csv(tmp_path, csv_text([[*ROWS[0][:4], f'"{written}"', "5"]]))

    assert costs(delivery) == [Decimal(value)]


@pytest.mark.parametrize(
    ("written", "reason"),
    [("1.2万", "万"), ("1.2万元", "万"), ("约300", "不是金额"), ("1.234;56", "不是金额"), ("1e30", "合理")],
)
def test_amount_that_is_none_rejects_only_its_row(written: str, reason: str, tmp_path: Path) -> None:
    delivery = read_csv(tmp_path, csv_text([*ROWS, [*ROWS[0][:2], "S9", "2026-01-01", written, "5"]]))

    assert costs(delivery) == COSTS
    assert reason in delivery.rejects[0].reason
    assert delivery.rejects[0].value == written


@pytest.mark.parametrize(
    "header", ["总费用(万元)", "总费用（万元）", "总费用（单位：万元）", "总费用万元", "总费用:万元", "总费用(千元)"]
)
def test_header_in_another_unit_holds_the_file_back(header: str, tmp_path: Path) -> None:
    text = csv_text(header=[header if text == "总费用(元)" else text for text in HEADER])

    with pytest.raises(InputError, match="单位是“[万千]元”"):
        read_csv(tmp_path, text)


@pytest.mark.parametrize("title", ["总费用(元)", "总费用"])
def test_values_in_ten_thousands_hold_the_file_back(title: str, tmp_path: Path) -> None:
    rows = [["李大娘", "", f"S{i}", "2026-01-02", f"{(i + 1) * 1.2345:.4f}", "1"] for i in range(20)]

    with pytest.raises(InputError, match="像是以万元为单位"):
        read_csv(tmp_path, csv_text(rows, header=[title if text == "总费用(元)" else text for text in HEADER]))


def test_small_amounts_are_taken_when_the_header_says_yuan(tmp_path: Path) -> None:
    rows = [["李大娘", "", f"S{i}", "2026-01-02", f"{i + 1}.35", "1"] for i in range(20)]

    assert read_csv(tmp_path, csv_text(rows)).accepted == 20


@pytest.mark.parametrize(
    "header",
    [
        "总费用（元）", "总费用(元)", " 总费用 ", "*总费用（元）", "总费用\u3000（元）", "医疗总费用", "total_cost",
        "总费用\u200b(元)", "总费用（单位：元）", "总费用(人民币元)", "总费用：元",
    ],
)  # fmt: skip
def test_header_variants_mean_the_same_column(header: str, tmp_path: Path) -> None:
    text = csv_text(header=[header if text == "总费用(元)" else text for text in HEADER])

    assert costs(read_csv(tmp_path, text)) == COSTS


def test_reordered_columns_are_read_by_name(tmp_path: Path) -> None:
    order = [5, 3, 0, 4, 2, 1]
    rows = [[row[place] for place in order] for row in ROWS]

    delivery = read_csv(tmp_path, csv_text(rows, header=[HEADER[place] for place in order]))

    assert costs(delivery) == COSTS


def test_missing_column_is_named_with_what_was_found_and_the_nearest_header(tmp_path: Path) -> None:
    text = csv_text(header=[text.replace("结算日期", "结算的日期") for text in HEADER])

    with pytest.raises(InputError) as refused:
        read_csv(tmp_path, text)

    assert "缺少必需的列：结算日期" in str(refused.value)
    assert "“结算的日期”是不是“结算日期”？" in str(refused.value)
    assert "身份证号" in str(refused.value)
    assert refused.value.column == "settled_on"


def test_file_of_another_feed_is_told_so(tmp_path: Path) -> None:
    header = ["姓名", "身份证号", "残疾证号", "残疾类别", "残疾等级", "发证日期"]
    path = write_csv(tmp_path / "a.csv", csv_text([["李大娘", "1", "2", "肢体", "二级", "2020-01-01"]], header=header))

    with pytest.raises(InputError, match="更像“残疾人”"):
        read_delivery(path, contract(), others=contracts().values(), isolated=False)


def test_unknown_columns_are_listed_not_refused(tmp_path: Path) -> None:
    rows = [[*row, "x", "y"] for row in ROWS]

    delivery = read_csv(tmp_path, csv_text(rows, header=[*HEADER, "经办人", "备注"]))

    assert costs(delivery) == COSTS
    assert any("经办人、备注" in warning for warning in delivery.warnings)


def test_two_columns_for_one_are_refused(tmp_path: Path) -> None:
    rows = [[*row, "1"] for row in ROWS]

    with pytest.raises(InputError, match="两列都对应"):
        read_csv(tmp_path, csv_text(rows, header=[*HEADER[:-1], "自付金额", "个人负担"]))


def test_title_wins_over_alias_with_a_warning(tmp_path: Path) -> None:
    rows = [[*row, "某某村"] for row in ROWS]

    delivery = read_csv(tmp_path, csv_text(rows, header=[*HEADER, "患者姓名"]))

    assert delivery.table["name"].to_pylist()[0] == "李大娘"
    assert any("“患者姓名”没有读" in warning for warning in delivery.warnings)


def test_header_below_title_rows_keeps_the_row_numbers_of_the_sheet(tmp_path: Path) -> None:
    rows = [["2026年1月医保结算明细表"], ["填表单位：医保局"], [], HEADER, *ROWS, [*ROWS[0][:3], "坏", "1", "1"]]
    path = write_xlsx(tmp_path / "a.xlsx", rows[1:], header=rows[0])

    delivery = read_delivery(path, contract(), isolated=False)

    assert delivery.table["row_no"].to_pylist() == [5, 6, 7]
    assert [reject.row_no for reject in delivery.rejects] == [8]


def test_csv_row_numbers_count_title_blank_and_odd_rows(tmp_path: Path) -> None:
    lines = csv_text().splitlines()
    text = "\r\n".join(["2026年1月结算", *lines[:2], "", "只有一格", *lines[2:]]) + "\r\n"

    delivery = read_csv(tmp_path, text)

    assert delivery.table["row_no"].to_pylist() == [3, 6, 7]
    assert [(reject.row_no, reject.value) for reject in delivery.rejects] == [(5, "只有一格")]
    assert "应有 6 列，实有 1 列" in delivery.rejects[0].reason


def test_good_rows_are_not_lost_among_bad_ones(tmp_path: Path) -> None:
    rows = [
        ["李大娘", "999003196001011234", f"S{i}", "2026-01-02" if i % 3 else "坏日期", "12.5", "3"] for i in range(300)
    ]

    delivery = read_delivery(write_xlsx(tmp_path / "a.xlsx", rows), contract(), isolated=False)

    assert (delivery.rows_in, delivery.accepted, delivery.rejected) == (300, 200, 100)
    assert {reject.row_no for reject in delivery.rejects} == {i + 2 for i in range(0, 300, 3)}


def test_total_row_and_repeated_row_are_named_as_such(tmp_path: Path) -> None:
    rows = [*ROWS, ROWS[0], ["合计", "", "", "", "46888.5", "20312.3"]]

    delivery = read_csv(tmp_path, csv_text(rows))

    assert costs(delivery) == COSTS
    assert {reject.row_no: reject.reason for reject in delivery.rejects} == {
        5: "与第 2 行完全相同",
        6: "合计行不是数据，没有读",
    }


def test_same_number_with_other_content_is_pointed_out(tmp_path: Path) -> None:
    delivery = read_csv(tmp_path, csv_text([*ROWS, [*ROWS[0][:4], "7", "7"]]))

    assert delivery.accepted == 4
    assert any("“结算编号”与前面的行相同而内容不同（如第 5 行）" in warning for warning in delivery.warnings)


def test_person_nobody_can_recognise_is_rejected(tmp_path: Path) -> None:
    delivery = read_csv(tmp_path, csv_text([*ROWS, ["", "", *ROWS[0][2:]]]))

    assert [(reject.row_no, "认不出是谁" in reject.reason) for reject in delivery.rejects] == [(5, True)]


def test_identity_number_stored_as_a_number_is_rejected_not_rounded(tmp_path: Path) -> None:
    rows = [["李大娘", 999003196001011234, "S1", "2026-01-02", 10, 5], ["王小明", 430100760101123, "S2", 46024, 10, 5]]

    delivery = read_delivery(write_xlsx(tmp_path / "a.xlsx", rows), contract(), isolated=False)

    assert delivery.table["id_number"].to_pylist() == ["430100760101123"]
    assert "末尾几位已失真" in delivery.rejects[0].reason


def test_identity_numbers_and_names_are_brought_to_one_form(tmp_path: Path) -> None:
    rows = [
        ["李　大 娘", "９９９００３ 19600101123x", *ROWS[0][2:]],
        ["买买提•阿卜拉", "'99900319600101123*", *ROWS[1][2:]],
    ]

    delivery = read_csv(tmp_path, csv_text(rows))

    assert delivery.table["id_number"].to_pylist() == ["99900319600101123X"] * 2
    assert delivery.table["name"].to_pylist() == ["李大娘", "买买提·阿卜拉"]


@pytest.mark.parametrize("name", ["李\u202e大娘", "李\x07大娘", "=HYPERLINK(1)", "＝1+1"])
def test_control_characters_and_formulas_reject_the_row(name: str, tmp_path: Path) -> None:
    delivery = read_csv(tmp_path, csv_text([*ROWS, [name, *ROWS[0][1:2], "S9", *ROWS[0][3:]]]))

    assert costs(delivery) == COSTS
    assert [reject.row_no for reject in delivery.rejects] == [5]


def test_choices_and_flags_are_read_by_label_or_code(tmp_path: Path) -> None:
    header = ["姓名", "学期", "开学日期", "在读", "学段", "雨露计划", "性别"]
    rows = [
        ["甲", "2026春", "2026-03-01", "是", "普通高中", "√", "男"],
        ["乙", "2026春", "2026-03-01", "FALSE", "senior", "无", "女性"],
        ["丙", "2026春", "2026-03-01", "1", "大学", "0", "-"],
    ]
    path = write_csv(tmp_path / "a.csv", csv_text(rows, header=header))

    delivery = read_delivery(path, contract("school_enrolments"), isolated=False)

    assert delivery.table["stage"].to_pylist() == ["senior", "senior"]
    assert delivery.table["enrolled"].to_pylist() == [True, False]
    assert delivery.table["rain_dew"].to_pylist() == [True, False]
    assert [(reject.row_no, reject.column) for reject in delivery.rejects] == [(4, "stage")]


def test_ratio_and_grade_styles(tmp_path: Path) -> None:
    header = ["姓名", "残疾类别", "残疾等级", "发证日期"]
    day = "2020-01-01"
    rows = [["甲", "肢体", "二级", day], ["乙", "视力", "1", day], ["丙", "听力", "2.5", day]]
    path = write_csv(tmp_path / "a.csv", csv_text(rows, header=header))

    delivery = read_delivery(path, contract("disabilities"), isolated=False)

    assert delivery.table["grade"].to_pylist() == [2, 1]
    assert delivery.table.schema.field("grade").type == pa.int64()


def test_prefixed_tags_are_read(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.xlsx", pack_zip(parts(sheet_xml([HEADER, *ROWS], prefix="x"))))

    assert costs(read_delivery(path, contract(), isolated=False)) == COSTS


def test_formula_keeps_its_stored_result_and_without_one_the_row_is_rejected(tmp_path: Path) -> None:
    sheet = sheet_xml([HEADER, *ROWS[:2]])
    cell = b'<c r="E%d" t="inlineStr"><is><t>%s</t></is></c>'
    sheet = sheet.replace(cell % (2, b"1200.50"), b'<c r="E2"><f>600+600.5</f><v>1200.5</v></c>')
    sheet = sheet.replace(cell % (3, b"88"), b'<c r="E3"><f>80+8</f></c>')
    path = write_bytes(tmp_path / "a.xlsx", pack_zip(parts(sheet)))

    delivery = read_delivery(path, contract(), isolated=False)

    assert costs(delivery) == COSTS[:1]
    assert "公式没有计算结果" in delivery.rejects[0].reason
    assert any("2 个公式" in warning for warning in delivery.warnings)


def test_village_named_instead_of_coded_is_looked_up(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", "户编号,行政村代码\r\nH1,光明村\r\nH2,431003100201\r\n")

    delivery = read_delivery(path, contract("households"), place_names={"光明村": "431003100200"}, isolated=False)

    assert delivery.table["place_code"].to_pylist() == ["431003100200", "431003100201"]
