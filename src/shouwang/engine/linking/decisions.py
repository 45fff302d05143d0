"""Decisions: which scored pair becomes a link (tier 3), which goes to a person, and what is kept as evidence."""

import math

import duckdb
import pyarrow as pa

from shouwang.engine.linking.agreement import FIELDS, evidence_sql
from shouwang.engine.linking.model import population
from shouwang.engine.linking.register import Ids

# A link needs this share of all belief among the candidates and "none of them"; two alike candidates share it.
ACCEPTED_FROM = 0.99
REVIEWED_FROM = 0.02
MOST_CANDIDATES = 3
# Inside the household of the card's owner one of some eight people is meant, not one of the whole register.
_HOUSEHOLD_SIZE = 8

# 95 % of the rows about households name the head; a third of the residents are heads. Nothing where no head is marked.
_HEAD = "CASE WHEN is_head THEN 1.5 ELSE -3.8 END"

# A model adds up what may be one cause (a family shares village, phone and surname), so a link also needs this:
_NAME_AGREES = """g_name >= 3 AND (g_birth >= 2 OR g_id >= 3 OR g_phone = 1 OR g_place >= 3)
    AND (g_birth <> 0 OR g_id >= 3) AND (g_birth <> 1 OR g_id >= 3 OR (g_name = 5 AND (g_place >= 3 OR g_phone = 1)))"""
_NAME_SLIPPED = "g_name = 2 AND ((g_birth >= 3 AND (g_place >= 3 OR g_phone = 1)) OR (g_id >= 3 AND g_birth <> 0))"
_SEX_AGREES = "(g_sex <> 0 OR g_birth >= 3 OR g_id >= 3)"
_AT_HOME = "(g_place >= 3 OR g_phone = 1)"
_OWN_RELATIVE = f"""in_household AND NOT is_owner AND g_sex <> 0 AND (
    (g_name >= 3 AND (g_birth >= 2 OR (g_birth = -1 AND {_AT_HOME}))) OR (g_name = 2 AND g_birth = 4 AND {_AT_HOME}))"""
_ELIGIBLE = f"""CASE standing WHEN 'held' THEN {_OWN_RELATIVE}
    ELSE (({_NAME_AGREES}) OR ({_NAME_SLIPPED})) AND {_SEX_AGREES} AND (standing = 'free' OR number_missing) END"""
_REASON = """CASE WHEN standing = 'held' AND is_owner THEN '证件号码是此人的，但姓名、出生日期对不上，疑为亲属证件'
    WHEN standing = 'held' AND in_household THEN '证件号码属于同户其他成员，疑为亲属证件'
    WHEN standing = 'held' THEN '证件号码属于他人'
    WHEN standing = 'foreign' AND NOT number_missing THEN '证件号码有效但与候选人的不同'
    WHEN runner_up > 0.05 THEN '有多名相近的候选人'
    ELSE '相符的信息不足' END"""
_RANKS = ", ".join(f"g_{field.name}" for field in FIELDS)


