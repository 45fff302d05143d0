"""The rule book (规则手册): everything a pack says on one day, in words, with numbers, dates, clauses and worked cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from shouwang.engine.model import FACTORS, LEVEL_TITLES, BenefitDef, Dated, Definition, Parameter
from shouwang.engine.nodes import Not
from shouwang.engine.program import BARRED, PLACEHOLDER, Finding, Program
from shouwang.engine.values import shown
from shouwang.policy.book.entries import VERIFIED, Entry, Table, period_words
from shouwang.policy.book.mandates import mandate_entries
from shouwang.policy.book.toolbox import toolbox_entries
from shouwang.policy.pack import Pack, WorkedCase
from shouwang.policy.procedures import ACTS
from shouwang.policy.wording import Wording, unit_words

LEVELS = {
    "household": "户",
    "village": "村",
    "township": "乡镇",
    "county": "县",
    "prefecture": "市州",
    "province": "省",
}
PERIODS = {"once": "一次性", "monthly": "按月", "yearly": "按年", "daily": "按天"}
OF_STEPS = {"people": "至少人数", "present": "到会比例", "agree": "同意比例", "within": "时限", "notice": "公示时间"}


def rule_book(pack: Pack, on: date, place_code: str | None = None) -> list[Entry]:
    """All entries of a pack on a day; numbers are shown as they hold in ``place_code``."""
    return list(_Book(pack, on, place_code).entries())


class _Book:
    def __init__(self, pack: Pack, on: date, place_code: str | None) -> None:
        self.pack, self.place = pack, place_code
        self.program: Program = pack.program(on)
        self.words = Wording(self.program)
        self.cases = _cases(pack)
        self.used_by = _used_by(self.program)

    def entries(self) -> Iterator[Entry]:
        yield from self._findings()
        yield from self._ended()
        yield from self._tariffs()
        yield from self._procedures()
        for finding in self.program.gates.values():
            title = self.pack.procedures[getattr(finding.definition, "procedure", "")].title
            yield self._finding("gates", finding, title)
        yield from self._parameters()
        yield from self._facts()
        for finding in self.program.checks.values():
            yield self._finding("checks", finding, "")
        yield from self._lists()
        yield from toolbox_entries(self.pack, self.program.as_of, self.cases)
        yield from mandate_entries(self.pack, self.program.as_of)

    def _findings(self) -> Iterator[Entry]:
        for finding in self.program.rules.values():
            yield self._finding("rules", finding, FACTORS[getattr(finding.definition, "factor", "")])
        for finding in self.program.benefits.values():
            yield self._finding("benefits", finding, "个人" if finding.entity == "resident" else "家庭")

    def _ended(self) -> Iterator[Entry]:
        """Rules and benefits whose time is over, as they stood on their last day: to be read, not gone by."""
        written = {("rules", name): one.valid_until for name, one in self.pack.rules.items()}
        written |= {("benefits", name): one.valid_until for name, one in self.pack.benefits.items()}
        over = {key: end for key, end in written.items() if end is not None and end <= self.program.as_of}
        for end in sorted(set(over.values())):
            for entry in _Book(self.pack, end - timedelta(days=1), self.place)._findings():
                if over.get((entry.kind, entry.name)) == end:
                    yield replace(entry, ended=end)

    def _finding(self, kind: str, finding: Finding, group: str) -> Entry:
        definition = finding.definition
        lines = [*self._conditions(finding, self.words), *self._payment(finding, self.words), *self._about(definition)]
        numbers = Table("用到的数", ("参数", "现在的值", "出处"), tuple(map(self._number, finding.thresholds)))
        cases = [
            Table(title, ("算例", "日期", "结果"), tuple(self._shown_cases(held, kind, finding.name)))
            for title, held in self.cases.items()
        ]
        return Entry(
            kind, finding.name, definition.title, group, tuple(lines), (numbers, *cases), VERIFIED[definition.verified]
        )

    def _conditions(self, finding: Finding, words: Wording) -> Iterator[tuple[str, str]]:
        if finding.steps:
            for title, node in finding.steps:
                if isinstance(node, Not) and title.startswith(BARRED):
                    yield "不重复享受", f"{title.removeprefix(BARRED)}：{words(node.part)}"
                else:
                    yield "条件", f"{title}：{words(node)}"
            return
        for level, node in finding.conditions.items():
            yield LEVEL_TITLES.get(level, "条件"), words(node)

    def _payment(self, finding: Finding, words: Wording) -> Iterator[tuple[str, str]]:
        definition = finding.definition
        if not isinstance(definition, BenefitDef):
            return
        if finding.written_amount is not None:
            yield "金额", words(finding.written_amount)
        yield "周期", PERIODS.get(definition.period, definition.period)
        yield "期限", definition.duration
        yield "出资", definition.payer
        yield "审批", definition.approver

    def _number(self, name: str) -> tuple[str, str, str]:
        resolved = self.program.parameters[name]
        dated = resolved.dated_at(self.place)
        value = shown(resolved.at(self.place), resolved.parameter.kind)
        return resolved.parameter.title, value, f"{dated.source} {dated.clause}".strip() if dated else "没有取值"

    def _shown_cases(self, cases: Sequence[WorkedCase], kind: str, name: str) -> Iterator[tuple[str, str, str]]:
        for case in cases:
            outcome = _outcome(kind, name, case.expect) if name in case.covers else ""
            if outcome:
                yield case.name, str(case.data["as_of"]), outcome

    def _tariffs(self) -> Iterator[Entry]:
        for name, tariff in self.pack.tariffs.items():
            world = self.pack.of_tariff(name)
            days = [day for day in (self.program.as_of, *reversed(world.days())) if world.program(day).benefits]
            on = days[0]
            words = Wording(world.program(on))
            finding = world.program(on).benefits[name]
            conditions = [("条件", f"{title}：{words(node)}") for title, node in finding.steps]
            lines = [
                ("付给", tariff.payee),
                *conditions,
                *self._payment(finding, words),
                *self._about(tariff.definition),
            ]
            inputs = Table("要填的数", ("输入",), tuple((c.title,) for c in tariff.inputs.columns.values()))
            results = tuple((c.name, str(c.as_of), _said(c.expect)) for c in tariff.cases)
            tables = inputs, Table("算例", ("算例", "日期", "结果"), results)
            ended = None if on == self.program.as_of else tariff.definition.valid_until
            verified = VERIFIED[tariff.definition.verified]
            yield Entry("tariffs", name, tariff.title, "", tuple(lines), tables, verified, ended)

    def _procedures(self) -> Iterator[Entry]:
        for one in self.pack.procedures.values():
            rows = tuple(
                (
                    str(number),
                    f"{step.title}（{ACTS[step.act]}）",
                    LEVELS[step.level],
                    "、".join(step.actors),
                    "；".join(f"{OF_STEPS[kind]} {self._limit(name)}" for kind, name in step.limits.items()),
                    f"{step.source} {step.clause}".strip(),
                    step.note,
                )
                for number, step in enumerate(one.steps, start=1)
            )
            lines = [("全程时限", self._limit(one.within) if one.within else "")]
            if one.green_channel:
                lines.append(("绿色通道", f"{one.green_channel.title}：{one.green_channel.when}"))
            lines += [("出处", one.source), ("条款", one.clause), ("说明", one.note)]
            header = ("序", "步骤", "层级", "办理人", "要求", "出处", "说明")
            steps = Table("步骤", header, rows)
            yield Entry("procedures", one.name, one.title, "", tuple(lines), (steps,), VERIFIED[one.verified])

    def _limit(self, name: str) -> str:
        resolved = self.program.parameters[name]
        value = shown(resolved.at(self.place), resolved.parameter.kind)
        return f"{value}{unit_words(resolved.parameter.unit)}（{resolved.parameter.title}）"

    def _parameters(self) -> Iterator[Entry]:
        for name, one in self.pack.parameters.items():
            resolved = self.program.parameters[name]
            rows = [
                _value_row(place, dated, one.kind)
                for place, values in {"": one.values, **one.places}.items()
                for dated in values
            ]
            header = ("地方", "起", "止", "取值", "出处", "条款", "核对", "说明")
            lines = (
                ("现在的值", f"{shown(resolved.at(self.place), one.kind)} {_unit(one)}".strip()),
                ("用在", "、".join(self.used_by.get(name, ()))),
            )
            dated = resolved.dated_at(self.place)
            verified = VERIFIED[dated.verified] if dated else VERIFIED["lost"]
            yield Entry("parameters", name, one.title, "", lines, (Table("历次取值", header, tuple(rows)),), verified)

    def _facts(self) -> Iterator[Entry]:
        for name, one in self.pack.facts.items():
            lines = (
                ("算法", self.words(self.program.facts[name].node)),
                ("公式", one.formula),
                ("单位", unit_words(one.unit)),
                ("出处", one.source),
                ("条款", one.clause),
                ("用在", "、".join(self.used_by.get(name, ()))),
            )
            group = "个人" if one.entity == "resident" else "家庭"
            yield Entry("facts", name, one.title, group, lines, (), "")

    def _about(self, definition: Definition) -> list[tuple[str, str]]:
        said = getattr(definition, "message", "") or getattr(definition, "because", "")
        fix = getattr(definition, "fix", {})
        return [
            ("告诉人的话", self._named(said)),
            ("怎样改正", fix.get("do", "")),
            ("责任单位", getattr(definition, "owner", "")),
            ("怎样才算解除", self._named(getattr(definition, "clears_when", ""))),
            ("有效期", period_words(definition.valid_from, definition.valid_until)),
            ("出处", definition.source),
            ("条款", definition.clause),
            ("读法", definition.note),
        ]

    def _named(self, text: str) -> str:
        return PLACEHOLDER.sub(lambda found: f"〔{self._title(found[1])}〕", text)

    def _title(self, name: str) -> str:
        for titled in (self.pack.parameters, self.pack.facts):
            if name in titled:
                return str(titled[name].title)
        columns = (source.columns[name] for source in self.pack.sources.values() if name in source.columns)
        return next((column.title for column in columns), name)

    def _lists(self) -> Iterator[Entry]:
        for name, one in self.pack.lists.items():
            rows = tuple(
                (
                    item.title,
                    item.of,
                    "" if item.value is None else str(item.value),
                    period_words(item.valid_from, item.valid_until),
                    f"{item.source} {item.clause}".strip(),
                    VERIFIED[item.verified],
                    item.note,
                )
                for item in one.items.values()
            )
            header = ("条目", "类别", "值", "有效期", "出处", "核对", "说明")
            yield Entry("lists", name, one.title, "", (("说明", one.note),), (Table("", header, rows),), "")


def _unit(parameter: Parameter) -> str:
    of_age = parameter.unit == "years" and "age" in parameter.name.split("_")
    return "周岁" if of_age else unit_words(parameter.unit)


def _value_row(place: str, dated: Dated, kind: Any) -> tuple[str, ...]:
    value = f"＝{dated.formula}" if dated.formula else shown(dated.value, kind)
    until = str(dated.valid_until or "")
    return place, str(dated.valid_from), until, value, dated.source, dated.clause, VERIFIED[dated.verified], dated.note


def _cases(pack: Pack) -> dict[str, Sequence[WorkedCase]]:
    """The pack's own cases, and those of its ancestors, which hold with their numbers and may come out otherwise here."""
    found: dict[str, Sequence[WorkedCase]] = {"算例": pack.cases}
    ancestor = pack.parent
    while ancestor is not None:
        found[f"{ancestor.title}的算例（按它的数值）"] = ancestor.cases
        ancestor = ancestor.parent
    return found


