"""Sheets as people really send them: columns in another order, blank rows, titles over them, odd cells, hostile files."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.kernel.errors import InputError
from shouwang.register.exchange.recognising import read_sheet
from shouwang.register.exchange.templates import TEMPLATES
from tests.register.exchange.sheets import HEADER, LI, WIFE, grid_workbook, workbook
from tests.stream.feeds.hostile import REFUSED

ROWS = [LI | {"是否解决安全饮用水": "是"}, WIFE, LI | {"户编号": "H7", "人编号": "R7"}]


def texts(sheet):
    """Every row as what its columns hold, whatever their order in the file."""
    columns = sheet.layout.columns
    return [
        {columns[place].title: cell.text for place, cell in row.cells.items() if place in sheet.present}
        for row in sheet.rows
    ]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(HEADER),
    above=st.integers(0, 6),
    gaps=st.lists(st.integers(0, 2), min_size=3, max_size=3),
    merged=st.booleans(),
    stray=st.booleans(),
)
def test_order_titles_gaps_and_unknown_columns_change_nothing(tmp_path_factory, order, above, gaps, merged, stray):
    header = [*order, "备用列"] if stray else list(order)
    grid = [["监测对象信息表"], *([["导出说明"]] * above), header]
    for row, gap in zip(ROWS, gaps, strict=True):
        grid += [[""] * len(header)] * gap + [[row.get(name, "x" if name == "备用列" else "") for name in header]]
    path = tmp_path_factory.mktemp("sheets") / "表.xlsx"
    path.write_bytes(grid_workbook(grid, merged=merged))

    sheet = read_sheet(path)

    plain = tmp_path_factory.mktemp("sheets") / "原表.xlsx"
    plain.write_bytes(workbook(ROWS))
    assert sheet.layout.name == "monitored"
    assert texts(sheet) == texts(read_sheet(plain))
    assert sheet.unknown == (["备用列"] if stray else [])


@pytest.mark.parametrize("header", ["户 编 号", "*户编号", "户编号：", "户编号", "户号"])
def test_a_header_may_be_written_oddly(tmp_path, header):
    names = [header if name == "户编号" else name for name in HEADER]
    path = tmp_path / "表.xlsx"
    path.write_bytes(grid_workbook([names, [LI.get(name, "") or ("H1" if name == header else "") for name in names]]))

    sheet = read_sheet(path)

    assert sheet.rows[0].text(sheet.place_of("household_id")) == "H1"


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_recognised_by_its_headers_alone(tmp_path, name):
    titles = [column.title for column in TEMPLATES[name].columns]
    path = tmp_path / "表.xlsx"
    path.write_bytes(grid_workbook([titles, ["H1"] * len(titles)]))

    assert read_sheet(path).layout.name == name


def test_csv_is_read_too(tmp_path):
    path = tmp_path / "表.csv"
    path.write_text(",".join(HEADER) + "\n" + ",".join(LI.get(name, "") for name in HEADER) + "\n", encoding="gb18030")

    assert texts(read_sheet(path))[0]["姓名"] == "李大山"


@pytest.mark.parametrize("name", sorted(REFUSED)[::4])
def test_hostile_files_are_refused_with_a_sentence(tmp_path, name):
    path = tmp_path / "表.xlsx"
    path.write_bytes(REFUSED[name][0]())

    with pytest.raises(InputError) as refusal:
        read_sheet(path)
    assert refusal.value.message
