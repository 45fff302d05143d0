"""Workbooks (工作簿 .xlsx): from the parts of the container to one text column and one kind per column of the sheet."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets.archives import (
    RESAVE,
    broken_workbook,
    check_openings,
    open_archive,
    part_names,
    read_part,
    refuse_declarations,
    stream_part,
)
from shouwang.kernel.sheets.cells import (
    DATE,
    EMPTY,
    ERROR,
    FORMULA,
    MAX_COLUMNS,
    NUMBER,
    SHARED,
    TEXT,
    Cells,
    Chunk,
    Malformed,
    Sheet,
    cut_at,
    read_chunk,
)
from shouwang.kernel.sheets.chunks import in_order
from shouwang.kernel.sheets.raw import RawTable, normalise_header
from shouwang.kernel.sheets.shared_strings import may_be_escaped, read_strings, unescape

# Built-in number formats that show a date; 27–36 and 50–58 are the ones of Chinese Excel and WPS.
DATE_FORMATS = {14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)}
MAX_SHEETS = 50
PEEK_ROWS = 10


@dataclass
class Part:
    """A worksheet as the workbook names it."""

    title: str
    name: str
    visible: bool


def read_workbook(path: Path, *, words: frozenset[str] = frozenset()) -> RawTable:
    """Read the sheet whose first rows hold most of the header ``words`` (already normalised).

    Raises InputError for anything that is not an honest workbook.
    """
    with open_archive(path) as archive:
        if "xl/workbook.bin" in part_names(archive):
            raise InputError("这是 .xlsb 格式，读不了。", RESAVE, file=path)
        if "xl/workbook.xml" not in part_names(archive):
            raise InputError("这个压缩文件里没有 Excel 工作簿。", "请提交 .xlsx、.csv 或 .parquet 文件。", file=path)
        check_openings(archive, path)
        try:
            return _Reader(archive, path).read(words)
        except (Malformed, ElementTree.ParseError, pa.ArrowInvalid, pa.ArrowIndexError, IndexError, ValueError):
            raise broken_workbook(path) from None


class _Reader:
    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self.archive, self.path = archive, path
        self.parts, self.epoch_1904 = self._workbook()
        self.dates = self._date_styles()
        self.shared = self._shared_strings()

    def read(self, words: frozenset[str]) -> RawTable:
        notes: list[str] = []
        visible = [part for part in self.parts if part.visible] or self.parts
        chosen = visible[0] if len(visible) == 1 else self._choose(visible, words)
        if len(self.parts) > 1:
            others = "、".join(f"“{part.title}”" for part in self.parts if part is not chosen)
            notes.append(f"工作簿有 {len(self.parts)} 张表，只读了“{chosen.title}”，没有读 {others}")
        with closing(self._stream(chosen.name)) as stream:
            sheet = self._sheet(stream)
        if sheet.formulas:
            notes.append(f"表里有 {sheet.formulas} 个公式，按文件中保存的计算结果读取")
        return assemble(sheet, notes, {"format": "xlsx", "sheet": chosen.title})

    def _workbook(self) -> tuple[list[Part], bool]:
        root = _tree(self.archive, "xl/workbook.xml", self.path)
        targets = self._targets()
        parts = []
        for element in _all(root, "sheet"):
            link = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            target = targets.get(link, "")
            if "worksheets/" in target:
                parts.append(Part(element.get("name", ""), target, element.get("state", "visible") == "visible"))
        if not parts or len(parts) > MAX_SHEETS:
            raise Malformed("no worksheets, or too many")
        return parts, any(e.get("date1904") in ("1", "true") for e in _all(root, "workbookPr"))

    def _targets(self) -> dict[str, str]:
        root = _tree(self.archive, "xl/_rels/workbook.xml.rels", self.path)
        found = {}
        for link in _all(root, "Relationship"):
            target = link.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            if link.get("TargetMode") != "External":
                found[link.get("Id", "")] = whole
        return found

    def _date_styles(self) -> np.ndarray:
        """Which cell styles show a date: an array indexed by the ``s`` attribute."""
        if "xl/styles.xml" not in part_names(self.archive):
            return np.zeros(1, dtype=bool)
        root = _tree(self.archive, "xl/styles.xml", self.path)
        custom = {int(f.get("numFmtId", "0")): f.get("formatCode", "") for f in _all(root, "numFmt")}
        flags = []
        for block in _all(root, "cellXfs"):
            for style in block:
                number = int(style.get("numFmtId", "0"))
                flags.append(_shows_date(custom[number]) if number in custom else number in DATE_FORMATS)
        return np.array(flags or [False], dtype=bool)

    def _shared_strings(self) -> pa.StringArray:
        if "xl/sharedStrings.xml" not in part_names(self.archive):
            return pa.array([], pa.string())
        with closing(self._stream("xl/sharedStrings.xml", root="sst")) as stream:
            pieces = list(in_order(read_strings, cut_at(stream, b"<si", b"sst")))
        return pa.concat_arrays(pieces) if pieces else pa.array([], pa.string())

    def _stream(self, name: str, *, root: str = "worksheet") -> Generator[bytes]:
        return _with_bare_tags(stream_part(self.archive, name, self.path), self.path, root=root)

    def _choose(self, parts: list[Part], words: frozenset[str]) -> Part:
        return max(parts, key=lambda part: self._hits(part, words))

    def _hits(self, part: Part, words: frozenset[str]) -> int:
        """How many of the header words stand in the first rows of a sheet; an empty sheet has none."""
        with closing(self._stream(part.name)) as stream:
            head = next(stream, b"")
        end = head.rfind(b"<row")
        if end > head.find(b"<row") >= 0 and b"</sheetData>" not in head:
            head = head[:end]
        rows = head.split(b"<row")[: PEEK_ROWS + 1]
        try:
            sheet = self._sheet([b"<row".join(rows).split(b"</sheetData>")[0] + b"</sheetData>"])
        except Malformed:
            return 0
        texts = [text for pieces in sheet.columns.values() for _, piece, _ in pieces for text in piece.to_pylist()]
        return len({normalise_header(text) for text in texts if text} & words)

    def _sheet(self, stream: Iterable[bytes]) -> Sheet:
        sheet, last = Sheet(), 0
        for chunk in in_order(self._chunk, cut_at(stream, b"<row", b"sheetData")):
            numbers = chunk.numbers if chunk.numbers is not None else np.arange(last + 1, last + 1 + chunk.rows)
            last = int(numbers[-1])
            sheet.formulas += chunk.formulas
            _scatter(chunk.cells, numbers, sheet)
        return sheet

    def _chunk(self, data: bytes) -> Chunk:
        chunk = read_chunk(data)
        chunk.cells = self._resolve(chunk.cells, escaped=may_be_escaped(data))
        return chunk

    def _resolve(self, cells: Cells, *, escaped: bool) -> Cells:
        """Look up shared strings, unescape, turn date-styled serials into ISO dates, drop cells without content."""
        filled = pc.binary_length(cells.texts).to_numpy(zero_copy_only=False) > 0
        cells = _only(cells, filled | (cells.kind == FORMULA))
        if (cells.column >= MAX_COLUMNS).any():
            raise InputError(f"表的列数超过 {MAX_COLUMNS} 列。", "请删去右侧多余的列后重新提交。", file=self.path)
        if escaped and (cells.kind == TEXT).any():
            cells.texts = unescape(cells.texts)
        shared = cells.kind == SHARED
        if shared.any():
            index = cells.texts.filter(pa.array(shared)).cast(pa.int32())
            cells.texts = pc.replace_with_mask(cells.texts, pa.array(shared), self.shared.take(index))
            cells.kind[shared] = TEXT
        dated = (cells.kind == NUMBER) & self.dates[np.minimum(cells.style, len(self.dates) - 1)]
        if dated.any():
            cells.texts = _dates(cells.texts, dated, cells.kind, self.epoch_1904)
        return cells


def _only(cells: Cells, kept: np.ndarray) -> Cells:
    if kept.all():
        return cells
    texts = cells.texts.filter(pa.array(kept))
    return Cells(cells.row[kept], cells.column[kept], cells.kind[kept], cells.style[kept], texts)


def _scatter(cells: Cells, numbers: np.ndarray, sheet: Sheet) -> None:
    """Lay the cells of a chunk into columns of equal length: one place per row that holds something."""
    if not len(cells.row):
        return
    used = np.zeros(len(numbers), dtype=bool)
    used[cells.row] = True
    place = (np.cumsum(used) - 1)[cells.row]
    count = int(used.sum())
    order = np.argsort(cells.column, kind="stable")
    found, first = np.unique(cells.column[order], return_index=True)
    columns = {}
    for number, members in zip(found.tolist(), np.split(order, first[1:]), strict=True):
        at = np.full(count, -1, dtype=np.int64)
        at[place[members]] = members
        kinds = np.zeros(count, dtype=np.uint8)
        kinds[place[members]] = cells.kind[members]
        columns[number] = (cells.texts.take(pa.array(at, mask=at < 0)), kinds)
    sheet.add(numbers[used], columns)


def assemble(sheet: Sheet, notes: list[str], about: dict[str, str]) -> RawTable:
    """Join the chunks; a column that a chunk lacks is empty there."""
    width = max(sheet.columns, default=-1) + 1
    texts, kinds = [], []
    for number in range(width):
        pieces = {chunk: (text, kind) for chunk, text, kind in sheet.columns.get(number, [])}
        text_pieces, kind_pieces = [], []
        for chunk, rows in enumerate(sheet.rows):
            text, kind = pieces.get(chunk, (None, None))
            text_pieces.append(pa.nulls(len(rows), pa.string()) if text is None else text)
            kind_pieces.append(np.full(len(rows), EMPTY, dtype=np.uint8) if kind is None else kind)
        texts.append(pa.concat_arrays(text_pieces))
        kinds.append(np.concatenate(kind_pieces))
    rows = np.concatenate(sheet.rows) if sheet.rows else np.zeros(0, dtype=np.int64)
    return RawTable(rows, texts, kinds, notes=notes, about=about)


def _dates(texts: pa.StringArray, dated: np.ndarray, kind: np.ndarray, epoch_1904: bool) -> pa.StringArray:
    """Serial days to ISO text. Excel counts a 29 February 1900 that never was: serials before it are one day off."""
    serial = texts.filter(pa.array(dated)).cast(pa.float64()).to_numpy(zero_copy_only=False)
    days = np.floor(serial).astype(np.int64) + (1462 if epoch_1904 else 0)
    days += (days < 60).astype(np.int64)
    fits = (days >= 1) & (days <= 2_958_465)
    kind[dated] = np.where(fits, DATE, ERROR)
    distinct, place = np.unique(np.where(fits, days, 1), return_inverse=True)
    shown = pa.array(np.datetime64("1899-12-30") + distinct).cast(pa.string())
    return pc.replace_with_mask(texts, pa.array(dated), shown.take(pa.array(place)))


def _shows_date(code: str) -> bool:
    """Whether a number format shows a day: has y, m with d, or 年月日 outside quotes, brackets and escapes."""
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code).lower()
    return "y" in plain or "d" in plain or "年" in code or ("月" in code and "日" in code)


def _with_bare_tags(stream: Generator[bytes], path: Path, *, root: str) -> Generator[bytes]:
    """Refuse a DTD at the head and take off a namespace prefix (``<x:row>``), which some exporting libraries write."""
    with closing(stream):
        head = next(stream, b"")
        refuse_declarations(head[:65_536], path)
        found = re.search(rb"<(\w+):" + root.encode() + rb"[ >]", head[:65_536])
        if not found:
            yield head
            yield from stream
            return
        prefix, carry = found.group(1), b""
        for chunk in chain([head], stream):
            carry += chunk
            keep = max(carry.rfind(b"<"), 0)
            ready, carry = carry[:keep], carry[keep:]
            yield _bare(ready, prefix)
        yield _bare(carry, prefix)


def _bare(data: bytes, prefix: bytes) -> bytes:
    return data.replace(b"<" + prefix + b":", b"<").replace(b"</" + prefix + b":", b"</")


def _tree(archive: zipfile.ZipFile, name: str, path: Path) -> ElementTree.Element:
    # Declarations were refused by read_part, so there is no entity to expand.
    return ElementTree.fromstring(read_part(archive, name, path))  # noqa: S314


def _all(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if element.tag.rpartition("}")[2] == name]
