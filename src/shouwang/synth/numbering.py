"""Identity and phone numbers (证件号码、电话) that are well formed and were never given to anybody.

依据: GB 11643-1999 for the check digit; GB/T 2260 assigns no division 99, and no carrier numbers begin with 154.
"""

from __future__ import annotations

import numpy as np

from shouwang.kernel.errors import InputError
from shouwang.kernel.identity_numbers import CHECK_DIGITS, WEIGHTS
from shouwang.synth.chance import Numbers
from shouwang.synth.columns import DAY, digits_of
from shouwang.synth.shapes import MALE

FIRST_DAY = np.datetime64("1900-01-01", "D")
CAPACITY = 450
"""Numbers per county, birth date and sex that residents use; 901–999 are left to people outside the register."""


class Numbering:
    """Deals out identity numbers; it remembers what has been given, so that no two people share one."""

    def __init__(self, last_day: np.datetime64) -> None:
        self.days = int((last_day - FIRST_DAY).astype(int)) + 1
        self.given: dict[str, Numbers] = {}

    def identity_numbers(self, county_code: Numbers, birth: Numbers, sex: Numbers) -> Numbers:
        """A number for everyone, [people, 18] ASCII bytes; ``county_code`` holds six digits per person.

        Raises InputError when a county has more births a day than three digits can number.
        """
        serial = np.zeros(len(birth), np.int64)
        day = (birth.astype(DAY) - FIRST_DAY).astype(np.int64)
        for county in np.unique(county_code):
            here = np.flatnonzero(county_code == county)
            serial[here] = self._serials(str(county)[2:6], day[here], sex[here])
        return assembled(county_code, birth, serial * 2 + np.where(sex == MALE, 1, 2))

    def _serials(self, suffix: str, day: Numbers, sex: Numbers) -> Numbers:
        """The next free serial of each (day, sex), scrambled so that neighbours do not follow one another."""
        given = self.given.setdefault(suffix, np.zeros(self.days * 2, np.int16))
        key = day * 2 + sex
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        start = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        size = np.diff(np.r_[start, len(ordered)])
        rank = np.empty(len(key), np.int64)
        rank[order] = np.arange(len(key)) - np.repeat(start, size)
        serial = given[key] + rank
        given[ordered[start]] += size.astype(np.int16)
        if len(serial) and serial.max() >= CAPACITY:
            raise InputError("too many residents for one county", "ask for fewer residents or for more places")
        return (serial * 77 + key * 31) % CAPACITY


def assembled(county_code: Numbers, birth: Numbers, serial: Numbers) -> Numbers:
    """Numbers from county, birth date and the three-digit serial, with the check digit."""
    number = np.empty((len(birth), 18), np.uint8)
    number[:, :2] = 57
    number[:, 2:6] = digits_of(county_code.astype(np.int64) % 10000, 4)
    number[:, 6:14] = digits_of(compact(birth), 8)
    number[:, 14:17] = digits_of(serial, 3)
    number[:, 17] = check_digits(number)
    return number


def check_digits(number: Numbers) -> Numbers:
    """The check digit of each row of at least seventeen ASCII digits."""
    total = (number[:, :17].astype(np.int64) - 48) @ np.array(WEIGHTS)
    return np.frombuffer(CHECK_DIGITS.encode(), np.uint8)[total % 11]


def compact(days: Numbers) -> Numbers:
    """Dates as whole numbers such as 19600131."""
    months = days.astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(int) + 1970
    return year * 10000 + (months.astype(int) % 12 + 1) * 100 + (days.astype(DAY) - months.astype(DAY)).astype(int) + 1


def phone_numbers(number: Numbers) -> Numbers:
    """Eleven-digit numbers from running numbers, scattered over 154xxxxxxxx, [people, 11] ASCII bytes."""
    scattered = (np.asarray(number, np.int64) * 61_803_399 + 2_718_281) % 100_000_000
    return digits_of(154_00_000_000 + scattered, 11)
