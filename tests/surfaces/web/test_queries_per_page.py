"""How often a page asks the database: so often and no more, whether three households are behind it or sixty."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwang.register.households.actions import import_register
from shouwang.register.procedure.queries import cases
from shouwang.register.staff.queries import SYSTEM
from shouwang.stream.clues.models import Clue
from shouwang.stream.determination.actions import open_case
from tests import cast as people
from tests.cast import AT, VILLAGE
from tests.stream.clues import telling
from tests.stream.screening import findings
from tests.surfaces.web.screened import publish, warning

# Session, account, post, the savepoint of the test and its release, the place range and its end are seven of them; the
# look is one.
QUERIES = {
    "/todo/": 19,
    "/cases/": 12,
    "/cases/?q=李": 12,
    "/households/": 12,
    "/households/?q=李": 12,
    "/clues/": 13,
    "/cases/{case}/": 18,
    "/clues/{clue}/": 21,
    "/households/{household}/": 28,
}
FEW, MANY = 3, 60


def settle(first: int, last: int) -> list[str]:
    """Households of 李 in the village, each with a warning, a clue and a determination under way."""
    ids = [f"N{number}" for number in range(first, last)]
    number = len(ids)
    tables = {
        "households": pa.table({"household_id": ids, "place_code": [VILLAGE] * number}),
        "residents": pa.table({
            "resident_id": [f"M{one}" for one in ids],
            "household_id": ids,
            "name": ["李四海"] * number,
            "birth_on": [date(1960, 5, 1)] * number,
            "relation": ["head"] * number,
        }),
    }  # fmt: skip
    import_register(tables=tables, actor=SYSTEM, at=AT)
    return ids


def work(cast: Any, run: Any, ids: list[str], before: list[str], patch: pytest.MonkeyPatch) -> None:
    for household_id in ids:
        patch.setitem(findings.PLACES, household_id, VILLAGE)
        warning(run, household_id, VILLAGE, "red")
    telling.take_up(telling.screen(*((one, "illness", "red") for one in [*before, *ids])))
    for household_id in ids:
        open_case(household_id=household_id, actor=cast.xiaochen, at=AT)


def asked(client: Any, address: str) -> int:
    client.get(address)  # what a process reads once is read
    with CaptureQueriesContext(connection) as questions:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(questions)


def test_a_page_asks_as_often_with_sixty_households_behind_it_as_with_three(
    cast: Any, as_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, run = as_person("xiaochen"), publish().run
    few = settle(0, FEW)
    work(cast, run, few, [], monkeypatch)
    first = {
        "case": cases(cast.xiaochen).get(household_id="N0").number,
        "clue": Clue.objects.get(household_id="N0").pk,
        "household": "N0",
    }
    counts = [{page: asked(officer, page.format(**first)) for page in QUERIES}]
    many = settle(FEW, MANY)
    work(cast, run, many, few, monkeypatch)
    counts.append({page: asked(officer, page.format(**first)) for page in QUERIES})

    assert "N3" in officer.get("/households/?page=2").content.decode()
    assert counts == [QUERIES, QUERIES]


def test_the_end_of_a_list_too_long_to_be_read_is_not_counted_out(
    cast: Any, as_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shouwang.surfaces.web import paging

    monkeypatch.setattr(paging, "MOST_PAGES", 2)
    officer = as_person("xiaochen")
    settle(0, MANY)

    told = officer.get("/households/?page=7").content.decode()

    assert '多于 <b class="number">40</b>' in told
    assert "第 2 / 2 页" in told
    assert "缩小范围" in told


def test_a_member_s_number_finds_a_household_once(cast: Any, as_person: Any) -> None:
    tables = people.register()
    twins = tables["residents"]
    place = twins.column_names.index("id_number")
    numbers = twins["id_number"].to_pylist()
    numbers[1] = numbers[0]  # 老李's wife was entered with his number
    import_register(
        tables={**tables, "residents": twins.set_column(place, "id_number", pa.array(numbers))}, actor=SYSTEM, at=AT
    )

    told = as_person("xiaochen").get(f"/households/?q={people.LI_ID}").content.decode()

    assert told.count("/households/H1/") == 1
