"""The warning list and the card behind it."""

import io

import openpyxl
import pytest

from shouwang.register.ledger.models import Entry
from shouwang.stream.screening.models import IssuedWarning
from tests.surfaces.web.screened import BECAUSE


def listed(client, query: str) -> str:
    return client.get(f"/warnings/?{query}", headers={"HX-Request": "true"}).content.decode()


@pytest.mark.parametrize(
    ("query", "names", "absent"),
    [
        ("", ["李大山", "赵有田"], []),
        ("level=red", ["李大山"], ["赵有田"]),
        ("level=yellow", [], ["李大山", "赵有田"]),
        ("level=red&level=orange", ["李大山", "赵有田"], []),
        ("factor=income.other", [], ["李大山", "赵有田"]),
        ("rule=hospital_stays_repeated", ["李大山"], ["赵有田"]),
        ("q=大山", ["李大山"], ["赵有田"]),
        ("q=zhao", ["赵有田"], ["李大山"]),
        ("new=1", ["李大山"], ["赵有田"]),
        ("level=purple&factor=x&rule=x", ["李大山", "赵有田"], []),
    ],
)
def test_filters_narrow_the_list(as_person, screened, query, names, absent):
    shown = listed(as_person("xiaozhou"), query)

    assert [name for name in names if name not in shown] == []
    assert [name for name in absent if name in shown] == []


def test_a_household_stands_once_with_its_gravest_warning(as_person, screened):
    shown = listed(as_person("xiaowang"), "")

    assert shown.count("/households/H1/") == 1
    assert BECAUSE in shown
    assert "另有 1 条预警" in shown


def test_a_filter_answer_is_only_the_rows(as_person, screened):
    assert "<html" not in listed(as_person("xiaozhou"), "level=red")


def test_an_empty_list_says_what_to_do(as_person, screened):
    assert "清空条件" in listed(as_person("xiaozhou"), "q=没有这个人")


def test_a_list_costs_the_same_queries_however_long_it_is(as_person, screened, django_assert_max_num_queries):
    client = as_person("xiaozhou")
    client.get("/warnings/")  # the first page of a session asks for a few things once

    with django_assert_max_num_queries(20):
        client.get("/warnings/")


def test_the_export_holds_the_filtered_rows_and_is_noted(as_person, screened):
    answer = as_person("xiaozhou").get("/warnings/sheet.xlsx?level=red")

    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert [row[1] for row in rows] == ["户主", "李大山"]
    assert Entry.objects.filter(act="export_warnings", actor="xiaozhou").count() == 1


def test_an_exported_name_stays_text(as_person, screened, cast):
    IssuedWarning.objects.filter(pk=screened.li.pk).update(because="=HYPERLINK(1)")
    answer = as_person("xiaozhou").get("/warnings/sheet.xlsx?level=red")

    cell = openpyxl.load_workbook(io.BytesIO(answer.content)).active["F2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_the_card_shows_values_standards_sources_and_the_next_step(as_person, screened):
    card = as_person("xiaowang").get(f"/warnings/{screened.li.pk}/").content.decode()

    for text in (BECAUSE, "30,000", "6,500", "待与原文核对", "怎样会消除", "下一步", "这是线索，不是认定"):
        assert text in card, text


def test_an_unknown_value_is_written_as_unknown(as_person, screened):
    card = as_person("xiaowang").get(f"/warnings/{screened.li.pk}/").content.decode()

    assert '<span class="unknown">未知</span>' in card


def test_text_of_a_warning_is_never_markup(as_person, screened):
    IssuedWarning.objects.filter(pk=screened.li.pk).update(because="<script>alert(1)</script>")

    assert "<script>alert" not in as_person("xiaowang").get(f"/warnings/{screened.li.pk}/").content.decode()
