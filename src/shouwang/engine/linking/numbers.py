"""Tiers 1 and 2: people found by their identity number, as typed, repaired in form, or repaired in one digit.

A number alone never decides against the person it names: a hit whose name and birth date disagree is a relative's
card (亲属证件) and is held. 依据: DESIGN 5.
"""

import duckdb

from shouwang.engine.linking.agreement import FIELDS, NAME, edits_sql, ranks_sql

# Name and birth date together bear the number out. `better` says that another member of the owner's household bears
# the record's name more exactly than the owner does, or as exactly and the birth date too (siblings of one name).
# A number typed well stands alone where no name was delivered.
_BORNE_OUT = """(g_name >= 3 AND (NOT better OR g_birth >= 3))
    OR (g_name = 2 AND NOT better AND (g_birth >= 2 OR g_birth = -1))
    OR (g_name = 1 AND NOT better AND g_birth >= 3)
    OR (g_name = -1 AND (g_birth >= 2 OR (g_birth = -1 AND typed_well)))"""

_RANKS = ", ".join(f"g_{field.name}" for field in FIELDS)

# More people than this are sought in parts: a part's hash tables hold so much less.
PEOPLE_AT_A_TIME = 400_000

# Stretches of a number; whichever digit is wrong, and whichever two neighbours are swapped, one stretch stays whole.
STRETCHES = (
    "substr({0}.id_text, 1, 14)",
    "substr({0}.id_text, 7)",
    "substr({0}.id_text, 8)",
    "substr({0}.id_text, 1, 6) || substr({0}.id_text, 15)",
    "substr({0}.id_text, 1, 12) || right({0}.id_text, 3)",
)


def find_owners(con: duckdb.DuckDBPyConnection) -> None:
    """Table hits: every resident who bears a record's valid number, agreement ranks, and whether it is borne out."""
    numbers = con.execute("SELECT count(id_number) FROM people").fetchall()[0][0]
    parts = 1 + numbers // PEOPLE_AT_A_TIME
    for part in range(parts):
        con.execute(f"""CREATE OR REPLACE TEMP TABLE owners AS
            SELECT l.row AS record, r.row AS resident, r.household, l.typed_well, {ranks_sql()}
            FROM people l JOIN residents r ON l.id_number = r.id_number WHERE l.row % {parts} = {part}""")
        con.execute(f"""CREATE OR REPLACE TEMP TABLE namesakes AS
            SELECT o.record, o.resident, count(*) AS members FROM owners o JOIN people l ON l.row = o.record
            JOIN residents r ON r.household = o.household AND r.row <> o.resident
            WHERE o.g_name >= 0 AND {NAME.rank_sql()} >= greatest(3, o.g_name)
                AND ({NAME.rank_sql()} > o.g_name OR (o.g_birth < 2 AND l.birth_on = r.birth_on)) GROUP BY ALL""")
        con.execute(f"""{"INSERT INTO hits" if part else "CREATE OR REPLACE TEMP TABLE hits AS"}
            SELECT *, ({_BORNE_OUT}) AS borne_out FROM (
                SELECT o.*, n.members IS NOT NULL AS better
                FROM owners o LEFT JOIN namesakes n USING (record, resident))""")
    con.execute("DROP TABLE owners; DROP TABLE namesakes")


def accept_owners(con: duckdb.DuckDBPyConnection, *, households: bool) -> None:
    """Table taken: links of tiers 1 and 2; of several residents with one number the one that alone agrees best.

    When a household is wanted, a number and a name of two members of one household name that household, and so does a
    number with the surname and a phone of its household.
    """
    wanted = "borne_out OR better OR (g_name = 1 AND g_phone = 1)" if households else "borne_out"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE taken AS
        SELECT record, resident, CASE WHEN typed_well THEN 1 ELSE 2 END AS tier,
            CASE WHEN g_name >= 3 THEN 1.0 ELSE 0.995 END AS score,
            CASE WHEN borne_out THEN '' ELSE 'household' END AS note, {_RANKS}
        FROM (SELECT *, rank() OVER (PARTITION BY record ORDER BY g_name DESC, g_birth DESC, g_sex DESC) AS best,
                count(*) OVER (PARTITION BY record, g_name, g_birth, g_sex) AS equals
            FROM hits WHERE {wanted})
        WHERE best = 1 AND equals = 1""")


def repair_digits(con: duckdb.DuckDBPyConnection) -> None:
    """Add to taken: one digit wrong or two neighbours swapped, where exactly one resident's number lies that near.

    The name must agree and birth date, sex or village bear it out; a quite different birth date forbids it. One slip
    leaves at least one stretch of the number whole, so candidates are found by equality.
    """
    con.execute("""CREATE OR REPLACE TEMP TABLE wrong_numbers AS
        SELECT * FROM left_over WHERE id_number IS NULL AND length(id_text) = 18""")
    joins = " UNION ".join(
        f"""SELECT l.row AS record, r.row AS resident FROM wrong_numbers l JOIN residents r
            ON {stretch.format("l")} = {stretch.format("r")} WHERE r.id_number IS NOT NULL
            AND {edits_sql("l.id_text", "r.id_number", 1)}"""
        for stretch in STRETCHES
    )
    con.execute(f"""CREATE OR REPLACE TEMP TABLE repairs AS
        SELECT c.record, c.resident, count(*) OVER (PARTITION BY c.record) AS found, {ranks_sql()}
        FROM ({joins}) c JOIN wrong_numbers l ON l.row = c.record JOIN residents r ON r.row = c.resident""")
    con.execute(f"""INSERT INTO taken SELECT record, resident, 2, 0.999, 'digit', {_RANKS} FROM repairs
        WHERE found = 1 AND g_name >= 3 AND g_birth <> 0 AND (g_birth >= 2 OR g_sex = 1 OR g_place >= 3)""")
    con.execute("DROP TABLE wrong_numbers; DROP TABLE repairs")


def known_share(con: duckdb.DuckDBPyConnection) -> float:
    """The share of the file's people whom this register knows, judged by those with valid numbers; careful when few."""
    found, valid = con.execute(
        "SELECT (SELECT count(DISTINCT record) FROM hits), count(id_number) FROM people"
    ).fetchall()[0]
    return float(min(0.8, max(0.1, (found + 10) / (valid + 20))))