def weigh(con: duckdb.DuckDBPyConnection, residents: int, *, heads: bool) -> None:
    """Table weighed: scored pairs with their share of belief (p), their household's share (hp) and their standing.

    Files about households name the head as a rule, so there (heads) a head weighs more than other members. Pairs that
    no decision and no person would look at count in the sums and are left out after that.
    """
    prior = math.log2(population(residents) / _HOUSEHOLD_SIZE)
    bonus = f"CASE WHEN standing = 'held' AND in_household THEN {prior} ELSE 0 END + {_HEAD if heads else 0}"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE believed AS
        SELECT s.*, l.standing, h.household IS NOT NULL AS in_household,
            pow(2, least(60, greatest(-60, weight + {bonus}))) AS odds
        FROM scored s JOIN left_over l ON l.row = s.record LEFT JOIN (SELECT DISTINCT record, household FROM hits) h
            ON h.record = s.record AND h.household = s.household""")
    con.execute("DROP TABLE scored")
    con.execute("""CREATE OR REPLACE TEMP TABLE homes AS SELECT record, household, sum(odds) AS household_odds
        FROM believed GROUP BY ALL""")
    con.execute(f"""CREATE OR REPLACE TEMP TABLE weighed AS
        WITH sums AS (SELECT record, sum(household_odds) AS all_odds FROM homes GROUP BY record),
        shares AS (SELECT b.* EXCLUDE (odds), o.resident IS NOT NULL AS is_owner,
                round(odds / (1 + all_odds), 6) AS p, round(household_odds / (1 + all_odds), 6) AS hp
            FROM believed b JOIN sums USING (record)
            JOIN homes ON homes.record = b.record AND homes.household IS NOT DISTINCT FROM b.household
            LEFT JOIN hits o ON o.record = b.record AND o.resident = b.resident)
        FROM shares WHERE p >= {REVIEWED_FROM} OR hp >= {ACCEPTED_FROM} OR is_owner""")
    con.execute("DROP TABLE believed; DROP TABLE homes")


def accept_scored(con: duckdb.DuckDBPyConnection, *, households: bool) -> None:
    """Add to taken: tier 3, the best pair of a record where belief and agreement both suffice."""
    share = "hp" if households else "p"
    con.execute(f"""INSERT INTO taken SELECT record, resident, 3, {share},
            CASE WHEN standing = 'held' THEN 'relative_card'
            WHEN p < {ACCEPTED_FROM} THEN 'household' ELSE '' END, {_RANKS}
        FROM (SELECT *, row_number() OVER (PARTITION BY record ORDER BY {share} DESC, p DESC, resident) AS best
            FROM weighed)
        WHERE best = 1 AND {share} >= {ACCEPTED_FROM} AND {_ELIGIBLE}""")


def collect_review(con: duckdb.DuckDBPyConnection) -> None:
    """Table reviewed: candidates of records that are not taken and are worth a person's look, best first."""
    con.execute(f"""CREATE OR REPLACE TEMP TABLE reviewed AS
        WITH open AS (SELECT *, row_number() OVER by_belief AS rank, standing = 'held' AND is_owner AS owner_first
            FROM weighed WHERE (p >= {REVIEWED_FROM} OR is_owner) AND record NOT IN (SELECT record FROM taken)
            WINDOW by_belief AS (PARTITION BY record ORDER BY p DESC, resident)),
        placed AS (SELECT *, row_number() OVER (PARTITION BY record ORDER BY owner_first DESC, rank) AS place,
            coalesce(max(CASE WHEN rank = 2 THEN p END) OVER (PARTITION BY record), 0) AS runner_up FROM open)
        SELECT record, resident, p AS score, {_REASON} AS reason, place, {_RANKS} FROM placed
        WHERE place <= {MOST_CANDIDATES}""")


def links_table(con: duckdb.DuckDBPyConnection, ids: Ids) -> pa.Table:
    """Links of all rows of the file: row_no, resident_id, household_id, tier, score, evidence (JSON text).

    A link that is only sure of the household carries no resident_id.
    """
    note = "CASE WHEN note = '' THEN '' ELSE ',\"note\":\"' || note || '\"' END"
    found = con.sql(f"""SELECT o.row_no::BIGINT AS row_no, CASE WHEN t.note <> 'household' THEN r.row END AS resident, r.household,
            t.tier::TINYINT AS tier, t.score::DOUBLE AS score, {evidence_sql("t.tier", note)} AS evidence
        FROM taken t JOIN rows_of o ON o.row = t.record JOIN residents r ON r.row = t.resident
        ORDER BY o.row_no""").to_arrow_table()
    return _named(found, ids)


def review_table(con: duckdb.DuckDBPyConnection, ids: Ids) -> pa.Table:
    """Candidates for a person to choose from: row_no, resident_id, household_id, score, reason (中文), evidence."""
    found = con.sql(f"""SELECT o.row_no::BIGINT AS row_no, r.row AS resident, r.household, v.score::DOUBLE AS score, v.reason,
            {evidence_sql("3")} AS evidence
        FROM reviewed v JOIN rows_of o ON o.row = v.record JOIN residents r ON r.row = v.resident
        ORDER BY o.row_no, v.place""").to_arrow_table()
    return _named(found, ids)


def unlinked_rows(con: duckdb.DuckDBPyConnection) -> pa.Array:
    """Row numbers that are neither linked nor in review."""
    found = con.sql("""SELECT row_no::BIGINT AS row_no FROM rows_of WHERE row NOT IN (SELECT record FROM taken)
        AND row NOT IN (SELECT record FROM reviewed) ORDER BY row_no""").to_arrow_table()
    return found.column("row_no").combine_chunks()


def _named(found: pa.Table, ids: Ids) -> pa.Table:
    """The register's own ids in place of rows and numbers."""
    for at, (column, name, known) in enumerate(
        [("resident", "resident_id", ids.residents), ("household", "household_id", ids.households)], start=1
    ):
        found = found.set_column(at, name, known.take(found.column(column).combine_chunks()))
    return found
