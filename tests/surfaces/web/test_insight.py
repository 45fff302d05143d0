"""The river on the dashboard, the page of results, the wall screen, and tables that leave as workbooks."""

import io
import re

import openpyxl
import pytest

from shouwang.register.ledger.models import Entry
from tests.stream.clues import telling


@pytest.fixture
def busy(screened):
    """One clue of the cast's village beside its screening."""
    telling.warned(household="H2")


def stage(page: str, title: str) -> tuple[str, int]:
    """Address and number of a stage of the picture."""
    pattern = (
        rf'<a class="flow-main" href="([^"]+)"><span class="flow-name">{title}</span><span class="flow-count">([\d,]+)'
    )
    href, number = re.search(pattern, page).groups()
    return href.replace("&amp;", "&"), int(number.replace(",", ""))


def rows_behind(page: str) -> int:
    found = re.search(r'共 <b class="number">([\d,]+)</b>', page)
    return int(found.group(1).replace(",", "")) if found else 0


def workbook(answer) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(answer.content))


@pytest.mark.parametrize(
    "title",
    ["预警", "线索核实", "村级认定", "乡镇级认定", "县级认定", "待定方案", "监测帮扶", "消除核查", "风险已消除"],
)
def test_every_stage_opens_the_rows_that_it_counts(as_person, busy, title):
    client = as_person("xiaozhou")
    address, number = stage(client.get("/dashboard/").content.decode(), title)

    assert rows_behind(client.get(address).content.decode()) == number


def test_the_page_of_results_ranks_nobody(as_person, busy):
    page = as_person("xiaozhou").get("/insight/").content.decode()

    assert "近十二个月" in page
    assert "不排名次" in page
    assert "小王" not in page


def test_the_page_of_results_before_anything_happened(as_person, cast):
    page = as_person("xiaozhou").get("/insight/").content.decode()

    assert "还没有线索和办理结果" in page
    assert "没有哪一户同时等着几件事" in page


def test_the_wall_shows_counts_and_no_name(as_person, busy):
    page = as_person("xiaozhou").get("/screen/").content.decode()

    assert stage(page, "线索核实")[1] == 1
    assert "李大山" not in page
    assert 'id="hold"' in page


@pytest.mark.parametrize("address", ["/insight/", "/screen/"])
def test_results_are_for_who_may_see_the_dashboard_and_for_the_own_area(as_person, busy, address):
    assert as_person("xiaosun").get(address).status_code == 403
    assert as_person("xiaowang").get(f"{address}?village=431003101203").status_code == 404


def test_a_list_leaves_as_the_workbook_that_the_page_shows(as_person, busy):
    client = as_person("xiaozhou")
    answer = client.get("/households/?sheet=1")
    sheet = workbook(answer).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))

    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert "县" in rows[0][0] or "区" in rows[0][0]
    assert rows[1][0] == "户主"
    assert len(rows) - 2 == rows_behind(client.get("/households/").content.decode())


def test_taking_a_table_out_is_in_the_ledger_with_the_number_of_rows(as_person, busy):
    as_person("xiaozhou").get("/households/?sheet=1")
    noted = Entry.objects.filter(act="export_tables").latest("pk")

    assert noted.actor == "xiaozhou"
    assert noted.details["rows"] > 0
    assert noted.details["page"] == "/households/"


def test_the_workbook_holds_no_more_than_the_page_and_no_other_village(as_person, busy):
    answer = as_person("xiaozhao").get("/households/?sheet=1")
    texts = [str(cell) for row in workbook(answer).worksheets[0].iter_rows(values_only=True) for cell in row if cell]

    assert not any("李大山" in text for text in texts)


def test_the_dashboard_leaves_with_a_sheet_for_each_table(as_person, screened):
    book = workbook(as_person("xiaozhou").get("/dashboard/?sheet=1"))

    assert len(book.worksheets) >= 2
    assert len({sheet.title for sheet in book.worksheets}) == len(book.worksheets)


def test_a_page_without_a_table_stays_a_page(as_person, cast):
    assert as_person("xiaozhou").get("/clues/new/?sheet=1")["Content-Type"].startswith("text/html")


def test_last_months_report_is_one_click_and_lies_among_the_papers(as_person, busy):
    client = as_person("xiaozhou")
    page = client.post("/insight/report/", follow=True).content.decode()

    assert "月报已生成" in page
    assert "防止返贫监测帮扶工作月报" in page


def test_no_report_is_made_of_another_place(as_person, busy):
    assert as_person("xiaowang").post("/insight/report/?village=431003101203").status_code == 404
    assert not Entry.objects.filter(act="issue_paper").exists()
