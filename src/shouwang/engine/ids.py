"""Ids found by their digits (编号查找): many ids at once are turned into numbers, and numbers are places in a list.

Registers number their households and people: all ids have one length and differ only in digits. Such an id is found
without hashing it; where ids are anything else, they are hashed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shouwang.engine.cores import CORES, in_order

Places = NDArray[np.int64]
Words = NDArray[np.uint64]
WORD = 8  # bytes, of which one machine word holds so many
BLOCK = 1 << 15  # ids that are turned into numbers together, so that they stay in a core's own memory
MOST_DIGITS = 18  # so many always fit into 64 bits
SPARE = 8  # a list by number may be so many times as long as there are ids
ZEROS, NINES = 0x3030303030303030, 0x0606060606060606  # '0' in every byte; what carries a digit above 9 over 15


@dataclass(frozen=True)
class Form:
    """How ids are written: their length, the bytes that are the same in all, and which of them are digits that vary."""

    width: int
    first: bytes
    varying: tuple[bool, ...]

    @property
    def digits(self) -> int:
        """How many digits the largest number has: those from the first that varies on."""
        return self.width - self.varying.index(True) if any(self.varying) else 0

    def numbers(self, ids: pa.Array, use: Callable[[Places], Places] | None = None) -> Places | None:
        """The number of each id, -1 of one that is written otherwise or unknown, or what ``use`` makes of it; None where
        lengths differ."""
        text = _bytes(ids, self.width)
        if text is None:
            return None
        found = np.empty(len(text) // self.width, dtype=np.int64)
        for start in range(0, len(found), BLOCK):
            rows = min(BLOCK, len(found) - start)
            some = self._numbers(text[start * self.width :], rows)
            found[start : start + rows] = some if use is None else use(some)
        if not ids.null_count:
            return found
        nobody = np.full(1, -1)
        everyone = np.full(len(ids), (nobody if use is None else use(nobody))[0])
        everyone[_valid(ids)] = found
        return everyone

    def _numbers(self, text: NDArray[np.uint8], rows: int) -> Places:
        total, wrong = np.zeros(rows, dtype=np.uint64), np.zeros(rows, dtype=np.uint64)
        for place, (start, size) in enumerate(_groups(self.width)):
            word = _words(text, start, size, self.width, rows)
            self._subtract(word, start, size, wrong)
            if any(self.varying[start : start + size]):
                total += _value(word) * np.uint64(10 ** (WORD * place))
        found = total.view(np.int64)
        found[wrong != 0] = -1
        return found

    def _subtract(self, word: Words, start: int, size: int, wrong: Words) -> None:
        """Leave the values of digits in ``word``, and mark in ``wrong`` what is no digit or another byte than in all."""
        pad, zero = bytes(WORD - size), ord("0")
        varying = self.varying[start : start + size]
        same = bytes(zero if v else b for v, b in zip(varying, self.first[start : start + size], strict=True))
        word ^= np.uint64(int.from_bytes(pad + same, "little"))
        must = bytes(0xF0 if v else 0xFF for v in varying)
        above = word + np.uint64(NINES & int.from_bytes(pad + bytes(0xFF if v else 0 for v in varying), "little"))
        above |= word
        above &= np.uint64(int.from_bytes(pad + must, "little"))
        wrong |= above


def form_of(ids: pa.Array) -> Form | None:
    """The form that all ids seem to have; None where they have none, or where they would not fit into a number."""
    if not len(ids) or ids.null_count:
        return None
    width = len(ids[0].as_py().encode())
    text = _bytes(ids, width)
    if not width or text is None:
        return None
    differs = np.zeros(0, dtype=np.uint8)
    for start, size in _groups(width):
        words = _words(text, start, size, width, len(ids))
        # A byte that is the same in all differs in no bit from that of the first.
        bits = np.bitwise_or.reduce(words ^ words[0], keepdims=True)
        differs = np.concatenate([bits.view(np.uint8)[WORD - size :], differs])
    form = Form(width, text[:width].tobytes(), tuple((differs != 0).tolist()))
    return form if form.digits <= MOST_DIGITS else None


class Known:
    """Ids in the order of their places, which are numbered from 1."""

    def __init__(self, ids: pa.Array) -> None:
        self.ids = ids
        self.form = form_of(ids)
        numbers = self.form.numbers(ids) if self.form else None
        # What varies may be letters: then the ids have no numbers.
        self.listed = None if numbers is None or (numbers < 0).any() else _listed(numbers)

    def places(self, sought: Mapping[str, tuple[int, Callable[[], Sequence[pa.Array]]]]) -> dict[str, Places]:
        """The place of each id of some columns, 0 where it is not among them; columns are their length and what reads
        their parts, in which ids may stand as such or as numbers of words."""
        names = sorted(sought, key=lambda name: -sought[name][0])
        numbered = dict(zip(names, in_order(lambda name: self._numbered(sought[name][1]()), names), strict=True))
        found = {name: one for name, one in numbered.items() if isinstance(one, np.ndarray)}
        others = {name: one for name, one in numbered.items() if name not in found}
        for some in in_order(lambda share: _hashed({n: others[n] for n in share}, self.ids), _shares(others)):
            found |= some
        return found

    def _numbered(self, sought: Sequence[pa.Array]) -> Places | pa.Array:
        """Places, or the ids themselves where they have to be hashed."""
        found = [self._places_of(part) for part in sought]
        known = [one for one in found if one is not None]
        if known and len(known) == len(found):
            return known[0] if len(known) == 1 else np.concatenate(known)
        return pa.chunked_array([part.cast(pa.string()) for part in sought], pa.string()).combine_chunks()

    def _places_of(self, part: pa.Array) -> Places | None:
        if not (self.form and self.listed):
            return None
        if not pa.types.is_dictionary(part.type):
            return self.form.numbers(part, self.listed)
        of_words = self.form.numbers(part.dictionary, self.listed)
        nobody = len(part.dictionary)
        return of_words if of_words is None else np.append(of_words, 0).take(_codes(part.indices, nobody))


def _listed(own: Places) -> Callable[[Places], Places]:
    """What finds the place of a number: a list with a line for every number, or where that were too long, a search."""
    lowest, highest = int(own.min()), int(own.max())
    if highest - lowest > SPARE * len(own) + BLOCK:
        order = np.argsort(own, kind="stable")
        return partial(_searched, order, own[order])
    lines = np.zeros(highest - lowest + 2, dtype=np.int64)
    lines[own - (lowest - 1)] = np.arange(1, len(own) + 1)
    return partial(_read, lines, lowest - 1)


def _read(lines: Places, before: int, numbers: Places) -> Places:
    at = numbers - before
    # Line 0 is nobody's, and so is what lies outside of the list.
    at[at.view(np.uint64) >= len(lines)] = 0
    return lines.take(at)


def _searched(order: Places, ascending: Places, numbers: Places) -> Places:
    at = np.searchsorted(ascending, numbers)
    at[at == len(ascending)] = 0
    return np.asarray(np.where(ascending[at] == numbers, order[at] + 1, 0), dtype=np.int64)


def _hashed(sought: Mapping[str, pa.Array], known: pa.Array) -> dict[str, Places]:
    """Many columns in one go, because learning the known ids takes its time too."""
    runs = {name: _runs(column) for name, column in sought.items()}
    wanted = [column.take(pa.array(runs[name][:-1])) for name, column in sought.items()]
    found = pc.index_in(pa.chunked_array(wanted, pa.string()).combine_chunks(), known).fill_null(-1)
    places = np.from_dlpack(found).astype(np.int64) + 1
    parts = np.split(places, np.cumsum([len(column) for column in wanted])[:-1])
    return {name: np.repeat(part, np.diff(runs[name])) for name, part in zip(sought, parts, strict=True)}


def _shares(ids: Mapping[str, pa.Array]) -> list[list[str]]:
    """The columns in as many shares of about the same size as there are cores."""
    shares: list[list[str]] = [[] for _ in range(CORES)]
    for name in sorted(ids, key=lambda name: -len(ids[name])):
        min(shares, key=lambda share: sum(len(ids[one]) for one in share)).append(name)
    return [share for share in shares if share]


def _runs(ids: pa.Array) -> NDArray[np.intp]:
    """Where the id is another than in the row before, and the end: a person's rows often stand together."""
    if not len(ids):
        return np.zeros(1, dtype=np.intp)
    other = pc.fill_null(pc.not_equal(ids[1:], ids[:-1]), True)
    return np.concatenate([[0], np.flatnonzero(_bits(other)) + 1, [len(ids)]])


