"""Every table that speaks of a household or of its village is bound to the place range by the database itself.

A new table with `place_number` or `household_id`, or with a foreign key to such a table, is protected with one line in
its migration (see kernel/row_security.py): `operations = [..., protect("your_table")]`.
"""

import pytest

EXCEPTIONS: dict[str, str] = {}
"""Table → why it needs no policy. Empty, and meant to stay so."""

SPEAKING = """
SELECT DISTINCT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attname IN ('place_number', 'household_id') AND c.relkind IN ('r', 'p') AND a.attnum > 0
  AND NOT a.attisdropped AND c.relnamespace = 'public'::regnamespace
"""
BELOW = """
SELECT DISTINCT f.conrelid::regclass::text FROM pg_constraint f WHERE f.contype = 'f' AND f.confrelid::regclass::text = ANY(%s)
"""
PROTECTED = """
SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid
WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.polname = 'place_range'
"""
OPEN_POLICIES = """
SELECT polrelid::regclass::text FROM pg_policy, LATERAL (SELECT CASE WHEN polrelid::regclass::text IN ('feeds_delivery')
    THEN '%%shouwang.area_low%%' ELSE '%%shouwang.range_low%%' END AS wanted) own
WHERE pg_get_expr(polqual, polrelid) NOT LIKE wanted OR pg_get_expr(polwithcheck, polrelid) NOT LIKE wanted
   OR NOT polpermissive
"""
"""Every policy goes by the range of people but those of tables that tell of nobody: these go by the area of the duty."""
POWERS = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'shouwang_app'"
OWNED = "SELECT count(*) FROM pg_class WHERE relowner = 'shouwang_app'::regrole"
VIEWS = """
SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
  AND NOT coalesce(reloptions, '{}') @> ARRAY['security_invoker=true']
"""
DEFINERS = """
SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace
  AND NOT (prorettype = 'trigger'::regtype AND proconfig @> ARRAY['search_path=public, pg_temp'])
"""
"""A trigger cannot be called, only set off by a row that its own policy has let in."""


@pytest.fixture
def ask(db):
    """The first column of a query on the catalogue."""
    from django.db import connection

    def first_column(query, *values):
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return {row[0] for row in cursor.fetchall()}

    return first_column


def test_every_table_that_speaks_of_a_household_is_protected(ask):
    open_tables = ask(SPEAKING) - ask(PROTECTED) - set(EXCEPTIONS)

    assert not open_tables, f'put protect("…") into a migration for: {sorted(open_tables)}'


def test_what_hangs_below_a_protected_table_is_protected_too(ask):
    """A record, a paper or a measure is as personal as the household that it belongs to."""
    below = ask(BELOW, sorted(ask(PROTECTED))) - ask(PROTECTED) - set(EXCEPTIONS)

    assert not below, f'put protect("…", through="…", parent="…", key="…") into a migration for: {sorted(below)}'


def test_every_policy_asks_for_the_range_when_reading_and_when_writing(ask):
    assert ask(OPEN_POLICIES) == set()


def test_the_run_time_role_owns_nothing_and_has_no_powers(db):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(POWERS)
        powers = cursor.fetchone()
        cursor.execute(OWNED)
        owned = cursor.fetchone()

    assert powers == (False, False, False, False)
    assert owned == (0,)


def test_no_view_and_no_function_of_the_owner_opens_a_back_door(ask):
    assert ask(VIEWS) == set()
    assert ask(DEFINERS) == set()


def test_the_tables_known_today_are_among_the_protected(ask):
    known = {"households_household", "households_resident", "households_income", "linkage_review", "screening_warning"}

    assert known <= ask(PROTECTED)
