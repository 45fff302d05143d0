"""Names in Latin letters (拉丁字母姓名): how foreign people of a register are compared, such as spouses from over the border.

Their names have letters that are dropped, doubled or heard otherwise, given name and surname change places, and their
documents bear numbers without a check digit: a wrong digit makes another valid number. So nothing is settled by a number
alone, and nobody is ruled out by one; levels are edits and likeness of letters, and their weights are learnt from the
very files (`unlabelled`), since no county has enough such people to have trained a model before.
"""

import re
import unicodedata

import pyarrow as pa

from shouwang.engine.linking import columns
from shouwang.engine.linking.agreement import SEX, Field, Level, edits_sql
from shouwang.engine.linking.blocks import Block, same
from shouwang.engine.linking.scheme import Scheme

# Letters that are letters of their own, not letters with a mark, and so are not taken apart by Unicode.
_OWN_LETTERS = str.maketrans(
    {"Đ": "D", "Ð": "D", "Ø": "O", "Ł": "L", "Æ": "AE", "Œ": "OE", "Þ": "TH", "ı": "I", "Ħ": "H", "Ŋ": "NG"}
)
_NOT_LETTERS = re.compile(r"[^A-Z]+")
_NOT_SIGNS = re.compile(r"[^A-Z0-9]+")

# Jaro and Winkler's own bounds for "the same but for a slip" and "much alike".
_SLIP, _ALIKE = 0.92, 0.85
_SWAPPED = f"""(jaro_winkler_similarity(l.given, r.surname) >= {_SLIP} AND l.given <> r.given
    AND jaro_winkler_similarity(l.surname, r.given) >= {_SLIP} AND l.surname <> r.surname)"""


def _likeness(column: str) -> str:
    return f"jaro_winkler_similarity(l.{column}, r.{column})"


GIVEN = Field("given", "名", "l.given IS NULL OR r.given IS NULL", (
    Level("same", "l.given = r.given", "相同", "given"),
    Level("swapped", _SWAPPED, "与姓互换"),
    Level("near", f"{edits_sql('l.given', 'r.given', 1)} OR {_likeness('given')} >= {_SLIP}", "差一字母"),
    Level("alike", f"{_likeness('given')} >= {_ALIKE}", "相近"),
))  # fmt: skip
# Of two names that have changed places the first has said everything; the second would say it again.
SURNAME = Field("surname", "姓", f"l.surname IS NULL OR r.surname IS NULL OR {_SWAPPED}", (
    Level("same", "l.surname = r.surname", "相同", "surname"),
    Level("near", f"{edits_sql('l.surname', 'r.surname', 1)} OR {_likeness('surname')} >= {_SLIP}", "差一字母"),
    Level("alike", f"{_likeness('surname')} >= {_ALIKE}", "相近"),
))  # fmt: skip
BORN = Field("birth", "出生日期", "l.born IS NULL OR r.born IS NULL", (
    Level("same", "l.born = r.born", "相同"),
    Level("digit", f"{edits_sql('l.born', 'r.born', 1)} OR (left(l.born, 4) = left(r.born, 4)"
          " AND substr(l.born, 5, 2) = right(r.born, 2) AND right(l.born, 2) = substr(r.born, 5, 2))", "差一位"),
    Level("part", "(left(l.born, 4) = left(r.born, 4))::INT + (substr(l.born, 5, 2) = substr(r.born, 5, 2))::INT"
          " + (right(l.born, 2) = right(r.born, 2))::INT = 2", "部分相同"),
))  # fmt: skip
NUMBER = Field("number", "证件号码", "l.number IS NULL OR r.number IS NULL", (
    Level("same", "l.number = r.number", "相同"),
    Level("near", edits_sql("l.number", "r.number", 1), "差一位"),
    Level("close", edits_sql("l.number", "r.number", 2), "差两位"),
))  # fmt: skip
# A postcode follows from the place, so the two are one field.
PLACE = Field("place", "所在地", "(l.place IS NULL OR r.place IS NULL) AND (l.postcode IS NULL OR r.postcode IS NULL)", (
    Level("same", "l.place = r.place AND l.postcode = r.postcode", "相同"),
    Level("one", "l.place = r.place OR l.postcode = r.postcode", "地名或邮编相同"),
    Level("near", f"{_likeness('place')} >= {_SLIP} OR {edits_sql('l.postcode', 'r.postcode', 1)}", "相近"),
))  # fmt: skip
ADDRESS = Field("address", "住址", "l.address IS NULL OR r.address IS NULL", (
    Level("same", "l.address = r.address", "相同"),
    Level("near", f"{edits_sql('l.address', 'r.address', 2)} OR {_likeness('address')} >= {_SLIP}", "相近"),
))  # fmt: skip
PHONE = Field("phone", "电话", "l.phone IS NULL OR r.phone IS NULL", (Level("same", "l.phone = r.phone", "相同"),))