def _used_by(program: Program) -> dict[str, tuple[str, ...]]:
    """Titles of the findings that stand on each number and fact, directly or through other facts."""
    found: dict[str, dict[str, None]] = {}
    for findings in (program.rules, program.benefits, program.gates, program.checks):
        for finding in findings.values():
            for name in (*finding.thresholds, *program.facts_needed(finding.nodes)):
                found.setdefault(name, {})[finding.definition.title] = None
    return {name: tuple(titles) for name, titles in found.items()}


def _outcome(kind: str, name: str, expect: Mapping[str, Any]) -> str:
    if kind == "rules":
        if name in (expect.get("warnings") or {}):
            return LEVEL_TITLES[expect["warnings"][name]]
        if name in (expect.get("undecided") or ()):
            return "未能判断"
        return "不预警" if name in (expect.get("none") or ()) else ""
    if kind == "checks":
        if name in (expect.get("doubts") or ()):
            return "有疑点"
        return "没有疑点" if name in (expect.get("no_doubts") or ()) else ""
    if kind == "gates":
        gates = expect.get("gates") or {}
        return {True: "通过", False: "不通过", None: "未能判断"}[gates[name]] if name in gates else ""
    return _said((expect.get("benefits") or {}).get(name) or {})


def _said(result: Mapping[str, Any]) -> str:
    """What a benefit's case expects, in words."""
    words = {True: "符合", False: "不符合", None: "未能判断"}
    parts = [words[result["eligible"]]] if "eligible" in result else []
    if "amount" in result:
        parts.append("金额未知" if result["amount"] is None else f"{result['amount']} 元")
    return "，".join(parts)
