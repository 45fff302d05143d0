"""Checking a table against its contract (逐行检查): typed columns, and a reason for every row that cannot be taken.

A row with one bad cell is rejected whole and named; the other rows are taken. Nothing becomes null in silence: what is
read as blank is counted in a warning. A file whose money is evidently in 万元 is refused whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.engine.model import Column, Source
from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets.cells import ERROR, FORMULA
from shouwang.kernel.sheets.chunks import in_order
from shouwang.kernel.sheets.raw import RawTable
from shouwang.stream.feeds.amounts import DECIMALS, parse_amounts
from shouwang.stream.feeds.dates import parse_dates
from shouwang.stream.feeds.headers import IDENTITY, Header, HeaderPlan
from shouwang.stream.feeds.parsed import Parsed, valid
from shouwang.stream.feeds.wording import clean, parse_choices, parse_flags, parse_words

TYPES = {
    **DECIMALS,
    "integer": pa.int64(),
    "date": pa.date32(),
    "bool": pa.bool_(),
}
TOTALS = ["合计", "总计", "小计", "合 计", "总 计", "小 计", "合计:", "合计：", "总计：", "本页合计"]
ENOUGH_TO_JUDGE = 5


@dataclass(frozen=True)
class Reject:
    """One reason why a row is not taken (错误): its number in the file, the column, the text there, the reason."""

    row_no: int
    column: str
    value: str
    reason: str


@dataclass
class Checked:
    """The rows that can be taken, typed, and the reasons for the others."""

    table: pa.Table
    rejects: list[Reject]
    rows_in: int
    warnings: list[str] = field(default_factory=list)


def column_type(column: Column) -> pa.DataType:
    """The Arrow type in which a column is kept: money DECIMAL(14,2), dates DATE, words VARCHAR."""
    return TYPES.get(column.type, pa.string())


def check_rows(body: RawTable, plan: HeaderPlan, source: Source, *, file: Path) -> Checked:
    """Parse and check all rows below the header. Raises InputError where a whole money column is in another unit."""
    checker = _Checker(body, plan, source, file)
    return checker.check()


@dataclass
class _Column:
    """What was found of one column; columns know nothing of each other, so that two can be typed at a time."""

    values: pa.Array
    faults: list[tuple[np.ndarray, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class _Checker:
    def __init__(self, body: RawTable, plan: HeaderPlan, source: Source, file: Path) -> None:
        self.plan, self.source, self.file = plan, source, file
        self.warnings: list[str] = []
        self.rejects: list[Reject] = [Reject(row, "", text, reason) for row, reason, text in body.ragged]
        each = in_order(lambda header: clean(body.texts[header.place]), plan.matched)
        cleaned = dict(zip((header.column.name for header in plan.matched), each, strict=True))
        some = np.zeros(len(body), dtype=bool)
        for texts, _ in cleaned.values():
            some |= valid(texts)
        for header in plan.matched:
            some |= np.isin(body.kinds[header.place], (ERROR, FORMULA))
        self.body = body.keep(some)
        mask = pa.array(some)
        self.cleaned = {
            name: (texts if some.all() else texts.filter(mask), marks[some]) for name, (texts, marks) in cleaned.items()
        }
        self.bad = np.zeros(len(self.body), dtype=bool)

    def check(self) -> Checked:
        self._set_totals_aside()
        columns = {}
        for header, found in zip(self.plan.matched, in_order(self._column, self.plan.matched), strict=True):
            columns[header.column.name] = found.values
            for places, reason in found.faults:
                self._fault(header, places, reason)
            self.warnings += found.warnings
        self._require_identity(columns)
        arrays, names = [pa.array(self.body.rows, pa.int64())], ["row_no"]
        for column in self.source.columns.values():
            kind = column_type(column)
            names.append(column.name)
            arrays.append(columns.get(column.name, pa.nulls(len(self.body), kind)))
        if self.bad.any():
            good = pa.array(~self.bad)
            arrays = list(in_order(lambda values: values.filter(good), arrays))
        table = pa.table(arrays, names=names)
        self.rejects.sort(key=lambda reject: reject.row_no)
        rows_in = len(self.body) + len(self.body.ragged)
        return Checked(table, self.rejects, rows_in, self.warnings)

    def _set_totals_aside(self) -> None:
        """A last row such as 合计 is no data; it is named as such, and not blamed cell by cell."""
        self.totals = np.zeros(len(self.body), dtype=bool)
        for place in range(min(3, len(self.body.texts))):
            self.totals |= np.asarray(pc.is_in(pc.utf8_trim_whitespace(self.body.texts[place]), pa.array(TOTALS)))
        for at in np.flatnonzero(self.totals).tolist():
            self._reject(at, "", "合计", "合计行不是数据，没有读")

    def _column(self, header: Header) -> _Column:
        column, kinds = header.column, self.body.kinds[header.place]
        texts, marks = self.cleaned[column.name]
        faults = [
            (marks == 1, "以“=”开头，像是公式，请粘贴为数值或文字"),
            (marks == 2, "含有控制字符或改变文字方向的字符，请重新录入"),
            (kinds == ERROR, "单元格是错误值，请核对公式"),
            (kinds == FORMULA, "公式没有计算结果，请在 Excel 中重算并保存"),
        ]
        closed = (marks > 0) | (kinds == ERROR) | (kinds == FORMULA) | self.totals
        if closed.any():
            texts = pc.if_else(pa.array(closed), None, texts)
        if column.required:
            faults.append((~valid(texts) & ~closed, "必填，不能为空"))
        parsed = self._parse(header, texts, kinds)
        faults += [(parsed.faults == number, reason) for number, reason in enumerate(parsed.reasons, start=1)]
        if column.required and (parsed.values.null_count - int((~valid(texts)).sum())):
            lost = valid(texts) & ~valid(parsed.values) & (parsed.faults == 0)
            faults.append((lost, "必填，不能写“无”或“-”"))
        placed = [(np.flatnonzero(marks & ~self.totals), reason) for marks, reason in faults if marks.any()]
        warnings = [f"“{header.text}”有 {count} {note}" for note, count in parsed.notes.items()]
        return _Column(parsed.values, placed, warnings)

    def _parse(self, header: Header, texts: pa.StringArray, kinds: np.ndarray) -> Parsed:
        column = header.column
        if column.type == "date":
            return parse_dates(texts)
        if column.type == "choice":
            return parse_choices(texts, column)
        if column.type == "bool":
            return parse_flags(texts)
        if column.type not in TYPES:
            return parse_words(texts, kinds, column)
        parsed = parse_amounts(texts, column.type)
        if column.type == "money":
            self._refuse_ten_thousands(header, parsed)
        return parsed

    def _refuse_ten_thousands(self, header: Header, parsed: Parsed) -> None:
        """Money in 万元 under a header that does not say so: small numbers with many decimals.

        Yuan have at most two decimals, so a column in which most values have more and none reaches 1,000 is in another
        unit whatever the header says. Where the header does not say 元, a column of which no value reaches 100 and most
        have decimals is held back too; a header with “(元)” settles that.
        """
        values = np.asarray(pc.cast(pc.drop_null(parsed.values), pa.float64()))
        values = np.abs(values[values != 0])
        if len(values) < ENOUGH_TO_JUDGE or self.body.about.get("format") == "parquet":
            return
        fine = sum(count for note, count in parsed.notes.items() if "小数" in note)
        largest = float(values.max())
        explicit = header.unit is not None or header.text.strip() == header.column.name
        fractions = float((values != np.floor(values)).mean())
        if (fine * 2 >= len(values) and largest < 1000) or (not explicit and largest < 100 and fractions >= 0.5):
            raise InputError(
                f"“{header.text}”的数值都很小（最大 {largest:g}）且多带小数，像是以万元为单位，整个文件先不收。",
                f"请换算成元后重新提交；如果确实是元，请把表头写成“{header.text.strip()}(元)”，金额最多两位小数。",
                file=self.file,
                column=header.column.name,
            )

    def _require_identity(self, columns: dict[str, pa.Array]) -> None:
        if self.source.kind != "feed":
            return
        known = [columns[name] for name in IDENTITY if name in columns]
        nobody = np.ones(len(self.body), dtype=bool)
        for values in known:
            nobody &= ~valid(values)
        for at in np.flatnonzero(nobody & ~self.bad).tolist():
            self._reject(at, "", "", "没有姓名、身份证号或编号，认不出是谁")

    def _fault(self, header: Header, places: np.ndarray, reason: str) -> None:
        shown = self.body.texts[header.place].take(pa.array(places)).to_pylist()
        rows = self.body.rows[places].tolist()
        text = f"“{header.text.strip()}”{reason}"
        self.rejects += [
            Reject(row, header.column.name, value or "", text) for row, value in zip(rows, shown, strict=True)
        ]
        self.bad[places] = True

    def _reject(self, at: int, column: str, value: str, reason: str) -> None:
        self.bad[at] = True
        self.rejects.append(Reject(int(self.body.rows[at]), column, value, reason))
