"""Decisions: which scored pair becomes a link (tier 3), which goes to a person, and what is kept as evidence."""

import math

import duckdb
import pyarrow as pa

from shouwang.engine.linking.agreement import FIELDS, evidence_sql
from shouwang.engine.linking.model import population

# A link needs this share of all belief among the candidates and "none of them"; two alike candidates share it.
ACCEPTED_FROM = 0.99
REVIEWED_FROM = 0.02
MOST_CANDIDATES = 3
# Inside the household of the card's owner one of some eight people is meant, not one of the whole register.
_HOUSEHOLD_SIZE = 8

# 95 % of the rows about households name the head; a third of the residents are heads. Nothing where no head is marked.
_HEAD = "CASE WHEN NOT (SELECT bool_or(is_head) FROM residents) THEN 0 WHEN is_head THEN 1.5 ELSE -3.8 END"

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


def weigh(con: duckdb.DuckDBPyConnection, residents: int, *, households: bool) -> None:
    """Table weighed: every scored pair with its share of belief (p), its household's share (hp) and its standing.

    Files about households name the head as a rule, so there a head weighs more than other members.
    """
    con.execute("""CREATE OR REPLACE TEMP TABLE standing AS
        SELECT s.*, l.standing, r.household_id, r.id_number IS NULL AS number_missing, r.is_head,
            h.household_id IS NOT NULL AS in_household, o.resident IS NOT NULL AS is_owner
        FROM scored s JOIN left_over l ON l.row = s.record JOIN residents r ON r.row = s.resident
        LEFT JOIN (SELECT DISTINCT record, household_id FROM hits) h
            ON h.record = s.record AND h.household_id = r.household_id
        LEFT JOIN hits o ON o.record = s.record AND o.resident = s.resident""")
    prior = math.log2(population(residents) / _HOUSEHOLD_SIZE)
    bonus = f"CASE WHEN standing = 'held' AND in_household THEN {prior} ELSE 0 END + {_HEAD if households else 0}"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE weighed AS
        WITH odds AS (SELECT *, pow(2, least(60, greatest(-60, weight + {bonus}))) AS odds FROM standing),
        sums AS (SELECT *, sum(odds) OVER (PARTITION BY record) AS all_odds,
            sum(odds) OVER (PARTITION BY record, household_id) AS household_odds FROM odds)
        SELECT * EXCLUDE (odds, all_odds, household_odds),
            round(odds / (1 + all_odds), 6) AS p, round(household_odds / (1 + all_odds), 6) AS hp FROM sums""")


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


def links_table(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Links of all rows of the file: row_no, resident_id, household_id, tier, score, evidence (JSON text).

    A link that is only sure of the household carries no resident_id.
    """
    note = "CASE WHEN note = '' THEN '' ELSE ',\"note\":\"' || note || '\"' END"
    return con.sql(f"""SELECT o.row_no, CASE WHEN t.note <> 'household' THEN r.resident_id END AS resident_id,
            r.household_id, t.tier::TINYINT AS tier, t.score::DOUBLE AS score,
            {evidence_sql("t.tier", note)} AS evidence
        FROM taken t JOIN rows_of o ON o.row = t.record JOIN residents r ON r.row = t.resident
        ORDER BY o.row_no""").to_arrow_table()


def review_table(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Candidates for a person to choose from: row_no, resident_id, household_id, score, reason (中文), evidence."""
    return con.sql(f"""SELECT o.row_no, r.resident_id, r.household_id, v.score::DOUBLE AS score, v.reason,
            {evidence_sql("3")} AS evidence
        FROM reviewed v JOIN rows_of o ON o.row = v.record JOIN residents r ON r.row = v.resident
        ORDER BY o.row_no, v.place""").to_arrow_table()


def unlinked_rows(con: duckdb.DuckDBPyConnection) -> pa.Array:
    """Row numbers that are neither linked nor in review."""
    found = con.sql("""SELECT row_no FROM rows_of WHERE row NOT IN (SELECT record FROM taken)
        AND row NOT IN (SELECT record FROM reviewed) ORDER BY row_no""").to_arrow_table()
    return found.column("row_no").combine_chunks()
