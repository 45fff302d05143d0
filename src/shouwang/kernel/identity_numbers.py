"""Identity numbers (公民身份号码): reading, checking and masking them, without a database and without a clock.

依据: GB 11643-1999 (18 digits, check digit by ISO 7064 MOD 11-2); 15-digit numbers were issued before 1999-10-01;
a disability card (残疾人证) is the 18-digit number followed by 类别 and 等级.
"""

import datetime
import re
import unicodedata
from typing import Literal

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
EARLIEST_YEAR, LATEST_YEAR = 1850, 2099

# What a keyboard, a phone or a spreadsheet puts in the place of X and 0. NFKC has already folded full width.
_LOOK_ALIKES = str.maketrans(
    {"Х": "X", "х": "X", "Χ": "X", "χ": "X", "×": "X", "О": "0", "о": "0", "〇": "0", "零": "0"}
)
_NOT_A_MARK = re.compile(r"[^0-9A-Z*]+")
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_FIFTEEN = re.compile(r"[0-9]{15}")
_CARD_TAIL = re.compile(r"[1-7][1-4](?:[A-Z][0-9])?")


def normalise(raw: str | None) -> str:
    """The number as it should have been typed: half width, capital X, no blanks; never raises.

    A letter O is read as 0 and a single star at the check digit as X; a masked number (several stars) stays masked.
    """
    if not raw:
        return ""
    text = unicodedata.normalize("NFKC", raw).translate(_LOOK_ALIKES).upper().replace("O", "0")
    text = _NOT_A_MARK.sub("", text)
    if text.count("*") == 1 and text.find("*") == 17:
        text = text.replace("*", "X")
    return text


def check_digit(first17: str) -> str:
    """The 18th character that belongs to seventeen digits; raises ValueError for anything else."""
    if len(first17) != 17 or not first17.isascii() or not first17.isdigit():
        raise ValueError("a check digit needs exactly seventeen digits")
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def is_valid(number: str | None) -> bool:
    """Whether this is an 18-character number with a real birth date and the right check digit."""
    if not number or not _EIGHTEEN.fullmatch(number) or _date(number[6:14]) is None:
        return False
    return check_digit(number[:17]) == number[17]


def upgrade_15(number: str) -> str:
    """The 18-character form of a 15-digit number (born 19yy); raises ValueError when it is not one."""
    if not _FIFTEEN.fullmatch(number) or _date("19" + number[6:12]) is None:
        raise ValueError("not a 15-digit identity number")
    first17 = number[:6] + "19" + number[6:]
    return first17 + check_digit(first17)


def disability_card_id(number: str | None) -> str | None:
    """The identity number inside a disability card number (残疾人证号), or None when it is not such a card.

    Twenty characters: identity number, category 1-7, grade 1-4; a reissued card carries two more (such as B1).
    """
    if not number or len(number) not in (20, 22) or not _CARD_TAIL.fullmatch(number[18:]):
        return None
    return number[:18] if is_valid(number[:18]) else None


def canonical(raw: str | None) -> str | None:
    """The valid 18-character number that a person meant, from any accepted form; None when there is none.

    This is what a keyed look-up must be made from: 15 digits, a disability card and odd typing all give one number.
    """
    number = normalise(raw)
    if is_valid(number):
        return number
    if _FIFTEEN.fullmatch(number) and _date("19" + number[6:12]) is not None:
        return upgrade_15(number)
    return disability_card_id(number)


def birth_on(number: str | None) -> datetime.date | None:
    """The birth date that a valid number carries, else None."""
    valid = canonical(number)
    return _date(valid[6:14]) if valid else None


def sex(number: str | None) -> Literal["male", "female"] | None:
    """The sex that a valid number carries (17th digit odd: male), else None."""
    valid = canonical(number)
    if valid is None:
        return None
    return "male" if int(valid[16]) % 2 else "female"


def mask(number: str | None) -> str:
    """The number as screens show it: first four and last two characters, stars between; short ones all stars."""
    text = number or ""
    return text[:4] + "*" * (len(text) - 6) + text[-2:] if len(text) > 8 else "*" * len(text)


def _date(digits: str) -> datetime.date | None:
    year = int(digits[:4])
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        return datetime.date(year, int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
