"""A number that stands in another place gets the very answer that a number of nobody gets (SAFETY T-16, T-15)."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from shouwang.register.exchange.models import IncomingSheet
from shouwang.register.exchange.templates import TEMPLATES
from shouwang.register.households.models import Resident
from tests.register.exchange.sheets import workbook

ELSEWHERE, NOBODY = "991021197002021731", "991003200105060014"
"""钱来福's number, of the other county, and one that no register holds."""
PASSING = re.compile(
    r'csrf[^"]*"\s*(?:value|content)="[^"]*"|/exchange/\d+/|take/\d+/|id="d-\d+|\b[0-9a-f]{64}\b'
    r"|\d\d-\d\d \d\d:\d\d|[NM][0-9a-f]{15}"
)
"""What differs between any two sheets: tokens, their numbers and fingerprints, keys made from them."""


def answer(client: Any, name: str, row: dict[str, str]) -> str:
    """Everything that somebody is told who brings a filled template with one row."""
    titles = [column.title for column in TEMPLATES[name].columns]
    content = workbook([row], header=titles, above=[[f"填报模板：{name}"]])
    with transaction.atomic():
        client.post("/exchange/bring/", {"file": SimpleUploadedFile(f"{name}.xlsx", content)})
        sheet = IncomingSheet.objects.latest("id")
        page = client.get(f"/exchange/{sheet.pk}/")
        told = [
            page.status_code,
            sheet.rows_in,
            sheet.rows_matched,
            sheet.added,
            PASSING.sub("", page.content.decode()),
        ]
        transaction.set_rollback(True)
    return str(told)


@pytest.mark.parametrize(
    ("name", "row", "column"),
    [
        ("members", {"户编号": "H1", "姓名": "李小芳", "与户主关系": "之女"}, "证件号码"),
        ("households", {"县": "苏仙区", "乡": "白露塘镇", "村": "金田村", "户主姓名": "钱来福"}, "户主证件号码"),
    ],
)
def test_a_new_person_with_the_number_of_somebody_elsewhere_is_taken_like_any_other(
    as_person: Any, cast: Any, name: str, row: dict[str, str], column: str
) -> None:
    collector = as_person("xiaowang")

    hidden, nobody = (answer(collector, name, row | {column: number}) for number in (ELSEWHERE, NOBODY))

    assert hidden.replace(ELSEWHERE, NOBODY) == nobody
    assert "1, 1, 1," in hidden
    assert Resident.objects.filter(household_id="H3").count() == 1


@pytest.mark.parametrize("query", ["q={}", "q=H3"])
def test_a_search_for_somebody_elsewhere_finds_what_a_search_for_nobody_finds(
    as_person: Any, cast: Any, query: str
) -> None:
    collector = as_person("xiaowang")
    asked = [query.format(ELSEWHERE), query.format(NOBODY).replace("H3", "H9")]

    pages = [PASSING.sub("", collector.get(f"/households/?{one}").content.decode()) for one in asked]

    assert pages[0].replace(ELSEWHERE, NOBODY).replace("H3", "H9") == pages[1]
