"""The board counts who waits, per place; the inbox says what a post has to do; nobody else's is counted."""

from datetime import timedelta

from shouwang.stream.assistance.actions import reply_measure
from shouwang.stream.assistance.queries import plan_board, todo, waiting_households
from tests.cast import NEXT_VILLAGE, OTHER_COUNTY, TODAY, TOWNSHIP, VILLAGE
from tests.stream.assistance.telling import AT, approved, drafted, liaison, monitor, proposed, with_measure

LATER = TODAY + timedelta(days=11)


def counts(actor, codes, on=TODAY):
    return {row.code: row.counts for row in plan_board(actor, codes=codes, on=on)}


def kinds(actor, on=TODAY):
    return {one.kind: one.count for one in todo(actor, on=on)}


def test_villages_and_townships_are_counted_alike(cast):
    monitor("H1")
    monitor("H2")
    drafted(cast)

    villages = counts(cast.xiaochen, [VILLAGE, NEXT_VILLAGE])
    (township,) = counts(cast.xiaozhou, [TOWNSHIP]).values()

    assert (villages[VILLAGE]["no_plan"], villages[VILLAGE]["draft"]) == (0, 1)
    assert (villages[NEXT_VILLAGE]["monitored"], villages[NEXT_VILLAGE]["no_plan"]) == (1, 1)
    assert (township["monitored"], township["no_plan"], township["draft"]) == (2, 1, 1)


def test_a_place_outside_the_own_area_counts_nothing(cast):
    monitor("H3")

    assert counts(cast.xiaozhou, [OTHER_COUNTY])[OTHER_COUNTY]["monitored"] == 0
    assert counts(cast.xiaofeng, [OTHER_COUNTY])[OTHER_COUNTY]["monitored"] == 1


def test_a_post_without_the_permission_counts_nothing(cast):
    monitor("H1")

    assert not waiting_households(cast.xiaowu, "", on=TODAY).exists()
    assert kinds(cast.xiaowu) == {}


def test_what_is_overdue_is_counted_from_the_day_after(cast):
    _, measure = approved(cast)

    assert not waiting_households(cast.xiaochen, "overdue", on=measure.due_on).exists()
    assert waiting_households(cast.xiaochen, "overdue", on=measure.due_on + timedelta(days=1)).exists()


def test_everybody_is_told_what_waits_for_the_own_post(cast):
    monitor("H1")
    assert kinds(cast.laozhang) == {"plans_to_draft": 1}
    plan = drafted(cast)
    with_measure(cast, plan)
    proposed(cast, plan)

    assert kinds(cast.laoliu) == {"plans_to_approve": 1}
    assert kinds(cast.laozhang) == {}


def test_a_liaison_is_told_of_new_requests_until_they_are_answered(cast):
    _, measure = approved(cast)
    assert kinds(cast.xiaosun) == {"requests_new": 1}
    assert kinds(liaison("民政局")) == {}

    reply_measure(measure_id=measure.pk, words="本周办", actor=cast.xiaosun, at=AT)

    assert kinds(cast.xiaosun) == {}
    (late,) = todo(cast.xiaosun, on=LATER)
    assert (late.kind, late.overdue) == ("requests_due", 1)
