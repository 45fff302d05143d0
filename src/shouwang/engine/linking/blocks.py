"""Blocks: which residents a record is compared with at all, and what the register says about rarity."""

from dataclasses import dataclass

import duckdb

from shouwang.engine.linking.agreement import RARITIES
from shouwang.engine.linking.everyone import Everyone
from shouwang.engine.linking.model import population
from shouwang.engine.linking.numbers import STRETCHES

# A phone of more people than this is a collector's or a village office's, not a household's.
MOST_PEOPLE_ON_A_PHONE = 15
# A birth date of more than this share of the register stands for "unknown", such as 1900-01-01.
MOST_BORN_ON_ONE_DAY = 0.002
# A "village" that holds more than this share is no village; pairs are not sought by place alone.
LARGEST_VILLAGE = 0.05
# By its sound alone a name is only sought when this few people bear it.
MOST_OF_A_RARE_SOUND = 5


@dataclass(frozen=True)
class Block:
    """Pairs to compare: records and residents of whom these columns (or expressions over {0}) are equal, in order."""

    record: tuple[str, ...]
    resident: tuple[str, ...]
    when: str = "true"

    def join_sql(self) -> str:
        """The condition over l and r."""
        both = zip(self.record, self.resident, strict=True)
        return " AND ".join([*(f"{side('l', one)} = {side('r', other)}" for one, other in both), self.when])


def same(*columns: str, when: str = "true") -> Block:
    """A block of what both sides call by one name."""
    return Block(columns, columns, when)


def side(name: str, column: str) -> str:
    """A column, or an expression over {0}, of one side of a comparison."""
    return column.format(name) if "{0}" in column else f"{name}.{column}"


_YEAR, _MONTH, _DAY = "year({0}.birth_on)", "month({0}.birth_on)", "day({0}.birth_on)"
# small_place, birth_block and rare_sound are the record's own, null where too common to be sought by.
ALIKE = (
    same("place_code", "sound"),
    same("place_code", "shape"),
    same("place_code", "heard"),
    Block(("small_place", "birth_block"), ("place_code", "birth_on")),
    Block(("small_place", "surname", _YEAR), ("place_code", "surname", _YEAR)),
    same("village", "sound", when="l.place_code IS NULL"),
    Block(("birth_block", "surname"), ("birth_on", "surname")),
    Block(("birth_block", "shape"), ("birth_on", "shape")),
    same("sound", _YEAR),
    same("sound", _MONTH, _DAY),
    same("phone", "surname"),
    Block(("phone", "surname"), ("household_phone", "surname")),
    same("phone", "birth_on"),
    Block(("phone", "birth_on"), ("household_phone", "birth_on")),
    Block(("rare_sound",), ("sound",), when="l.birth_on IS NULL AND l.place_code IS NULL AND l.phone IS NULL"),
)
BLOCKS = (*ALIKE, *(same(stretch, "surname") for stretch in STRETCHES))


def measure_rarity(con: duckdb.DuckDBPyConnection, residents: int) -> None:
    """Tables tf_*: how common names, sounds and villages are in this register, for the model's weights."""
    people = population(residents)
    for column in RARITIES:
        con.execute(f"""CREATE OR REPLACE TEMP TABLE tf_{column} AS
            SELECT {column}, count(*) / {people}.0 AS tf_{column}
            FROM everyone WHERE {column} IS NOT NULL GROUP BY {column}""")


def mark_common_values(con: duckdb.DuckDBPyConnection, everyone: Everyone, residents: int) -> None:
    """Tables of days, places and sounds that are too common to be sought by alone; a phone of too many is forgotten."""
    people = population(residents)
    busy = con.sql(f"""SELECT phone FROM (
            SELECT phone FROM everyone
            UNION ALL SELECT household_phone FROM everyone WHERE phone IS DISTINCT FROM household_phone)
        WHERE phone IS NOT NULL GROUP BY phone HAVING count(*) > {MOST_PEOPLE_ON_A_PHONE}""")
    phones = busy.to_arrow_table().column("phone").combine_chunks()
    for phone in ("phone", "household_phone"):
        everyone.forget(phone, phones)
    _common_values(con, "busy_days", "birth_on", MOST_BORN_ON_ONE_DAY * people)
    _common_values(con, "wide_places", "place_code", LARGEST_VILLAGE * people)
    _common_values(con, "common_sounds", "sound", MOST_OF_A_RARE_SOUND)


def set_aside(con: duckdb.DuckDBPyConnection) -> None:
    """Table left_over: the people not taken yet; a place they do not name comes from spellings the linked ones use.

    At least three people must agree on the village of a spelling, and four fifths of those linked under it.
    left_over.standing says what the record's own number allows: 'free' (none, or broken), 'foreign' (valid, of nobody
    here) or 'held' (of somebody whose name and birth date disagree).
    """
    con.execute("""CREATE OR REPLACE TEMP TABLE spellings AS
        SELECT place_text, arg_max(place_code, (times, place_code)) AS place_code FROM (
            SELECT l.place_text, r.place_code, count(*) AS times FROM taken t
            JOIN people l ON l.row = t.record JOIN residents r ON r.row = t.resident
            WHERE l.place_text IS NOT NULL AND l.place_code IS NULL AND r.place_code IS NOT NULL GROUP BY ALL)
        GROUP BY place_text HAVING max(times) >= 3 AND max(times) >= 0.8 * sum(times)""")
    rarities = " ".join(f"LEFT JOIN tf_{column} USING ({column})" for column in RARITIES)
    con.execute(f"""CREATE OR REPLACE TEMP TABLE left_over AS
        SELECT *, CASE WHEN birth_on NOT IN (FROM busy_days) THEN birth_on END AS birth_block,
            CASE WHEN place_code NOT IN (FROM wide_places) THEN place_code END AS small_place,
            CASE WHEN sound NOT IN (FROM common_sounds) THEN sound END AS rare_sound
        FROM (SELECT p.* REPLACE (coalesce(p.place_code, s.place_code) AS place_code),
                CASE WHEN p.id_number IS NULL THEN 'free' WHEN p.row IN (SELECT record FROM hits) THEN 'held'
                    ELSE 'foreign' END AS standing
            FROM people p LEFT JOIN spellings s USING (place_text) WHERE p.row NOT IN (SELECT record FROM taken))
        {rarities}""")


def find_candidates(con: duckdb.DuckDBPyConnection) -> None:
    """Table pairs: the records still left over, and whom they are compared with."""
    con.execute("DELETE FROM left_over WHERE row IN (SELECT record FROM taken)")
    pair = "SELECT l.row AS record, r.row AS resident FROM left_over l JOIN residents r ON"
    found = [f"{pair} {block.join_sql()}" for block in BLOCKS]
    found.append("""SELECT h.record, r.row AS resident FROM hits h JOIN residents r USING (household)
        WHERE h.record NOT IN (SELECT record FROM taken)""")
    con.execute(f"CREATE OR REPLACE TEMP TABLE pairs AS {' UNION '.join(found)}")


def _common_values(con: duckdb.DuckDBPyConnection, table: str, column: str, most: float) -> None:
    con.execute(f"""CREATE OR REPLACE TEMP TABLE {table} AS SELECT {column} FROM everyone
        WHERE {column} IS NOT NULL GROUP BY {column} HAVING count(*) > {most}""")
