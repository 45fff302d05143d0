"""How far two people agree, field by field: the levels, written once for the exact tiers, the model and the evidence.

Conditions are DuckDB SQL over two rows l (record) and r (resident). DuckDB counts edits of text in bytes and a
CJK character has three, so "one character" of a name is levenshtein <= 3; dates and numbers are ASCII.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """One degree of agreement: its code in evidence, its condition, its 中文 and the column whose rarity weighs it."""

    code: str
    condition: str
    title: str
    rarity: str | None = None


@dataclass(frozen=True)
class Field:
    """A compared field: when it is unknown, and its levels from the most specific to 'other'."""

    name: str
    title: str
    unknown: str
    levels: tuple[Level, ...]

    def rank(self, code: str) -> int:
        """The number of a level as the model counts: 'other' is 0, the most specific the highest, unknown -1."""
        codes = [level.code for level in self.levels] + ["other"]
        return len(codes) - 1 - codes.index(code)

    def rank_sql(self) -> str:
        """A CASE over l and r giving the rank of the first level that holds."""
        arms = " ".join(f"WHEN {level.condition} THEN {self.rank(level.code)}" for level in self.levels)
        return f"CASE WHEN {self.unknown} THEN -1 {arms} ELSE 0 END"

    def code_sql(self, rank: str) -> str:
        """A CASE turning the rank column back into the level's code."""
        arms = " ".join(f"WHEN {self.rank(level.code)} THEN '{level.code}'" for level in self.levels)
        return f"CASE {rank} WHEN -1 THEN 'unknown' {arms} ELSE 'other' END"


def edits_sql(left: str, right: str, most: int) -> str:
    """Whether so few letters are wrong, missing, too many or have changed places with a neighbour.

    Counting changed places takes DuckDB six times as long as not counting them, and one of them is at most two of the
    others: that is asked first.
    """
    return f"(levenshtein({left}, {right}) <= {2 * most} AND damerau_levenshtein({left}, {right}) <= {most})"


_DAY_TEXT = "strftime({side}.birth_on, '%Y%m%d')"
_DAY_L, _DAY_R = _DAY_TEXT.format(side="l"), _DAY_TEXT.format(side="r")

NAME = Field("name", "姓名", "l.name IS NULL OR r.name IS NULL", (
    Level("same", "l.name = r.name", "相同", "name"),
    Level("sound", "l.sound = r.sound", "同音", "sound"),
    Level("alike", "l.shape = r.shape OR l.heard = r.heard", "形近或近音"),
    Level("near", "length(l.name) + length(r.name) >= 5 AND levenshtein(l.name, r.name) <= 3", "差一字"),
    Level("surname", "l.surname = r.surname", "同姓"),
))  # fmt: skip
BIRTH = Field("birth", "出生日期", "l.birth_on IS NULL OR r.birth_on IS NULL", (
    Level("same", "l.birth_on = r.birth_on", "相同"),
    Level("digit", f"{edits_sql(_DAY_L, _DAY_R, 1)} OR (year(l.birth_on) = year(r.birth_on)"
          " AND month(l.birth_on) = day(r.birth_on) AND day(l.birth_on) = month(r.birth_on))", "差一位"),
    Level("lunar", "abs(l.birth_on - r.birth_on) <= 62", "相差两月内(疑农历)"),
    Level("part", "(month(l.birth_on) = month(r.birth_on) AND day(l.birth_on) = day(r.birth_on))"
          " OR abs(l.birth_on - r.birth_on) BETWEEN 364 AND 367"
          " OR (year(l.birth_on) = year(r.birth_on)"
          " AND (dayofyear(l.birth_on) = 1 OR dayofyear(r.birth_on) = 1))", "部分相同"),
))  # fmt: skip
ID = Field("id", "证件号码", "l.id_text IS NULL OR r.id_text IS NULL", (
    Level("same", "l.id_number = r.id_number", "相同"),
    Level("near", edits_sql("l.id_text", "r.id_text", 1), "差一位"),
    Level("close", edits_sql("l.id_text", "r.id_text", 2), "差两位"),
    Level("birth", "substr(l.id_text, 7, 8) = substr(r.id_text, 7, 8)", "出生码相同"),
))  # fmt: skip
SEX = Field("sex", "性别", "l.sex IS NULL OR r.sex IS NULL", (Level("same", "l.sex = r.sex", "相同"),))
PLACE = Field("place", "所在村",
    "(l.place_code IS NULL OR r.place_code IS NULL) AND (l.village IS NULL OR r.village IS NULL)", (
    Level("village", "l.place_code = r.place_code", "同村", "place_code"),
    Level("village_name", "(l.place_code IS NULL OR r.place_code IS NULL) AND l.village = r.village",
          "村名相同", "village"),
    Level("township", "substr(l.place_code, 1, 9) = substr(r.place_code, 1, 9)", "同乡镇"),
    Level("county", "substr(l.place_code, 1, 6) = substr(r.place_code, 1, 6)", "同县"),
))  # fmt: skip
PHONE = Field("phone", "电话", "l.phone IS NULL OR (r.phone IS NULL AND r.household_phone IS NULL)", (
    Level("same", "l.phone = r.phone OR l.phone = r.household_phone", "相同"),
))  # fmt: skip
FIELDS = (NAME, BIRTH, ID, SEX, PLACE, PHONE)
RARITIES = ("name", "sound", "place_code", "village")


def ranks_sql(fields: tuple[Field, ...] = FIELDS) -> str:
    """All fields' ranks over l and r, as columns g_name, g_birth, ..."""
    return ", ".join(f"({field.rank_sql()})::TINYINT AS g_{field.name}" for field in fields)


def evidence_sql(tier: str, extra: str = "''", fields: tuple[Field, ...] = FIELDS) -> str:
    """Evidence as JSON text from the rank columns: the tier, what each field said, and a note where there is one."""
    said = " || ".join(f"',\"{field.name}\":\"' || {field.code_sql(f'g_{field.name}')} || '\"'" for field in fields)
    return f"'{{\"tier\":' || {tier} || {said} || {extra} || '}}'"


def splink_sql(condition: str) -> str:
    """The same condition in the model's dialect: l.name becomes name_l."""
    return re.sub(r"\b([lr])\.(\w+)", r"\2_\1", condition)
