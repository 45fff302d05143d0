"""Text tables (.csv, .txt): encoding and separator are found out; rows of another width are set aside, not lost."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets.cells import EMPTY, MAX_COLUMNS, TEXT
from shouwang.kernel.sheets.chunks import in_order
from shouwang.kernel.sheets.raw import RawTable

SEPARATORS = ",;\t|"
PEEK_LINES = 50
TITLE_LINES = 10
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
BLOCK = 64 * 1024 * 1024
SMALL_BLOCK = 16 * 1024 * 1024
THREADS = 2
PEEK_BYTES = 1024 * 1024
RECODED = 4 * 1024 * 1024
UNFINISHED = "文件最后一行没有换行符，请核对最后一行是否完整"
EXPORT_AGAIN = "请重新导出整个文件，保存为“CSV UTF-8”或 .xlsx 后提交。"


def read_delimited(path: Path) -> RawTable:
    """Read a text table of any usual encoding. Raises InputError where it is cut off or no table."""
    data = path.read_bytes()
    for encoding in ("utf-8", "gb18030"):
        plain = _read_plain(data, path, encoding)
        if plain is not None:
            return plain
    text, encoding = decode(data, path)
    if not encoding.startswith("utf-8"):
        plain = _read_plain(text.encode("utf-8", "surrogatepass"), path, "utf-8", encoding)
        if plain is not None:
            return plain
    if "\x00" in text:
        raise InputError("文件里有二进制内容，不是文字表格。", EXPORT_AGAIN, file=path)
    if not text.strip():
        raise InputError("文件是空的，没有任何内容。", EXPORT_AGAIN, file=path)
    separator, width, skipped = _shape(text, path)
    _check_quotes(text, separator, path)
    table, ragged = _parse(text, separator, width, skipped, path)
    notes = [] if text.endswith(("\n", "\r")) else [UNFINISHED]
    return _raw(table, ragged, skipped, notes, encoding, path)


def _read_plain(data: bytes, path: Path, encoding: str, called: str = "") -> RawTable | None:
    """The usual file, all rows of one width, on all cores and without a copy; None for every other.

    A text is taken for GB18030 only where its beginning is not UTF-8, as ``decode`` does. Both write line ends and quotes
    as single bytes that are part of no other character. It is ``called`` by another name where the bytes given were made
    from that encoding.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    marked = data.startswith(codecs.BOM_UTF8)
    begin = len(codecs.BOM_UTF8) if marked else 0
    head = data[begin : begin + PEEK_BYTES]
    head = head[: head.rfind(b"\n") + 1]
    try:
        if encoding != "utf-8" and (marked or _is_utf8(head)):
            return None
        text = head.decode(encoding)
        if not text.strip() or b"\x00" in data or data.count(b'"') % 2:
            return None
        separator, width, skipped = _shape(text, path)
        pa.set_cpu_count(THREADS)
        file = pa.BufferReader(memoryview(data)[begin:]) if encoding == "utf-8" else Recoded(data, encoding)
        table = _columns(file, separator, width, skipped, threads=True, quoted=b'"' in data)
    except (UnicodeError, pa.ArrowInvalid, InputError):
        return None  # read slowly, and what is wrong is told
    notes = [] if data.endswith((b"\n", b"\r")) else [UNFINISHED]
    return _raw(table, [], skipped, notes, "utf-8-sig" if marked else called or encoding, path)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class Recoded(io.RawIOBase):
    """A file of another encoding as UTF-8 (转码), piece by piece: while one is turned, the one before is cut into cells."""

    def __init__(self, data: bytes, encoding: str) -> None:
        super().__init__()
        self.data, self.at = memoryview(data), 0
        self.decoder = codecs.getincrementaldecoder(encoding)()
        self.ready = b""

    def readable(self) -> bool:
        """It is read from, and nothing else."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, as many as asked for unless the end is near. Raises UnicodeError for what is no text."""
        pieces, have = [self.ready], len(self.ready)
        while (size < 0 or have < size) and self.at < len(self.data):
            piece = self.data[self.at : self.at + RECODED]
            self.at += len(piece)
            pieces.append(self.decoder.decode(piece, self.at == len(self.data)).encode("utf-8"))
            have += len(pieces[-1])
        ready = b"".join(pieces)
        cut = len(ready) if size < 0 else size
        self.ready = ready[cut:]
        return ready[:cut]


