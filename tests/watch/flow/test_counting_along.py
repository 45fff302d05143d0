"""What waits in a county is counted along with every step that people take, and is what its lists show."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.running_counts import differences
from shouwang.register.procedure.models import Case, CaseCount
from shouwang.register.procedure.queries import days_to_decide, outcomes_by_month, waiting_by_level
from shouwang.register.staff.queries import SYSTEM
from shouwang.schedule.hourly.counts import gather_all_counts
from shouwang.stream.clues.actions import close_clue, dispatch_clues, reopen_clue, settle_clue, take_clues
from shouwang.stream.clues.models import Clue, ClueCount
from shouwang.stream.clues.queries import clues_by_month, confirmed_by_rule, days_to_close, waiting_clues, waiting_since
from shouwang.watch.flow.queries import stages
from shouwang.watch.integrity.queries import check_data
from tests.cast import AT, TODAY, Cast
from tests.stream.clues import telling
from tests.stream.determination.walking import Walk


def sound() -> bool:
    return differences(ClueCount) == differences(CaseCount) == 0


def a_days_work(cast: Cast) -> Walk:
    """A clue closed, one taken, one nobody looked at, an application, and a case on its way."""
    for home in ("H1", "H2", "H3"):
        telling.warned(household=home)
    first, second = Clue.objects.filter(household_id__in=["H1", "H2"]).order_by("household_id")
    dispatch_clues(clue_ids=[first.pk, second.pk], actor=cast.xiaochen, at=AT)
    take_clues(clue_ids=[first.pk, second.pk], actor=cast.xiaowang, at=AT)
    close_clue(clue_id=first.pk, closing=telling.NO_RISK, actor=cast.xiaowang, at=AT)
    telling.say(cast.xiaochen)
    return Walk(cast, "H2").papers()


def test_counts_go_along_with_everything_that_people_do(cast: Cast) -> None:
    assert sound()
    walk = a_days_work(cast)
    assert sound()
    walk.noticed()
    assert sound()

    assert Case.objects.count() == sum(row["count"] for row in waiting_by_level(SYSTEM, on=TODAY).values()) == 1


@pytest.mark.parametrize("name", ["xiaozhou", "laohe", "xiaochen", "xiaosun"])
def test_a_county_is_told_what_somebody_finds_who_counts_the_rows(cast: Cast, name: str) -> None:
    """One place less is no whole county any more: its rows are counted one by one."""
    a_days_work(cast)
    actor = getattr(cast, name)
    by_row = {"range_low": actor.range_low + 1}

    def order(one):
        return one.grade, one.is_application, one.due_on

    assert sorted(waiting_clues(actor), key=order) == sorted(waiting_clues(actor, **by_row), key=order)
    assert waiting_since(actor) == waiting_since(actor, **by_row)
    assert clues_by_month(actor, since=TODAY) == clues_by_month(actor, since=TODAY, **by_row)
    assert waiting_by_level(actor, on=telling.QUARTER_END) == waiting_by_level(actor, on=telling.QUARTER_END, **by_row)
    assert stages(actor, on=TODAY) == stages(actor, on=TODAY, **by_row)


@pytest.mark.parametrize("name", ["xiaozhou", "laohe", "xiaochen", "xiaosun"])
def test_what_ended_is_told_by_month_as_by_row(cast: Cast, name: str) -> None:
    a_days_work(cast)
    case = Walk(cast, "H1").decided().case
    assert sound()
    actor, month = getattr(cast, name), timezone.localdate(case.decided_at).replace(day=1)
    by_row = {"range_low": actor.range_low + 1}
    after = (month + timedelta(days=40)).replace(day=1)

    for since, until in ((date(2026, 1, 1), None), (month, after), (date(2026, 1, 1), date(2026, 2, 1)), (after, None)):
        assert days_to_decide(actor, since=since, until=until) == days_to_decide(
            actor, since=since, until=until, **by_row
        )
        assert days_to_close(actor, since=since, until=until) == days_to_close(
            actor, since=since, until=until, **by_row
        )
        assert outcomes_by_month(actor, since=since) == outcomes_by_month(actor, since=since, **by_row)
        assert confirmed_by_rule(actor, since=since) == confirmed_by_rule(actor, since=since, **by_row)
    told = days_to_decide(cast.xiaozhou, since=month, until=after)
    assert told[case.matter][0] == 1


def test_a_clue_that_is_opened_again_tells_of_the_rules_that_it_holds_in_the_end(cast: Cast) -> None:
    clue = telling.warned(household="H1")
    since = TODAY.replace(day=1)

    def confirmed() -> list[tuple[str, int, int]]:
        found = confirmed_by_rule(cast.xiaozhou, since=since)
        assert found == confirmed_by_rule(cast.xiaozhou, since=since, range_low=cast.xiaozhou.range_low + 1)
        return [(one.rule, one.settled, one.entered) for one in found]

    dispatch_clues(clue_ids=[clue.pk], actor=cast.xiaochen, at=AT)
    take_clues(clue_ids=[clue.pk], actor=cast.xiaowang, at=AT)
    close_clue(clue_id=clue.pk, closing=telling.NO_RISK, actor=cast.xiaowang, at=AT)
    assert confirmed() == [("illness", 1, 0)]
    reopen_clue(clue_id=clue.pk, actor=cast.xiaowang, at=AT)
    assert confirmed() == []
    telling.take_up(telling.screen(("H1", "illness", "yellow"), ("H1", "schooling", "yellow")))
    close_clue(clue_id=clue.pk, closing=telling.NO_RISK, actor=cast.xiaowang, at=AT)
    assert confirmed() == [("illness", 1, 0), ("schooling", 1, 0)]
    other = telling.warned(household="H2")
    settle_clue(clue_id=other.pk, case_number="431003-2026-000001", actor=cast.xiaochen, at=AT)
    assert confirmed() == [("illness", 2, 1), ("schooling", 1, 0)]
    assert sound()


def test_what_a_village_does_is_counted_in_the_county_of_which_it_sees_no_row(cast: Cast) -> None:
    own = cast.xiaowang.range_low, cast.xiaowang.range_high
    with rows_within(*own):
        telling.say(cast.xiaowang)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('shouwang.range_low'), current_setting('shouwang.range_high')")
            assert tuple(map(int, cursor.fetchone())) == own
        assert ClueCount.objects.count() == 0

    assert sum(one.count for one in waiting_clues(cast.xiaozhou)) == 1
    assert sound()


def test_every_hour_counts_are_made_short_and_nobody_notices(cast: Cast) -> None:
    a_days_work(cast)
    before = stages(cast.xiaozhou, on=TODAY)

    assert gather_all_counts() > 0
    assert stages(cast.xiaozhou, on=TODAY) == before
    assert gather_all_counts() == 0


def test_a_count_that_is_not_that_of_the_rows_is_named(cast: Cast) -> None:
    a_days_work(cast)
    CaseCount.objects.filter(what="waiting").delete()

    assert any("办理件的随动计数" in one.sentence for one in check_data().broken)
