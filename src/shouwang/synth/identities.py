"""Identities (身份栏): names, numbers, birth dates, places and phones as departments write them, and who is meant.

Without linked identities a feed carries these columns, with slips; the truth says whom each row is about.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.synth import slips
from shouwang.synth.chance import Numbers, happens
from shouwang.synth.columns import ascii_text, dates, labels, replaced, spelled
from shouwang.synth.deliveries.health import card_numbers
from shouwang.synth.lexicon import COHORT_STARTS
from shouwang.synth.naming import given_names, strange_names
from shouwang.synth.numbering import assembled, phone_numbers
from shouwang.synth.register_tables import SEXES
from shouwang.synth.rows import Rows, household_ids, resident_ids, serials
from shouwang.synth.slips import ErrorRates
from shouwang.synth.villages import place_texts
from shouwang.synth.world import World

NUMBER_ERRORS = (
    "stranger", "relative_id", "missing_id", "wrong_digit", "swapped_digits", "fifteen_digits", "disability_card",
    "lower_x", "star", "full_width", "blanks",
)  # fmt: skip
NAME_ERRORS = ("changed_name", "homophone", "similar_shape", "dropped_character", "dot_variant")
BIRTH_ERRORS = ("lunar_birth", "year_off")
PLACE_ERRORS = ("moved_household", "wrong_village", "wrong_township")
ERRORS = NUMBER_ERRORS + NAME_ERRORS + BIRTH_ERRORS + PLACE_ERRORS
_PREFIXES = {"settlement_no": "YB", "event_no": "WB", "loan_no": "XD", "case_no": "RX"}
_STRANGERS_BEGIN = 6_000_000


@dataclass
class Written:
    """The rows of one feed being written down: whom they mean and what has gone wrong so far (-1 = nothing)."""

    rng: np.random.Generator
    person: Numbers
    stranger: Numbers
    name: Numbers
    number: Numbers
    birth: Numbers
    sex: Numbers
    village: Numbers
    number_error: Numbers
    name_error: Numbers
    birth_error: Numbers
    place_error: Numbers


class Identities:
    """Writes the identity columns of the feeds of one block; what belongs to a person stays the same in all feeds."""

    def __init__(self, world: World, rates: ErrorRates) -> None:
        rng = world.draws.of("identities")
        self.world, self.rates = world, rates
        people, homes = world.people, world.homes
        self.names = spelled(people.name)
        self.renamed = happens(rng, rates.changed_name, len(people)) & (people.name[:, 0] > 0)
        year = people.birth.astype("datetime64[Y]").astype(int) + 1970
        self.new_given = given_names(rng, people.sex, np.searchsorted(COHORT_STARTS, year, side="right"))
        self.moved = happens(rng, rates.moved_household, len(homes))
        self.old_village = self._elsewhere(rng, homes.village, 1, 40)
        self.changed_phone = rng.integers(0, 100_000_000, len(people))

    def attach(self, rows: Rows) -> tuple[dict[str, pa.Array], pa.Table]:
        """Identity and own columns of a feed, strangers mixed in, and the truth of every row (without row numbers)."""
        rng = self.world.draws.of("identities " + rows.name)
        count = len(rows.home)
        strangers = round(count * self.rates.stranger / (1 - self.rates.stranger))
        source = np.r_[np.arange(count), rng.integers(0, max(count, 1), strangers if count else 0)]
        order = rng.permutation(len(source))
        source, stranger = source[order], order >= count
        person = (self.world.homes.start[rows.home] if rows.person is None else rows.person)[source]
        written = self._written(rng, person, stranger)
        self._slip(written)
        columns = self._columns(written, personal=rows.person is not None)
        columns |= self._own_columns(rows, source, written)
        return columns, self._truth(written)

    def _written(self, rng: np.random.Generator, person: Numbers, stranger: Numbers) -> Written:
        """What would be written without any slip; strangers get names, numbers and birth dates of their own."""
        people, homes = self.world.people, self.world.homes
        village = homes.village[people.home[person]]
        name, number, birth = people.name[person].copy(), people.identity[person].copy(), people.birth[person].copy()
        sex = people.sex[person]
        who = np.flatnonzero(stranger)
        shift = rng.integers(-1500, 1500, len(who)).astype("timedelta64[D]")
        birth[who] = np.minimum(birth[who] + shift, self.world.as_of - np.timedelta64(30, "D"))
        year = birth[who].astype("datetime64[Y]").astype(int) + 1970
        name[who] = strange_names(rng, sex[who], np.searchsorted(COHORT_STARTS, year, side="right"))
        places = self.world.places
        county = np.array([int(code) for code in places.county_codes])[places.county[village[who]]]
        serial = 901 + 2 * rng.integers(0, 49, len(who)) + (sex[who] == 1)
        number[who] = assembled(county, birth[who], serial)
        none = [np.full(len(person), -1) for _ in range(4)]
        return Written(rng, person, stranger, name, number, birth, sex, village, *none)

    def _slip(self, written: Written) -> None:
        """Decide which rows slip in which way; the slips of strangers do not matter, they are nobody anyway."""
        rates, rng, people = self.rates, written.rng, self.world.people
        person, count = written.person, len(written.person)
        written.number_error[written.stranger] = 0
        possible = {
            "relative_id": self.world.homes.size[people.home[person]] > 1,
            "fifteen_digits": written.birth < np.datetime64("1999-10-01"),
            "disability_card": people.disability_grade[person] > 0,
            "lower_x": written.number[:, 17] == ord("X"),
            "star": written.number[:, 17] == ord("X"),
        }
        _assign(rng, written.number_error, NUMBER_ERRORS, 1, rates, possible)
        written.name_error[self.renamed[person] & ~written.stranger] = 0
        dotted = (written.name == slips.MIDDLE_DOT).any(axis=1)
        _assign(rng, written.name_error, NAME_ERRORS, 1, rates, {"dot_variant": dotted}, but=written.stranger)
        _assign(rng, written.birth_error, BIRTH_ERRORS, 0, rates, {}, but=written.stranger)
        written.place_error[self.moved[people.home[person]] & ~written.stranger] = 0
        _assign(rng, written.place_error, PLACE_ERRORS, 1, rates, {}, but=written.stranger)
        self._slip_names(written, count)
        self._slip_births_and_places(written)

    def _slip_names(self, written: Written, count: int) -> None:
        renamed = np.flatnonzero(written.name_error == 0)
        written.name[renamed, 2:4] = self.new_given[written.person[renamed]]
        for code, error in enumerate(NAME_ERRORS[1:], start=1):
            rows = np.flatnonzero(written.name_error == code)
            old = written.name[rows]
            written.name[rows] = getattr(slips, error)(written.rng, old)
            unchanged = (written.name[rows] == old).all(axis=1)
            written.name_error[rows[unchanged]] = -1

    def _slip_births_and_places(self, written: Written) -> None:
        rng = written.rng
        for code, error in enumerate(BIRTH_ERRORS):
            rows = written.birth_error == code
            written.birth[rows] = np.minimum(getattr(slips, error)(rng, written.birth[rows]), self.world.as_of)
        moved = written.place_error == 0
        written.village[moved] = self.old_village[self.world.people.home[written.person[moved]]]
        for code, (near, far) in ((1, (1, 4)), (2, (15, 60))):
            rows = written.place_error == code
            written.village[rows] = self._elsewhere(rng, written.village[rows], near, far)

    def _elsewhere(self, rng: np.random.Generator, village: Numbers, near: int, far: int) -> Numbers:
        """Another village of the same county, so many places further on in the list."""
        county = self.world.places.county
        low = np.searchsorted(county, county[village], side="left")
        size = np.searchsorted(county, county[village], side="right") - low
        return low + (village - low + rng.integers(near, far, len(village))) % size

    def _columns(self, written: Written, *, personal: bool) -> dict[str, pa.Array]:
        texts = [text for way in place_texts(self.world.places) for text in way.to_pylist()]
        way = written.rng.integers(0, 3, len(written.person)) * len(self.world.places.code)
        columns = {"name": self._names(written), "id_number": self._numbers(written)}
        if personal:
            columns |= {"birth_on": dates(written.birth), "sex": labels(written.sex, SEXES)}
        return columns | {"place_name": labels(way + written.village, texts), "phone": self._phones(written)}

    def _names(self, written: Written) -> pa.Array:
        """Name column: taken from the register's; only what differs from it is spelled anew."""
        rows = np.flatnonzero(written.stranger | (written.name_error >= 0))
        return replaced(self.names.take(pa.array(written.person)), rows, spelled(written.name[rows]))

    def _numbers(self, written: Written) -> pa.Array:
        """Number column: the right number, or what the slip made of it."""
        column = ascii_text(written.number, written.number_error != NUMBER_ERRORS.index("missing_id"))
        for code, error in enumerate(NUMBER_ERRORS):
            rows = np.flatnonzero(written.number_error == code)
            if error in ("stranger", "missing_id") or not len(rows):
                continue
            if error == "relative_id":
                column = replaced(column, rows, ascii_text(self._relatives(written, rows)))
            elif error == "disability_card":
                column = replaced(column, rows, ascii_text(card_numbers(self.world, written.person[rows])))
            else:
                points = np.zeros((len(rows), slips.NUMBER_WIDTH), np.uint32)
                points[:, :18] = written.number[rows]
                column = replaced(column, rows, spelled(getattr(slips, error)(written.rng, points)))
        return column

    def _relatives(self, written: Written, rows: Numbers) -> Numbers:
        """The number of another member of the household (用了家人的证)."""
        people, homes = self.world.people, self.world.homes
        home = people.home[written.person[rows]]
        place = written.person[rows] - homes.start[home]
        other = (place + written.rng.integers(1, homes.size[home])) % homes.size[home]
        return people.identity[homes.start[home] + other]

    def _phones(self, written: Written) -> pa.Array:
        """Phones: missing, the head's, a new one, or the one in the register."""
        rng, rates, people = written.rng, self.rates, self.world.people
        count = len(written.person)
        shared = happens(rng, rates.phone_shared, count) | (people.age[written.person] < 14)
        owner = np.where(shared, self.world.homes.start[people.home[written.person]], written.person)
        number = people.number[owner]
        new = written.stranger | happens(rng, rates.phone_changed, count)
        number = np.where(new, self.changed_phone[owner] + written.stranger * np.arange(count), number)
        return ascii_text(phone_numbers(number), ~happens(rng, rates.phone_missing, count))

    def _own_columns(self, rows: Rows, source: Numbers, written: Written) -> dict[str, pa.Array]:
        """The feed's own columns; a stranger's record has a number and a card of its own."""
        taken = {name: column.take(pa.array(source)) for name, column in rows.columns.items()}
        who = np.flatnonzero(written.stranger)
        for name in taken.keys() & _PREFIXES.keys():
            own = serials(self.world, _PREFIXES[name], len(who), begin=_STRANGERS_BEGIN)
            taken[name] = replaced(taken[name], who, own)
        if "card_number" in taken:
            card = card_numbers(self.world, written.person[who])
            card[:, :18] = written.number[who]
            taken["card_number"] = replaced(taken["card_number"], who, ascii_text(card))
        return {name: taken[name] for name in rows.columns}

    def _truth(self, written: Written) -> pa.Table:
        """Whom each row means (null for strangers), the first slip and all slips joined by +."""
        person = np.where(written.stranger, -1, written.person)
        home = resident_ids(self.world, person).is_valid()
        everyone = household_ids(self.world, self.world.people.home[written.person])
        codes = np.stack([
            written.number_error, _shifted(written.name_error, len(NUMBER_ERRORS)),
            _shifted(written.birth_error, len(NUMBER_ERRORS + NAME_ERRORS)),
            _shifted(written.place_error, len(NUMBER_ERRORS + NAME_ERRORS + BIRTH_ERRORS)),
        ], axis=1)  # fmt: skip
        key = (codes + 1) @ np.array([30**3, 30**2, 30, 1])
        used = np.flatnonzero(np.bincount(key))
        which = np.searchsorted(used, key)
        listed = [[ERRORS[code - 1] for code in _base_30(int(number)) if code > 0] or ["clean"] for number in used]
        return pa.table({
            "resident_id": resident_ids(self.world, person),
            "household_id": pc.if_else(home, everyone, None),
            "error_kind": labels(which, [kinds[0] for kinds in listed]),
            "error_kinds": labels(which, ["+".join(kinds) for kinds in listed]),
        })  # fmt: skip


def _base_30(number: int) -> list[int]:
    return [number // 30**3, number // 30**2 % 30, number // 30 % 30, number % 30]


def _shifted(error: Numbers, by: int) -> Numbers:
    return np.where(error >= 0, error + by, -1)


def _assign(
    rng: np.random.Generator, error: Numbers, names: tuple[str, ...], first: int, rates: ErrorRates,
    possible: dict[str, Numbers], *, but: Numbers | None = None,
) -> None:  # fmt: skip
    """Give each row at most one of the named errors, in order, each with its rate among the rows that can have it."""
    for code, name in enumerate(names[first:], start=first):
        free = (error < 0) & possible.get(name, True)
        free = free if but is None else free & ~but
        error[free & happens(rng, getattr(rates, name), len(error))] = code
