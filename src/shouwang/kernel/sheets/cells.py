"""Cells of a worksheet (单元格): read from chunks of XML with array operations, no Python object per cell.

A worksheet is a long flat list of ``<row r=…><c r=… s=… t=…><v>…</v></c></row>``. The positions of all ``<``, ``>``
and ``=`` of a chunk are found at once; tags, attributes and texts are then index arithmetic. Every chunk starts at a
row, so memory is bounded by the chunk, not by the sheet. Anything that is not of this form raises Malformed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

EMPTY, TEXT, NUMBER, DATE, BOOL, ERROR, FORMULA = range(7)
SHARED = 255  # a text that still is an index into the shared strings
MAX_COLUMNS = 512
MAX_CARRY = 32 * 1024 * 1024
PADDING = b" " * 16
LESS, GREATER, EQUALS, SLASH, BANG = b"<>=/!"

Ints = np.ndarray
GAP = np.zeros(256, dtype=bool)
GAP[list(b" \t\r\n/>")] = True
BLANK = np.zeros(256, dtype=bool)
BLANK[list(b" \t\r\n")] = True


class Malformed(Exception):
    """The XML is not what spreadsheet programs write (结构不对)."""


@dataclass
class Tags:
    """All tags of a chunk: where each begins and ends, and the two letters after ``<``.

    ``single`` is the name of tags that have a one-letter name (``<c>``, ``<v/>``), and 0 for all others.
    """

    buffer: Ints
    begin: Ints
    end: Ints
    first: Ints
    second: Ints
    single: Ints

    def opening(self, letter: bytes) -> Ints:
        """Mark tags of a one-letter name: ``<c>``, ``<c …>``, ``<v/>``."""
        return self.single == letter[0]


def find_tags(chunk: bytes) -> Tags:
    """Find every tag of a chunk. Raises Malformed for declarations, comments, CDATA and unclosed tags."""
    buffer = np.frombuffer(chunk + PADDING, dtype=np.uint8)
    begin = np.flatnonzero(buffer == LESS)
    close = np.flatnonzero(buffer == GREATER)
    if len(begin) != len(close) or not (close > begin).all() or not (close[:-1] < begin[1:]).all():
        nearest = np.searchsorted(close, begin)
        if len(begin) and nearest[-1] >= len(close):
            raise Malformed("unclosed tag")
        close = close[nearest]
    first = buffer[begin + 1]
    if (first == BANG).any():
        raise Malformed("declaration")
    second = buffer[begin + 2]
    return Tags(buffer, begin, close, first, second, first * GAP[second])


def text_spans(tags: Tags, marks: Ints) -> tuple[Ints, Ints, Ints]:
    """Tags that hold text: (indexes of the tags, where each text begins, its length); self-closed tags hold none."""
    index = np.flatnonzero(marks)
    index = index[tags.buffer[tags.end[index] - 1] != SLASH]
    if not len(index):
        return index, index, index
    if index[-1] + 1 >= len(tags.begin) or (tags.first[index + 1] != SLASH).any():
        raise Malformed("text is not closed")
    begin = tags.end[index] + 1
    return index, begin, tags.begin[index + 1] - begin


def collect_texts(buffer: Ints, begin: Ints, length: Ints, totals: Ints) -> pa.StringArray:
    """Copy the spans one after another into one string array whose items have the lengths ``totals``."""
    shift = begin - (np.cumsum(length) - length)
    data = buffer[np.repeat(shift, length) + np.arange(length.sum())]
    offsets = np.zeros(len(totals) + 1, dtype=np.int32)
    np.cumsum(totals, out=offsets[1:])
    texts = pa.StringArray.from_buffers(len(totals), pa.py_buffer(offsets), pa.py_buffer(data))
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        raise Malformed("not UTF-8") from None
    return texts


def outside_phonetics(tags: Tags, marks: Ints) -> Ints:
    """Leave out texts inside ``<rPh>``: pinyin hints over the characters are no content."""
    opens = (tags.first == ord("r")) & (tags.second == ord("P"))
    if not opens.any():
        return marks
    buffer, at = tags.buffer, tags.begin
    opens &= buffer[at + 3] == ord("h")
    closes = (tags.first == SLASH) & (buffer[at + 2] == ord("r")) & (buffer[at + 3] == ord("P"))
    closes &= buffer[at + 4] == ord("h")
    return marks & (np.cumsum(opens.astype(np.int32) - closes.astype(np.int32)) == 0)


def digits_at(buffer: Ints, at: Ints, width: int) -> Ints:
    """Read up to ``width`` decimal digits starting at each position."""
    value = np.zeros(len(at), dtype=np.int64)
    running = np.ones(len(at), dtype=bool)
    for step in range(width):
        digit = buffer[np.minimum(at + step, len(buffer) - 1)].astype(np.int64) - 48
        running &= (digit >= 0) & (digit <= 9)
        value = np.where(running, value * 10 + digit, value)
    return value


def cut_at(chunks: Iterable[bytes], mark: bytes, block: bytes) -> Iterator[bytes]:
    """Yield pieces that each start with ``mark``, up to the end of ``block``.

    What follows is drained, because the checksum of the part is tested at its end.
    """
    carry, seen, ended = b"", False, False
    stop = b"</" + block + b">"
    for chunk in chunks:
        if ended:
            continue
        carry += chunk
        start, end = carry.find(mark), carry.find(stop)
        seen, ended = seen or start >= 0, end >= 0
        cut = end if ended else carry.rfind(mark)
        if 0 <= start < cut:
            yield carry[start:cut]
        carry = carry[max(cut, 0) :]
        if len(carry) > MAX_CARRY:
            raise Malformed("a single row is too large")
    if not ended and (seen or not re.search(rb"<" + block + rb"(\s[^>]*)?/>", carry)):
        raise Malformed("the end is missing")


@dataclass
class Sheet:
    """Rows that hold something: their numbers and one text and one kind array per column."""

    rows: list[Ints] = field(default_factory=list)
    columns: dict[int, list[tuple[int, pa.StringArray, Ints]]] = field(default_factory=dict)
    formulas: int = 0

    def add(self, rows: Ints, columns: dict[int, tuple[pa.StringArray, Ints]]) -> None:
        for number, (texts, kinds) in columns.items():
            self.columns.setdefault(number, []).append((len(self.rows), texts, kinds))
        self.rows.append(rows)


@dataclass
class Cells:
    """The cells of one chunk; ``row`` counts within the chunk."""

    row: Ints
    column: Ints
    kind: Ints
    style: Ints
    texts: pa.StringArray


@dataclass
class Chunk:
    """A chunk as read: its cells, the numbers of its rows (or None where they have none), how many formulas."""

    cells: Cells
    rows: int
    numbers: Ints | None
    formulas: int


def read_chunk(chunk: bytes) -> Chunk:
    """Read one chunk; chunks know nothing of each other, so several can be read at a time."""
    tags = find_tags(chunk)
    is_cell = tags.opening(b"c")
    is_row = (tags.first == ord("r")) & (tags.second == ord("o"))
    heads = np.flatnonzero(is_cell | is_row)
    if not len(heads) or not is_row[heads[0]]:
        raise Malformed("cells outside rows")
    letter, at, owner = _attributes(tags, heads)
    head_is_row = is_row[heads]
    numbers = _row_numbers(tags.buffer, letter, at, owner, head_is_row)
    cell_of_head = np.cumsum(~head_is_row) - 1
    of_cell = ~head_is_row[owner]
    letter, at, owner = letter[of_cell], at[of_cell], cell_of_head[owner[of_cell]]
    row = (np.cumsum(head_is_row) - 1)[~head_is_row]
    column = _columns(tags.buffer, at[letter == ord("r")], owner[letter == ord("r")], row)
    style = np.zeros(len(row), dtype=np.int64)
    style[owner[letter == ord("s")]] = digits_at(tags.buffer, at[letter == ord("s")], 5)
    kind = _kinds(tags.buffer, at[letter == ord("t")], owner[letter == ord("t")], len(row))
    texts, formula = _cell_texts(tags, np.flatnonzero(is_cell), len(row))
    lonely = formula & (pc.binary_length(texts).to_numpy(zero_copy_only=False) == 0)
    kind[lonely] = FORMULA
    return Chunk(Cells(row, column, kind, style, texts), int(head_is_row.sum()), numbers, int(formula.sum()))


def _attributes(tags: Tags, heads: Ints) -> tuple[Ints, Ints, Ints]:
    """Attributes with one-letter names of the given tags: (letter, where the value begins, which tag)."""
    begin, end = tags.begin[heads], tags.end[heads]
    at = np.flatnonzero(tags.buffer == EQUALS)
    at = at[BLANK[tags.buffer[at - 2]]]  # names of one letter; other attributes say nothing about content
    owner = np.searchsorted(begin, at) - 1
    inside = (owner >= 0) & (at < end[np.maximum(owner, 0)])
    at, owner = at[inside], owner[inside]
    return tags.buffer[at - 1], at + 2, owner


def _row_numbers(buffer: Ints, letter: Ints, at: Ints, owner: Ints, head_is_row: Ints) -> Ints | None:
    mine = (letter == ord("r")) & head_is_row[owner]
    count = int(head_is_row.sum())
    if int(mine.sum()) == count:
        return digits_at(buffer, at[mine], 8)
    if mine.any():
        raise Malformed("some rows have no number")
    return None


def _columns(buffer: Ints, at: Ints, owner: Ints, row: Ints) -> Ints:
    """Column numbers from references such as ``AB12``; without references, cells are counted along their row."""
    if not len(at) and len(row):
        first = np.searchsorted(row, row)
        return np.arange(len(row)) - first
    if len(at) != len(row):
        raise Malformed("some cells have no reference")
    column = np.zeros(len(row), dtype=np.int64)
    running = np.ones(len(row), dtype=bool)
    for step in range(3):
        letter = buffer[at + step].astype(np.int64) - 64
        running &= (letter >= 1) & (letter <= 26)
        column = np.where(running, column * 26 + letter, column)
    found = np.empty(len(row), dtype=np.int64)
    found[owner] = column - 1
    return found


def _kinds(buffer: Ints, at: Ints, owner: Ints, count: int) -> Ints:
    """Kinds from the ``t`` attribute; shared strings are marked until they are looked up."""
    table = np.full(256, TEXT, dtype=np.uint8)
    table[ord("n")], table[ord("b")], table[ord("e")], table[ord("d")] = NUMBER, BOOL, ERROR, DATE
    kind = np.full(count, NUMBER, dtype=np.uint8)
    letter = buffer[at]
    shared = (letter == ord("s")) & ((buffer[at + 1] == ord('"')) | (buffer[at + 1] == ord("'")))
    kind[owner] = np.where(shared, SHARED, table[letter])
    return kind


def _cell_texts(tags: Tags, cells: Ints, count: int) -> tuple[pa.StringArray, Ints]:
    marks = outside_phonetics(tags, tags.opening(b"v") | tags.opening(b"t"))
    index, begin, length = text_spans(tags, marks)
    owner = np.searchsorted(cells, index) - 1
    if len(owner) and owner[0] < 0:
        raise Malformed("text outside cells")
    totals = np.bincount(owner, weights=length, minlength=count).astype(np.int64)
    formula = np.zeros(count, dtype=bool)
    formulas = np.flatnonzero(tags.opening(b"f"))
    if len(formulas):
        formula[np.maximum(np.searchsorted(cells, formulas) - 1, 0)] = True
    return collect_texts(tags.buffer, begin, length, totals), formula