def decode(data: bytes, path: Path) -> tuple[str, str]:
    """Text and the name of its encoding: BOM first, then UTF-8, UTF-16 without BOM, and GB18030."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return _decoded(data, name, path), name
    zeros = data[:2000].count(0)
    if zeros > len(data[:2000]) // 10:
        name = "utf-16-le" if data[1:2000:2].count(0) >= data[0:2000:2].count(0) else "utf-16-be"
        return _decoded(data, name, path), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.reason == "unexpected end of data":
            raise _cut_off(path) from None
    return _decoded(data, "gb18030", path), "gb18030"


def _decoded(data: bytes, name: str, path: Path) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4:
            raise _cut_off(path) from None
        raise InputError("文字编码认不出来（不是 UTF-8、GB18030 或 UTF-16）。", EXPORT_AGAIN, file=path) from None


def _shape(text: str, path: Path) -> tuple[str, int, int]:
    """Separator, number of columns, and how many title lines stand before the first full row."""
    head = text[: 1024 * 1024].splitlines(keepends=True)[:PEEK_LINES]
    separator, width = _separator(head)
    if width < 2:
        raise InputError("只有一列，认不出分隔符，不像一张表。", "请用逗号分隔的 CSV 或 .xlsx 提交。", file=path)
    if width > MAX_COLUMNS:
        raise InputError(f"表的列数超过 {MAX_COLUMNS} 列。", "请删去多余的列后重新提交。", file=path)
    reader, lines = csv.reader(head, delimiter=separator), 0
    for place, record in enumerate(reader):
        if len(record) == width or place >= TITLE_LINES:
            return separator, width, lines
        lines = reader.line_num
    return separator, width, 0


def _separator(head: list[str]) -> tuple[str, int]:
    """The separator that cuts most lines into the same number of columns, and that number."""
    best, score = (",", 0), (0, 0)
    for separator in SEPARATORS:
        counts = Counter(len(record) for record in csv.reader(head, delimiter=separator) if len(record) > 1)
        if counts:
            width, times = counts.most_common(1)[0]
            if (times, width) > score:
                best, score = (separator, width), (times, width)
    return best


def _check_quotes(text: str, separator: str, path: Path) -> None:
    """An odd number of quotes is looked at closely: an inch mark is harmless, an open quote swallows the rest."""
    if text.count('"') % 2 == 0:
        return
    try:
        for _ in csv.reader(io.StringIO(text), delimiter=separator, strict=True):
            pass
    except csv.Error:
        raise InputError("有一格的引号没有关上，文件可能被截断。", EXPORT_AGAIN, file=path) from None


def _parse(
    text: str, separator: str, width: int, skipped: int, path: Path
) -> tuple[pa.Table, list[tuple[int, int, str]]]:
    """All columns as text, and the rows of another width: (row number, columns, text)."""
    ragged: list[tuple[int, int, str]] = []

    def set_aside(row: pyarrow.csv.InvalidRow) -> str:
        ragged.append((int(row.number or 0), int(row.actual_columns), str(row.text or "")))
        return "skip"

    try:
        file = io.BytesIO(text.encode("utf-8"))
        table = _columns(file, separator, width, skipped, quoted='"' in text, set_aside=set_aside)
    except (pa.ArrowInvalid, UnicodeEncodeError):
        raise InputError("表格内容读不下去，文件可能被截断。", EXPORT_AGAIN, file=path) from None
    return table, ragged


def _columns(
    file: Any,
    separator: str,
    width: int,
    skipped: int,
    *,
    quoted: bool,
    threads: bool = False,
    set_aside: Callable[[pyarrow.csv.InvalidRow], str] | None = None,
) -> pa.Table:
    """All columns as text. Raises ArrowInvalid for a row of another width, unless it is set aside."""
    names = [f"t{i}" for i in range(width)]
    return pyarrow.csv.read_csv(
        file,
        read_options=pyarrow.csv.ReadOptions(
            use_threads=threads, skip_rows=skipped, column_names=names, block_size=SMALL_BLOCK if threads else BLOCK
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=separator, newlines_in_values=quoted, ignore_empty_lines=False, invalid_row_handler=set_aside
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
        ),
    )


def _raw(
    table: pa.Table, ragged: list[tuple[int, int, str]], skipped: int, notes: list[str], encoding: str, path: Path
) -> RawTable:
    """Give every row its number; a last row with fewer columns means that the file was cut off."""
    total = skipped + table.num_rows + len(ragged)
    width = table.num_columns
    if ragged and ragged[-1][0] == total and ragged[-1][1] < width:
        raise _cut_off(path)
    rows = np.arange(skipped + 1, total + 1)
    if ragged:
        rows = np.delete(rows, np.array([number for number, _, _ in ragged]) - skipped - 1)
    texts, kinds = map(list, zip(*in_order(_joined, table.columns), strict=True))
    odd = [(n, f"列数不对：应有 {width} 列，实有 {found} 列", text) for n, found, text in ragged if text.strip()]
    return RawTable(rows, texts, kinds, notes=notes, about={"format": "csv", "encoding": encoding}, ragged=odd)


def _joined(column: pa.ChunkedArray) -> tuple[pa.StringArray, np.ndarray]:
    """A column in one piece, and the kind of each cell."""
    whole = column.combine_chunks()
    texts = whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)
    filled = texts.is_valid().to_numpy(zero_copy_only=False)
    return texts, np.where(filled, np.uint8(TEXT), np.uint8(EMPTY))


def _cut_off(path: Path) -> InputError:
    return InputError("文件好像没有传完：末尾被截断。", EXPORT_AGAIN, file=path)
