"""People held ready from one file to the next: read once, never older than the register, and not for long."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from shouwang.register.households.models import Resident
from shouwang.stream.linkage import holding
from shouwang.stream.linkage.actions import accept_delivery
from tests.cast import AT, Cast
from tests.stream.files import LI, WANG, send


@pytest.fixture
def holder() -> Iterator[holding.Holder]:
    made = holding.Holder()
    yield made
    made.forget()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The areas whose people were read, one after the other."""
    areas: list[tuple[int, int]] = []

    class Counted(holding.KnownPeople):
        def __init__(self, low: int, high: int) -> None:
            areas.append((low, high))
            super().__init__(low, high)

    monkeypatch.setattr(holding, "KnownPeople", Counted)
    return areas


def accepted(cast: Cast, row: str, holder: holding.Holder) -> Any:
    sent = send(cast, row).delivery
    return accept_delivery(delivery_id=sent.pk, actor=cast.xiaosun, at=AT, people_of=holder.people)


def test_two_files_of_one_day_read_the_people_once(cast: Cast, holder: holding.Holder, read: list[Any]) -> None:
    assert [accepted(cast, row, holder).rows_accepted for row in (LI, WANG)] == [1, 1]

    assert len(read) == 1


def test_a_name_that_was_put_right_in_between_is_known_to_the_next_file(
    cast: Cast, holder: holding.Holder, read: list[Any]
) -> None:
    stranger = WANG.replace("王桂花", "赵新来").replace("991003195811076925", "").replace("S2", "S9")
    assert accepted(cast, stranger, holder).rows_accepted == 0

    Resident.objects.filter(pk="R2").update(name="赵新来")
    again = accepted(cast, stranger.replace("S9", "S10"), holder)

    assert again.rows_accepted == 1
    assert len(read) == 2


def test_people_of_another_area_are_not_those_held(cast: Cast, holder: holding.Holder, read: list[Any]) -> None:
    for low, high in ((431003000000, 431004000000), (431021000000, 431022000000)):
        with holder.people(low, high) as people:
            assert {code[:6] for code in people.residents["place_code"].to_pylist()} == {str(low)[:6]}

    assert len(read) == 2


def test_after_a_failure_and_after_a_while_nobody_is_held(cast: Cast, read: list[Any]) -> None:
    holder = holding.Holder(seconds=0.05)
    area = (cast.xiaosun.range_low, cast.xiaosun.range_high)
    with pytest.raises(ZeroDivisionError), holder.people(*area):
        raise ZeroDivisionError
    with holder.people(*area):
        pass
    assert len(read) == 2

    for _ in range(100):
        if holder._people is None:
            break
        time.sleep(0.05)
    assert holder._people is None
