"""Columns that two records of a person are compared by, made from whatever a file carried.

Everything is computed once per distinct value; nothing here raises for the content of a cell.
"""

import datetime
import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.kernel import identity_numbers

PLAIN_NUMBER = "^[0-9]{17}[0-9X]$"
SEXES = {"male": "male", "男": "male", "男性": "male", "m": "male", "1": "male",
         "female": "female", "女": "female", "女性": "female", "f": "female", "2": "female"}  # fmt: skip
_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def text_column(table: pa.Table, name: str) -> pa.Array:
    """A column as text, null where it is absent, empty or not readable as text."""
    if name not in table.column_names:
        return pa.nulls(len(table), pa.string())
    column = table.column(name).combine_chunks()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    try:
        text = pc.cast(column, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        text = pa.array([_as_text(value) for value in column.to_pylist()], pa.string())
    text = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def number_columns(raw: pa.Array) -> dict[str, pa.Array]:
    """id_number (valid, 18 characters, else null), id_text (normalised, at least 15 characters), typed_well (bool)."""
    plain = pc.fill_null(pc.match_substring_regex(raw, PLAIN_NUMBER), False)
    valid = np.zeros(len(raw), dtype=bool)
    at = np.flatnonzero(plain.to_numpy(zero_copy_only=False))
    valid[at] = valid_numbers(raw.take(pa.array(at)))
    typed_well = pa.array(valid)
    odd = np.flatnonzero(~plain.to_numpy(zero_copy_only=False) & pc.is_valid(raw).to_numpy(zero_copy_only=False))
    odd_text = [identity_numbers.normalise(value) for value in raw.take(pa.array(odd)).to_pylist()]
    text = replaced(raw, odd, [value if 15 <= len(value) <= 22 and "*" not in value else None for value in odd_text])
    number = pc.if_else(typed_well, raw, pa.scalar(None, pa.string()))
    number = replaced(number, odd, [identity_numbers.canonical(value) for value in odd_text])
    return {"id_number": number, "id_text": pc.coalesce(number, text), "typed_well": typed_well}


def valid_numbers(numbers: pa.Array) -> npt.NDArray[np.bool_]:
    """Check digit and birth date of many numbers of the plain 18-character form, at once."""
    if len(numbers) == 0:
        return np.zeros(0, dtype=bool)
    marks = np.frombuffer("".join(numbers.to_pylist()).encode("ascii"), dtype=np.uint8).reshape(-1, 18)
    digits = marks[:, :17].astype(np.int32) - 48
    expected = np.frombuffer(identity_numbers.CHECK_DIGITS.encode(), dtype=np.uint8)
    right = expected[(digits @ np.array(identity_numbers.WEIGHTS, dtype=np.int32)) % 11] == marks[:, 17]
    year, month = digits[:, 6:10] @ [1000, 100, 10, 1], digits[:, 10] * 10 + digits[:, 11]
    day = digits[:, 12] * 10 + digits[:, 13]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = np.where((month == 2) & ~leap, 28, _DAYS[np.where(month <= 12, month, 0)])
    in_time = (year >= identity_numbers.EARLIEST_YEAR) & (year <= identity_numbers.LATEST_YEAR)
    valid: npt.NDArray[np.bool_] = right & in_time & (day >= 1) & (day <= last)
    return valid


def phone_column(raw: pa.Array) -> pa.Array:
    """Digits of a phone number; null for what cannot be one (masked, too short, all one digit)."""
    plain = pc.fill_null(pc.match_substring_regex(raw, "^1[0-9]{10}$"), False).to_numpy(zero_copy_only=False)
    odd = np.flatnonzero(~plain & pc.is_valid(raw).to_numpy(zero_copy_only=False))
    return replaced(raw, odd, [_phone(value) for value in raw.take(pa.array(odd)).to_pylist()])


def sex_column(raw: pa.Array) -> pa.Array:
    """male, female or null."""
    distinct = raw.dictionary_encode()
    return _spread([SEXES.get(value.lower(), "") for value in distinct.dictionary.to_pylist()], distinct.indices)


def date_column(table: pa.Table, name: str) -> pa.Array:
    """A date column; text in the usual written forms is read, what cannot be read is null."""
    if name in table.column_names:
        column = table.column(name)
        if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
            return pc.cast(column.combine_chunks(), pa.date32(), safe=False)
    distinct = text_column(table, name).dictionary_encode()
    days = pa.array([_day(value) for value in distinct.dictionary.to_pylist()], pa.date32())
    return days.take(distinct.indices)


def _spread(values: list[str], indices: pa.Array) -> pa.Array:
    distinct = pa.array(values, pa.string())
    return pc.if_else(pc.equal(distinct, ""), pa.scalar(None, pa.string()), distinct).take(indices)


def replaced(column: pa.Array, at: npt.NDArray[np.int64], values: Sequence[str | None]) -> pa.Array:
    """The column with other values at some positions."""
    if len(at) == 0:
        return column
    mask = np.zeros(len(column), dtype=bool)
    mask[at] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array(values, pa.string()))


def _phone(value: str) -> str | None:
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", value)) if "*" not in value else ""
    digits = digits.removeprefix("86") if len(digits) == 13 else digits
    return digits if 7 <= len(digits) <= 12 and len(set(digits)) > 2 else None


def _day(value: str) -> datetime.date | None:
    parts = re.findall(r"\d+", unicodedata.normalize("NFKC", value))
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    try:
        return datetime.date(int(parts[0]), int(parts[1]), int(parts[2]))
    except (IndexError, ValueError):
        return None


def _as_text(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="ignore")
    return str(value) if isinstance(value, str | int | float) else None


def from_numbers(numbers: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Birth dates and sexes that valid numbers carry."""
    days = pc.cast(
        pc.strptime(pc.utf8_slice_codeunits(numbers, 6, 14), format="%Y%m%d", unit="s", error_is_null=True), pa.date32()
    )
    odd = pc.is_in(pc.utf8_slice_codeunits(numbers, 16, 17), value_set=pa.array(["1", "3", "5", "7", "9"]))
    sex = pc.if_else(odd, pa.scalar("male"), pa.scalar("female"))
    return days, pc.if_else(pc.is_valid(numbers), sex, pa.scalar(None, pa.string()))
