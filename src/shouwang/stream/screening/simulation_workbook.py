"""A simulation as a workbook (模拟结果表): sums with a drawing, villages, rules, benefits, and the households one by one."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter

from shouwang.engine.model import LEVEL_TITLES, BenefitDef
from shouwang.policy import Pack
from shouwang.policy.book import PERIODS
from shouwang.stream.screening.simulation import Simulation

MOVED = {"newly_warned": "新增预警", "no_longer_warned": "不再预警", "level_changed": "级别变化"}
AS_TEXT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
NOT_WARNED = "不预警"
TESTED = {
    "confirmed": "预警且后来认定",
    "not_confirmed": "预警但核查无风险",
    "missed": "没有预警却后来认定",
    "never_decided": "预警但没有人作过决定",
}


def workbook(simulation: Simulation, pack: Pack, names: Mapping[str, str] | None = None) -> bytes:
    """An xlsx; ``names`` gives villages their names. It says on its face that nothing was decided."""
    told, names = simulation.summary, names or {}
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, AS_TEXT) as book:
        bold = book.add_format({"bold": True})

        def sheet(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Any:
            page = book.add_worksheet(title)
            page.write_row(0, 0, header, bold)
            for number, row in enumerate(rows, start=1):
                page.write_row(number, 0, row)
            page.freeze_panes(1, 0)
            page.autofit()
            return page

        overview = sheet("概览", ("级别", "现行", "草案"), _levels(told))
        _draw(book, overview, len(told["levels"]))
        for number, line in enumerate(_sentences(told), start=len(told["levels"]) + 3):
            overview.write(number, 0, line)
        sheet("分村", ("村代码", "村", *MOVED.values()), _places(told, names))
        sheet("分类", ("户类别", *MOVED.values()), _groups(told["by_class"], _class_titles(pack)))
        sheet("规则", ("规则", "现行", "草案"), _pairs(told["rules"], {n: r.title for n, r in pack.rules.items()}))
        titles = {
            name: f"{one.title}（{PERIODS.get(one.period, one.period)}）" if one.period else one.title
            for name, one in pack.benefits.items()
        }
        sheet("待遇金额", ("待遇", "现行(元)", "草案(元)"), _pairs(told["benefits"], titles))
        sheet("待遇人数", ("待遇", "现行", "草案"), _pairs(told["entitled"], titles))
        if "back_test" in told:
            pairs = ((TESTED[key], told["back_test"]["before"][key], told["back_test"]["after"][key]) for key in TESTED)
            sheet("回测", ("后来的决定", "现行", "草案"), pairs)
        sheet("逐户", ("户编号", "村代码", "村", "现行", "草案"), _households(simulation, names))
    return target.getvalue()


def _entitled_to(benefit: BenefitDef) -> str:
    period = PERIODS.get(benefit.period, "")
    return f"{benefit.title}（{period}）" if period else benefit.title


def _levels(told: Mapping[str, Any]) -> Iterable[tuple[str, int, int]]:
    return ((LEVEL_TITLES[level], count["before"], count["after"]) for level, count in told["levels"].items())


def _sentences(told: Mapping[str, Any]) -> list[str]:
    hours = told["visit_hours"]
    return [
        f"{told['baseline']} → {told['draft']}，数据截至 {told['as_of']}，共 {told['households']:,} 户",
        f"新增预警 {told['newly_warned']:,} 户，不再预警 {told['no_longer_warned']:,} 户，级别变化 {told['level_changed']:,} 户",
        *([f"新增核实约 {hours:,} 小时"] if hours is not None else []),
        "这是模拟：没有改动任何规则和记录，也不是对任何一户的决定。",
    ]


def _draw(book: Any, page: Any, rows: int) -> None:
    chart = book.add_chart({"type": "column"})
    for column in (1, 2):
        chart.add_series(
            {
                "name": ["概览", 0, column],
                "categories": ["概览", 1, 0, rows, 0],
                "values": ["概览", 1, column, rows, column],
                "data_labels": {"value": True},
            }
        )
    chart.set_title({"name": "各级预警户数"})
    page.insert_chart(0, 5, chart)


def _places(told: Mapping[str, Any], names: Mapping[str, str]) -> Iterable[tuple[Any, ...]]:
    return ((code, names.get(code, ""), *_moved(counts)) for code, counts in told["by_place"].items())


def _groups(groups: Mapping[str, Any], titles: Mapping[str, str]) -> Iterable[tuple[Any, ...]]:
    return ((titles.get(name, name or "未登记"), *_moved(counts)) for name, counts in groups.items())


def _moved(counts: Mapping[str, int]) -> Iterable[int]:
    return (counts.get(word, 0) for word in MOVED)


def _class_titles(pack: Pack) -> dict[str, str]:
    columns = pack.sources["households"].columns.values()
    return {code: labels[0] for column in columns for code, labels in column.codes.items() if labels}


def _pairs(pairs: Mapping[str, Mapping[str, Any]], titles: Mapping[str, str]) -> Iterable[tuple[Any, ...]]:
    return ((titles.get(name, name), pair["before"], pair["after"]) for name, pair in pairs.items())


def _households(simulation: Simulation, names: Mapping[str, str]) -> Iterable[tuple[Any, ...]]:
    for row in simulation.changes.to_pylist():
        place = row["place_code"]
        yield row["household_id"], place, names.get(place, ""), *(_level(row[side]) for side in ("before", "after"))


def _level(level: str | None) -> str:
    return NOT_WARNED if level is None else LEVEL_TITLES[level]
