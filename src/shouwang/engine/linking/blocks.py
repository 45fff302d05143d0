"""Blocks: which residents a record is compared with at all, and what the register says about rarity."""

import duckdb

from shouwang.engine.linking.agreement import RARITIES
from shouwang.engine.linking.model import SHARED_COLUMNS, population
from shouwang.engine.linking.numbers import STRETCHES

# A phone of more people than this is a collector's or a village office's, not a household's.
MOST_PEOPLE_ON_A_PHONE = 15
# A birth date of more than this share of the register stands for "unknown", such as 1900-01-01.
MOST_BORN_ON_ONE_DAY = 0.002
# A "village" that holds more than this share is no village; pairs are not sought by place alone.
LARGEST_VILLAGE = 0.05
# By its sound alone a name is only sought when this few people bear it.
MOST_OF_A_RARE_SOUND = 5

_YEAR = "year(l.birth_on) = year(r.birth_on)"
_BLOCKS = (
    "l.place_code = r.place_code AND l.sound = r.sound",
    "l.place_code = r.place_code AND l.shape = r.shape",
    "l.place_code = r.place_code AND l.heard = r.heard",
    "l.place_code = r.small_place AND l.birth_on = r.birth_block",
    "l.place_code = r.small_place AND l.surname = r.surname AND {year}",
    "l.village = r.village AND l.sound = r.sound AND l.place_code IS NULL",
    "l.birth_on = r.birth_block AND l.surname = r.surname",
    "l.birth_on = r.birth_block AND l.shape = r.shape",
    "l.sound = r.sound AND {year}",
    "l.sound = r.sound AND month(l.birth_on) = month(r.birth_on) AND day(l.birth_on) = day(r.birth_on)",
    "l.phone = r.phone AND l.surname = r.surname",
    "l.phone = r.household_phone AND l.surname = r.surname",
    "l.phone = r.phone AND l.birth_on = r.birth_on",
    "l.phone = r.household_phone AND l.birth_on = r.birth_on",
    "l.sound = r.rare_sound AND l.birth_on IS NULL AND l.place_code IS NULL AND l.phone IS NULL",
    *(f"{stretch.format('l')} = {stretch.format('r')} AND l.surname = r.surname" for stretch in STRETCHES),
)


def measure_rarity(con: duckdb.DuckDBPyConnection, residents: int) -> None:
    """Tables tf_*: how common names, sounds and villages are in this register, for the model's weights."""
    people = population(residents)
    for column in RARITIES:
        con.execute(f"""CREATE OR REPLACE TEMP TABLE tf_{column} AS
            SELECT {column}, count(*) / {people}.0 AS tf_{column}
            FROM residents WHERE {column} IS NOT NULL GROUP BY {column}""")


def mark_common_values(con: duckdb.DuckDBPyConnection, residents: int) -> None:
    """Make residents of raw_residents, small_place, birth_block and rare_sound null where too common."""
    people = population(residents)
    con.execute(f"""CREATE OR REPLACE TEMP TABLE busy_phones AS SELECT phone FROM (
            SELECT phone FROM raw_residents
            UNION ALL SELECT household_phone FROM raw_residents WHERE phone IS DISTINCT FROM household_phone)
        WHERE phone IS NOT NULL GROUP BY phone HAVING count(*) > {MOST_PEOPLE_ON_A_PHONE}""")
    _common_values(con, "busy_days", "birth_on", MOST_BORN_ON_ONE_DAY * people)
    _common_values(con, "wide_places", "place_code", LARGEST_VILLAGE * people)
    _common_values(con, "common_sounds", "sound", MOST_OF_A_RARE_SOUND)
    con.execute("""CREATE OR REPLACE TEMP TABLE residents AS
        SELECT * EXCLUDE (phone, household_phone),
            CASE WHEN phone NOT IN (FROM busy_phones) THEN phone END AS phone,
            CASE WHEN household_phone NOT IN (FROM busy_phones) THEN household_phone END AS household_phone,
            CASE WHEN birth_on NOT IN (FROM busy_days) THEN birth_on END AS birth_block,
            CASE WHEN place_code NOT IN (FROM wide_places) THEN place_code END AS small_place,
            CASE WHEN sound NOT IN (FROM common_sounds) THEN sound END AS rare_sound
        FROM raw_residents""")


def learn_places(con: duckdb.DuckDBPyConnection) -> None:
    """Fill people's missing place_code from the spellings that records already linked use for one village.

    At least three people must agree, and four fifths of those linked under that spelling.
    """
    con.execute("""CREATE OR REPLACE TEMP TABLE spellings AS
        SELECT place_text, arg_max(place_code, (times, place_code)) AS place_code FROM (
            SELECT l.place_text, r.place_code, count(*) AS times FROM taken t
            JOIN people l ON l.row = t.record JOIN residents r ON r.row = t.resident
            WHERE l.place_text IS NOT NULL AND l.place_code IS NULL AND r.place_code IS NOT NULL GROUP BY ALL)
        GROUP BY place_text HAVING max(times) >= 3 AND max(times) >= 0.8 * sum(times)""")
    con.execute("""UPDATE people SET place_code = spellings.place_code FROM spellings
        WHERE people.place_text = spellings.place_text AND people.place_code IS NULL""")


def find_candidates(con: duckdb.DuckDBPyConnection) -> int:
    """Tables left_over, pairs, candidates_l and candidates_r for the records not taken yet; the number of pairs.

    left_over.standing says what the record's own number allows: 'free' (none, or broken), 'foreign' (valid, of nobody
    here) or 'held' (of somebody whose name and birth date disagree).
    """
    con.execute("""CREATE OR REPLACE TEMP TABLE left_over AS SELECT p.*, CASE WHEN p.id_number IS NULL THEN 'free'
        WHEN p.row IN (SELECT record FROM hits) THEN 'held' ELSE 'foreign' END AS standing
        FROM people p WHERE p.row NOT IN (SELECT record FROM taken)""")
    pair = "SELECT l.row AS record, r.row AS resident FROM left_over l JOIN residents r ON"
    found = [f"{pair} {block.format(year=_YEAR)}" for block in _BLOCKS]
    found.append("""SELECT h.record, r.row AS resident FROM hits h JOIN residents r USING (household_id)
        WHERE h.record NOT IN (SELECT record FROM taken)""")
    con.execute(f"CREATE OR REPLACE TEMP TABLE pairs AS {' UNION '.join(found)}")
    compared = ", ".join(SHARED_COLUMNS)
    for side, source, key in (("l", "left_over", "record"), ("r", "residents", "resident")):
        con.execute(f"""CREATE OR REPLACE TEMP TABLE candidates_{side} AS SELECT row AS unique_id, {compared}
            FROM {source} WHERE row IN (SELECT {key} FROM pairs)""")
    return int(con.execute("SELECT count(*) FROM pairs").fetchall()[0][0])


def _common_values(con: duckdb.DuckDBPyConnection, table: str, column: str, most: float) -> None:
    con.execute(f"""CREATE OR REPLACE TEMP TABLE {table} AS SELECT {column} FROM raw_residents
        WHERE {column} IS NOT NULL GROUP BY {column} HAVING count(*) > {most}""")