def _codes(indices: pa.Array, unknown: int) -> NDArray[np.int32]:
    return np.asarray(np.from_dlpack(indices.fill_null(unknown) if indices.null_count else indices))


def _bits(column: pa.Array) -> NDArray[np.uint8]:
    return np.asarray(np.from_dlpack(column.cast(pa.uint8())), dtype=np.uint8)


def _valid(ids: pa.Array) -> NDArray[np.bool_]:
    return _bits(ids.is_valid()).view(np.bool_)


def _bytes(ids: pa.Array, width: int) -> NDArray[np.uint8] | None:
    """The bytes of all known ids one behind the other; None where one is longer or shorter than ``width``."""
    _, offsets, held = ids.buffers()
    ends = np.frombuffer(offsets, np.int32)[ids.offset : ids.offset + len(ids) + 1] if len(ids) else np.zeros(1, int)
    first, last = int(ends[0]), int(ends[-1])
    lengths = np.diff(ends)
    if ids.null_count:
        lengths = lengths[_valid(ids)]
    # An unknown id could have bytes of its own, which would shift all others.
    if (lengths != width).any() or last - first != width * len(lengths):
        return None
    return np.frombuffer(held or b"", np.uint8)[first:last]


def _groups(width: int) -> Iterator[tuple[int, int]]:
    """Start and size of the words that an id consists of, the last first; only the foremost may be short."""
    for end in range(width, 0, -WORD):
        start = max(0, end - WORD)
        yield start, end - start


def _words(text: NDArray[np.uint8], start: int, size: int, width: int, rows: int) -> Words:
    if size == WORD:
        return np.ndarray(rows, dtype="<u8", buffer=text, offset=start, strides=(width,)).astype(np.uint64)
    if width >= WORD:  # the bytes after it are read too, and pushed out
        whole = np.ndarray(rows, dtype="<u8", buffer=text, offset=start, strides=(width,)).astype(np.uint64)
        whole <<= np.uint64(8 * (WORD - size))
        return whole
    padded = np.zeros((rows, WORD), dtype=np.uint8)
    padded[:, WORD - size :] = text[: rows * width].reshape(rows, width)[:, start : start + size]
    return padded.view("<u8")[:, 0].astype(np.uint64)


def _value(digits: Words) -> Words:
    """The number that eight digits write, the foremost in the lowest byte."""
    for times, apart, mask in (
        (10, 8, 0x00FF00FF00FF00FF),
        (100, 16, 0x0000FFFF0000FFFF),
        (10_000, 32, 0x00000000FFFFFFFF),
    ):
        above = digits >> np.uint64(apart)
        digits *= np.uint64(times)
        digits += above
        digits &= np.uint64(mask)
    return digits
