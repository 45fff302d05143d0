"""What a page counts is counted in the index that holds it: its connection tells the planner that leaps are cheap."""

import psycopg
import pytest
from django.db import connection

from shouwang.conf.settings.database import FOR_PAGES

WIDE = """CREATE TEMPORARY TABLE clue AS
          SELECT 431003000000 + n % 400 AS place, DATE '2026-01-01' + n % 300 AS due_on, repeat('x', 40) AS owner, repeat('x', 50) AS said
          FROM generate_series(1, 40000) AS one(n);
          CREATE INDEX ON clue (place, due_on) INCLUDE (owner)"""
COUNTED = """EXPLAIN SELECT count(*), count(*) FILTER (WHERE due_on < '2026-06-01') FROM clue
             WHERE place >= 431003000000 AND place < 431004000000"""


@pytest.mark.parametrize(("options", "way"), [("", "Seq Scan"), (FOR_PAGES, "Index Only Scan")])
def test_a_countys_clues_are_counted_in_their_index(db: None, options: str, way: str) -> None:
    given = connection.get_connection_params()
    login = {name: given[name] for name in ("dbname", "user", "password", "host", "port")}

    with psycopg.connect(**login, options=options, autocommit=True) as session:
        session.execute(WIDE)
        session.execute("VACUUM ANALYZE clue")
        plan = "\n".join(row[0] for row in session.execute(COUNTED))

    assert way in plan
    assert "Gather" not in plan
