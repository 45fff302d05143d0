"""One question for every right: may this post do this to that subject?"""

from dataclasses import dataclass

import pytest

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.rights import Relation, may, relation_to
from tests.cast import NEXT_VILLAGE, OTHER_COUNTY_VILLAGE, VILLAGE, Cast

P = Permission


@dataclass
class At:
    """Something that lies in a village."""

    place_number: int


@dataclass
class Over:
    """Something that speaks of an area, and perhaps belongs to a department."""

    range_low: int
    range_high: int
    unit: str = "医保局"


COUNTY_RANGE = (431003000000, 431004000000)
PREFECTURE_RANGE = (431000000000, 431100000000)


@pytest.mark.parametrize(
    ("who", "act", "village", "answer"),
    [
        ("xiaowang", P.SEE_HOUSEHOLDS, VILLAGE, True),
        ("xiaowang", P.SEE_HOUSEHOLDS, NEXT_VILLAGE, False),
        ("xiaochen", P.ACCEPT_CASE, NEXT_VILLAGE, True),
        ("xiaochen", P.ACCEPT_CASE, OTHER_COUNTY_VILLAGE, False),
        ("xiaochen", P.DECIDE_CASE, VILLAGE, False),
        ("laofang", P.DECIDE_CASE, VILLAGE, True),
        ("xiaowu", P.SEE_HOUSEHOLDS, VILLAGE, False),
    ],
)
def test_a_right_holds_inside_the_own_place(cast: Cast, who: str, act: P, village: str, answer: bool) -> None:
    assert may(getattr(cast, who), act, At(int(village))) is answer


def test_what_holds_for_an_area_is_seen_from_inside_it_and_not_decided_there(cast: Cast) -> None:
    around = Over(*PREFECTURE_RANGE)

    assert may(cast.xiaozhou, P.SEE_RULES, around)
    assert not may(cast.xiaozhou, P.APPROVE_RULES, around)


@pytest.mark.parametrize(("unit", "answer"), [("医保局", True), ("民政局", False)])
def test_a_liaison_acts_for_the_own_department_only(cast: Cast, unit: str, answer: bool) -> None:
    assert may(cast.xiaosun, P.ANSWER_COMPARISON, Over(*COUNTY_RANGE, unit=unit)) is answer


def test_every_relation_of_place_is_told_apart(cast: Cast) -> None:
    low, high = COUNTY_RANGE

    found = [
        relation_to(cast.xiaozhou, one)
        for one in (Over(low, high), At(int(VILLAGE)), Over(*PREFECTURE_RANGE), At(int(OTHER_COUNTY_VILLAGE)))
    ]

    assert found == [Relation.OWN, Relation.BELOW, Relation.ABOVE, Relation.BESIDE]


def test_a_right_that_the_role_has_not_got_is_never_a_question_of_place(cast: Cast) -> None:
    assert may(cast.xiaozhou, P.SEE_LEDGER) is False
    assert may(cast.xiaowu, P.SEE_LEDGER) is True
