"""Rows that stay as they are: the run-time role has not even got the right to try to change them.

A new table whose rows are never changed says so in its migration: `operations = [..., may_only("your_table")]`.
"""

import pytest
from django.db import ProgrammingError, connection, transaction

ROLE = "shouwang_app"
CHANGEABLE = {
    "papers_posting": {"taken_down_at", "taken_down_by", "taken_down_for", "taken_down_note"},
    "papers_posted_case": {"stands"},
    "papers_paper": {"superseded_by_id"},
    "papers_counter": {"last"},
    "clearance_contact": {"until_on"},
    "clearance_round_row": {"state", "done_by", "done_at", "effect", "effect_cipher", "effect_by", "effect_at"},
}
"""Table → the columns that the run-time role may change, reviewed."""
NOTHING_CHANGES = (
    "procedure_case",
    "procedure_record",
    "procedure_evidence",
    "papers_template",
    "clues_source",
    "clues_event",
    "assistance_feedback",
    "visits_visit",
    "clearance_confirmation",
    "clearance_follow_up",
    "clearance_round",
    "determination_snapshot",
    "ledger_entry",
    "ledger_seal",
    "ledger_key_record",
)
COLUMNS = """
SELECT a.attname FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND has_column_privilege(%s, a.attrelid, a.attnum, 'UPDATE')
"""
GUARDED = """
SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgtype & 2 = 2 AND t.tgtype & 8 = 8 AND c.relname NOT LIKE 'procrastinate%%'
"""
"""Tables with a trigger before a deletion: each of them refuses it."""
FREE = "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND has_table_privilege(%s, oid, %s)"
OWN_TRIGGER = """
CREATE TEMP TABLE mine (id int);
CREATE FUNCTION pg_temp.move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE procedure_case SET state = 'closed', outcome = 'included'; RETURN NEW; END $$;
CREATE TRIGGER move BEFORE INSERT ON mine FOR EACH ROW EXECUTE FUNCTION pg_temp.move();
"""


def _rows(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.parametrize("table", [*NOTHING_CHANGES, *CHANGEABLE])
def test_the_run_time_role_changes_the_reviewed_columns_alone(db, table):
    assert _rows(COLUMNS, table, ROLE) == CHANGEABLE.get(table, set())


@pytest.mark.parametrize("right", ["DELETE", "TRUNCATE"])
def test_what_a_trigger_keeps_may_not_be_deleted_by_right_either(db, right):
    guarded = _rows(GUARDED)

    assert {"procedure_case", "clues_clue", "papers_paper", "ledger_entry"} <= guarded
    assert _rows(FREE, sorted({*guarded, *NOTHING_CHANGES, *CHANGEABLE}), ROLE, right) == set()


def test_a_trigger_of_ones_own_cannot_move_a_case(cast):
    """Inside a trigger the law lets a change of a case pass; whoever brings a trigger along is refused by right."""
    from shouwang.stream.determination.actions import open_case
    from tests.cast import AT

    case = open_case(household_id="H1", actor=cast.xiaochen, at=AT)
    with connection.cursor() as cursor:
        cursor.execute(OWN_TRIGGER)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute("INSERT INTO mine VALUES (1)")

    case.refresh_from_db()
    assert (case.state, case.outcome) == ("open", "")


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "SELECT 1 FROM {} FOR UPDATE"])
@pytest.mark.parametrize("table", NOTHING_CHANGES)
def test_raw_sql_under_the_run_time_role_is_refused(db, table, statement):
    column = {"ledger_seal": "number", "ledger_key_record": "key_id"}.get(table, "id")
    with (
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        cursor.execute(statement.format(table).replace("id = id", f"{column} = {column}"))
