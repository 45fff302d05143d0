"""Case codes (查询编号): twelve digits to be read out over a phone and typed on any keypad, the last one a check digit.

Digits alone have no look-alikes and are the same in every dialect's mouth. The check digit is Damm's: it notices every
single wrong digit and every swap of two neighbours. A code is chance, never counted up, and none begins with a nought,
because people leave that out.
"""

import re
import secrets
import unicodedata

LENGTH = 12
QUASIGROUP = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
"""Damm's table of order ten: totally anti-symmetric, with noughts on its diagonal."""


def check_digit(digits: str) -> str:
    """The digit that belongs behind these."""
    held = 0
    for digit in digits:
        held = int(QUASIGROUP[held][int(digit)])
    return str(held)


def new_code() -> str:
    """A new code: eleven digits of chance and their check digit."""
    lowest = 10 ** (LENGTH - 2)
    digits = str(lowest + secrets.randbelow(9 * lowest))
    return digits + check_digit(digits)


def canonical(given: str | None) -> str:
    """The code as it was given out, typed with blanks, hyphens or in full width; empty for what cannot be one."""
    digits = re.sub(r"[\s\-—–·.,，。]", "", unicodedata.normalize("NFKC", given or ""))
    if len(digits) != LENGTH or not digits.isascii() or not digits.isdigit() or digits[0] == "0":
        return ""
    return digits if check_digit(digits[:-1]) == digits[-1] else ""


def grouped(code: str) -> str:
    """A code in groups of four, for eyes and for voices."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))
