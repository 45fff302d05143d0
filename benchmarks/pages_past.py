"""What ended before today in the area of the page benchmarks: a year of closed clues, three years of decided cases.

Figures over time walk over these. Clues are rows like any other; cases are written past the rules, and counted anew.
"""

from collections.abc import Callable

CLUE_YEARS, CASE_YEARS = 1, 3
CLOSED_ON = f"%(day)s::date - 1 - (c.id %% {365 * CLUE_YEARS})::int"
ENTERED = "c.id %% 5 = 0"
CLUE = {
    "id": "c.id + %(further)s",
    "state": "'closed'",
    "opened_on": f"{CLOSED_ON} - 3 - (c.id %% 23)::int",
    "due_on": CLOSED_ON,
    "escalates_on": CLOSED_ON,
    "closed_by": "'p1'",
    "closed_at": f"({CLOSED_ON})::timestamptz",
    "closed_level": "'township'",
    "closing_reason": f"CASE WHEN {ENTERED} THEN 'entered_determination' ELSE 'helped_otherwise' END",
    "case_number": f"CASE WHEN {ENTERED} THEN 'earlier' ELSE '' END",
    "rules": "ARRAY(SELECT DISTINCT rule FROM clues_source s WHERE s.clue_id = c.id AND s.kind = 'warning' ORDER BY rule)",
}
REASON = {"id": "c.id + %(further)s", "clue_id": "c.clue_id + %(further)s"}
DECIDED = f"""
UPDATE procedure_case SET state = 'closed', outcome = CASE WHEN id %% 5 = 0 THEN 'refused' ELSE 'included' END,
  decided_by = 'p1', decided_at = %(day)s::date - (1 + id %% {365 * CASE_YEARS}) * interval '1 day',
  opened_at = %(day)s::date - (8 + id %% {365 * CASE_YEARS} + id %% 41) * interval '1 day',
  next_step = '', next_act = '', next_level = '', due_on = NULL
WHERE matter = 'determination' AND number > %(last)s
"""
SIDE_DOOR = """
SET shouwang.range_low = 0; SET shouwang.range_high = 1000000000000; SET session_replication_role = replica;
{statement};
DELETE FROM procedure_count;
INSERT INTO procedure_count (place_number, what, part, day, rows) SELECT * FROM procedure_count_found();
SET session_replication_role = origin
"""
"""Cases are decided by people, step by step, which the database insists on; here it is told to look away."""


def closed_clues(run: Callable[..., None], day: str) -> None:
    """For each household with a clue an earlier one, closed within the last year, with the same reasons."""
    from shouwang.stream.clues.models import Clue, ClueSource

    given = {"day": day, "further": 10**9}
    for model, changed in ((Clue, CLUE), (ClueSource, REASON)):
        table, columns = model._meta.db_table, [field.column for field in model._meta.concrete_fields]
        chosen = ", ".join(changed.get(name, f"c.{name}") for name in columns)
        run(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM {table} c", given)


def decided_cases(run: Callable[..., None], day: str, last: str) -> None:
    """Determinations with a higher number than the last one under way were decided within the last three years."""
    run(SIDE_DOOR.format(statement=DECIDED), {"day": day, "last": last}, as_owner=True)