_LATIN_BLOCKS = (
    same("number"),
    same("born"),
    same("phone"),
    same("given", "surname"),
    Block(("given", "surname"), ("surname", "given")),
    same("surname", "postcode"),
    same("given", "postcode"),
    same("surname", "place"),
    same("given", "place"),
    same("address", "place"),
    same("address", "postcode"),
)


def letters(raw: str | None) -> str | None:
    """A name in plain capitals without marks: Nguyễn Thị Hoa, NGUYEN-THI HOA and nguyen thi hoa are one name."""
    bare = _NOT_LETTERS.sub(" ", _plain(raw)).strip()
    return bare or None


def signs(raw: str | None) -> str | None:
    """A number, an address or a place in plain capitals and digits, without blanks and marks."""
    return _NOT_SIGNS.sub("", _plain(raw)) or None


def latin_columns(table: pa.Table) -> pa.Table:
    """What both sides are compared by. A name in one piece is taken as surname first; the levels know the other order."""
    given, surname = (columns.text_column(table, name).to_pylist() for name in ("given_name", "surname"))
    whole = columns.text_column(table, "name").to_pylist()
    parts = [
        (letters(g), letters(s)) if g or s else _parted(letters(n))
        for g, s, n in zip(given, surname, whole, strict=True)
    ]
    texts = {"number": "id_number", "place": "place_name", "postcode": "postcode", "address": "address"}
    made = {to: [signs(value) for value in columns.text_column(table, name).to_pylist()] for to, name in texts.items()}
    made |= {
        "given": [g and g.replace(" ", "") for g, _ in parts],
        "surname": [s and s.replace(" ", "") for _, s in parts],
    }
    made["born"] = [_eight_digits(value) for value in columns.text_column(table, "birth_on").to_pylist()]
    typed = {name: pa.array(values, pa.string()) for name, values in made.items()}
    typed["sex"] = columns.sex_column(columns.text_column(table, "sex"))
    typed["phone"] = columns.phone_column(columns.text_column(table, "phone"))
    return pa.table({"row": pa.array(range(len(table)), pa.int32()), **typed})


def _plain(raw: str | None) -> str:
    capitals = (raw or "").upper().translate(_OWN_LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", capitals) if not unicodedata.combining(c))


def _parted(name: str | None) -> tuple[str | None, str | None]:
    """Given name and surname of a name in one piece."""
    first, _, rest = (name or "").partition(" ")
    return rest or None, first or None


def _eight_digits(value: str | None) -> str | None:
    """Year, month and day as written, also of a day that no calendar has: its other digits still say something."""
    digits = re.sub(r"[^0-9]", "", value or "")[:8]
    return digits if len(digits) == 8 else None


LATIN = Scheme(
    columns=latin_columns,
    fields=(GIVEN, SURNAME, BORN, NUMBER, SEX, PLACE, ADDRESS, PHONE),
    blocks=_LATIN_BLOCKS,
    # Brothers and sisters share surname, place, address and phone, twins the day as well and passports of one application
    # follow each other, father and son may share the whole name: what was written of the given name must not speak
    # against it, and the day or the number bear the person out; without a day the home may, as in the Chinese rules.
    sure="""(g_given >= 1 OR g_number = 3 OR (g_given = -1 AND g_number = 2))
        AND (g_birth >= 1 OR g_number >= 1 OR (g_birth = -1 AND (g_address >= 1 OR g_phone = 1)))""",
)
