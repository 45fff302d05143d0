"""What the database itself refuses, by raw SQL: no code stands between it and the rule."""

import pytest
from django.db import DatabaseError, connection, transaction

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.stream.assistance.actions import deliver_measure, give_feedback
from tests.cast import AT, TODAY
from tests.stream.assistance.telling import PHOTO, approved, drafted, monitor, with_measure


def refused(statement, *values):
    """The name of what refused a statement."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return str(error.value)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("decided_by = drafted_by", "plan_second_person"),
        ("decided_by = proposed_by", "plan_second_person"),
        ("decision_reason = ''", "plan_approved_by_somebody"),
        ("decided_at = NULL", "plan_approved_by_somebody"),
        ("agreed_on = NULL, agreed_how = ''", "plan_approved_by_somebody"),
        ("agreed_how = ''", "plan_agreed_when_and_how"),
        ("contact_name = ''", "plan_has_contact"),
        ("version = 0", "plan_version_counted"),
        ("place_number = 1", "plan_place_12_digits"),
        ("state = 'closed'", "plan_closed_with_reason"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_refused(cast, change, constraint):
    plan, _ = approved(cast)

    assert constraint in refused(f"UPDATE assistance_plan SET {change} WHERE id = %s", plan.pk)


def test_a_plan_is_not_proposed_before_the_household_agreed(cast):
    monitor()
    plan = drafted(cast)

    said = refused(
        "UPDATE assistance_plan SET state = 'proposed', proposed_by = 'laozhang', proposed_at = now() WHERE id = %s",
        plan.pk,
    )

    assert "plan_proposed_after_agreement" in said


def test_a_household_has_one_open_plan(cast):
    plan, _ = approved(cast)

    said = refused(
        "INSERT INTO assistance_plan (household_id, place_number, masked_name, version, state, green_channel, goals_cipher,"
        " contact_name, contact_phone_cipher, drafted_by, drafted_at, agreed_how, proposed_by, decided_by, decision_reason,"
        " closed_by, closed_reason) SELECT household_id, place_number, masked_name, 1, 'draft', false, goals_cipher,"
        " contact_name, contact_phone_cipher, 'x', now(), '', '', '', '', '', '' FROM assistance_plan WHERE id = %s",
        plan.pk,
    )

    assert "plan_one_open" in said


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("unit = '', person = ''", "measure_somebody_responsible"),
        ("due_on = planned_on - 1", "measure_due_after_planned"),
        ("ground = ''", "measure_titled_and_grounded"),
        ("title = ''", "measure_titled_and_grounded"),
        ("ground = 'fits'", "measure_fits_only_when_it_does"),
        ("state = 'delivered', delivered_on = planned_on", "measure_delivered_with_proof"),
        ("state = 'delivered', no_file_reason = '口头'", "measure_delivered_with_proof"),
        ("state = 'undelivered'", "measure_undelivered_with_reason"),
        ("ended_on = planned_on", "measure_ended_after_delivery"),
        ("withdrawn_at = now()", "measure_withdrawn_before_delivery"),
        ("amount_planned = -1", "measure_amount_not_negative"),
    ],
)
def test_a_measure_that_breaks_a_rule_is_refused(cast, change, constraint):
    monitor()
    measure = with_measure(cast, drafted(cast))

    assert constraint in refused(f"UPDATE assistance_measure SET {change} WHERE id = %s", measure.pk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assistance_feedback SET word = 'satisfied'",
        "DELETE FROM assistance_feedback",
        "DELETE FROM assistance_measure",
        "DELETE FROM assistance_plan",
    ],
)
def test_what_was_said_and_done_stays(cast, statement):
    _, measure = approved(cast)
    give_feedback(measure_id=measure.pk, words="看过病了", happened_on=TODAY, actor=cast.xiaowang, at=AT)

    assert "permission denied" in refused(statement)
    with rows_within(*EVERYWHERE, role="none"):
        assert "keeps what was said and done" in refused(statement)


def test_the_same_delivery_enters_the_register_once(cast):
    _, measure = approved(cast)
    deliver_measure(measure_id=measure.pk, delivered_on=TODAY, content=PHOTO, actor=cast.xiaowang, at=AT)

    said = refused(
        "INSERT INTO households_measure (household_id, kind, origin) VALUES ('H1', 'health', %s)",
        f"measure:{measure.pk}",
    )

    assert "origin" in said
