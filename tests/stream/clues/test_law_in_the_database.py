"""What the database itself refuses, whatever writes to it: a lost application, a changed reason, two clues at once."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.stream.clues.actions import close_clue, merge_clues
from tests.cast import AT
from tests.stream.clues.telling import ANSWER, HELPED, NO_RISK, say, warned


def refused(sql, *given):
    with pytest.raises((DatabaseError, IntegrityError)) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, given)
    return str(caught.value)


CLOSED = "state = 'closed', closed_by = 'x', closed_at = now()"


@pytest.mark.parametrize(
    "change",
    [
        f"{CLOSED}, closed_level = 'village', closing_reason = 'checked_no_risk'",
        (
            f"{CLOSED}, closed_level = 'village', closing_reason = 'helped_otherwise', closing_sentence = 's',"
            " answered_to = 'a', answered_on = current_date, answer_remedy = 'r'"
        ),
        (
            f"{CLOSED}, closed_level = 'system', closing_reason = 'helped_otherwise', closing_sentence = 's',"
            " answered_to = 'a', answered_on = current_date, answer_remedy = 'r'"
        ),
        f"{CLOSED}, closed_level = 'county', closing_reason = 'helped_otherwise', closing_sentence = 's'",
        (
            f"{CLOSED}, closed_level = 'county', closing_reason = 'helped_otherwise', closing_sentence = '',"
            " answered_to = 'a', answered_on = current_date, answer_remedy = 'r'"
        ),
        f"{CLOSED}, closed_level = 'county', closing_reason = 'entered_determination'",
        f"{CLOSED}, closed_level = 'county', closing_reason = 'duplicate'",
        f"{CLOSED}, closed_level = 'county', closing_reason = 'duplicate', carried_by_id = id",
        "is_application = false",
        "owner_level = 'village'",
        "due_on = NULL",
        "owner_level = NULL",
        "state = 'closed'",
        "closed_by = 'x'",
        "case_number = 'D-1'",
        "no_risk_until = current_date",
        "dispatched_by = 'x'",
        "taken_at = now()",
        "due_on = opened_on - 1",
    ],
)
def test_an_open_application_cannot_be_made_to_vanish(cast, change):
    clue = say(cast.xiaowang, household_id="H1")

    refused(f"UPDATE clues_clue SET {change} WHERE id = %s", clue.pk)


@pytest.mark.parametrize("table", ["clues_clue", "clues_source", "clues_event"])
def test_nothing_is_deleted(cast, table):
    say(cast.xiaowang)

    assert "permission denied" in refused(f"DELETE FROM {table}")
    assert "permission denied" in refused(f"TRUNCATE {table} CASCADE")
    with rows_within(*EVERYWHERE, role="none"):
        assert "append-only" in refused(f"DELETE FROM {table}")


@pytest.mark.parametrize("change", ["clues_source SET told_name = 'x'", "clues_event SET act = 'closed'"])
def test_reasons_and_history_stay_as_they_are(cast, change):
    say(cast.xiaowang)

    assert "permission denied" in refused(f"UPDATE {change}")
    with rows_within(*EVERYWHERE, role="none"):
        assert "append-only" in refused(f"UPDATE {change}")


def test_a_household_has_one_open_clue(cast):
    warned()

    assert "clue_one_open_per_household" in refused(
        "INSERT INTO clues_clue (household_id, place_number, channel, grade, severity, state, owner_level, opened_on,"
        " due_on, escalates_on, reported_by, reported_at) SELECT household_id, place_number, channel, grade, severity,"
        " state, owner_level, opened_on, due_on, escalates_on, reported_by, reported_at FROM clues_clue"
    )


def test_an_application_is_not_carried_by_what_is_none_or_closed(cast):
    applied, warned_only = say(cast.xiaowang), warned("red")
    change = (
        f"UPDATE clues_clue SET {CLOSED}, closed_level = 'county', closing_reason = 'duplicate', carried_by_id = %s"
    )

    assert "not carried on" in refused(f"{change} WHERE id = %s", warned_only.pk, applied.pk)
    other = say(cast.xiaowang, name="另一人")
    close_clue(clue_id=other.pk, closing=HELPED, answer=ANSWER, actor=cast.xiaochen, at=AT)
    assert "not carried on" in refused(f"{change} WHERE id = %s", other.pk, applied.pk)


def test_an_application_is_not_written_to_a_clue_that_does_not_say_so(cast):
    clue = warned()

    assert "does not say so" in refused(
        "INSERT INTO clues_source (clue_id, kind, channel, noted_on, reported_by, reported_at, told_name)"
        " VALUES (%s, 'application', 'paper_form', current_date, 'x', now(), '王')",
        clue.pk,
    )


def test_the_one_that_carries_cannot_be_closed_lightly(cast):
    carried, carrier = say(cast.xiaowang), warned()
    merge_clues(clue_id=carried.pk, into_id=carrier.pk, actor=cast.xiaochen, at=AT)

    refused(
        f"UPDATE clues_clue SET {CLOSED}, closed_level = 'village', closing_reason = 'checked_no_risk' WHERE id = %s",
        carrier.pk,
    )


def test_a_closed_clue_does_not_lose_its_reason(cast):
    clue = warned()
    close_clue(clue_id=clue.pk, closing=NO_RISK, actor=cast.xiaowang, at=AT)

    for change in ("closing_reason = ''", "closed_by = ''", "closed_at = NULL", "closing_reason = 'data_error'"):
        refused(f"UPDATE clues_clue SET {change} WHERE id = %s", clue.pk)
