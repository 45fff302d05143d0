"""Expressions in plain Chinese (算式说明): for the rule book, and with values to explain one household's result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shouwang.engine.nodes import (
    Arithmetic,
    Call,
    Case,
    ColumnRef,
    Compare,
    FactRef,
    IsNull,
    Literal,
    Logic,
    Node,
    Not,
    OfHousehold,
    OneOf,
    Outer,
    ParameterRef,
    Related,
)
from shouwang.engine.program import HOISTED, Program
from shouwang.engine.values import shown

Named = ColumnRef | FactRef | ParameterRef
OPERATORS = {"+": "＋", "-": "－", "*": "×", "/": "÷"}
RELATIONS = {"=": "＝", "<>": "≠", "<": "＜", "<=": "≤", ">": "＞", ">=": "≥"}
LINKS = {"AND": "，并且", "OR": "，或者"}
CALLS = {
    "COALESCE": "第一个有值的",
    "LEAST": "较小者",
    "GREATEST": "较大者",
    "ABS": "绝对值",
    "ROUND": "四舍五入取整",
    "FLOOR": "向下取整",
    "CEIL": "向上取整",
    "AGE_ON": "周岁",
    "MONTHS_BETWEEN": "满月数",
    "DAYS_BETWEEN": "天数",
}
SUMS = {
    "count_if": "{rows}的条数",
    "sum_if": "{rows}的{value}合计",
    "min_if": "{rows}的{value}最小值",
    "max_if": "{rows}的{value}最大值",
    "any_if": "有{rows}",
    "all_if": "{rows}都符合：{value}",
}

UNITS = {
    "yuan": "元", "person": "人", "people": "人", "household": "户", "student": "生", "worker": "人", "project": "个项目",
    "stay": "次住院", "workshop": "车间", "once": "一次", "year": "年", "years": "年", "month": "月", "months": "个月",
    "quarter": "季", "day": "天", "days": "天", "calendar_days": "天", "working_days": "个工作日", "hours": "小时",
    "minutes": "分钟", "times": "次", "kinds": "种", "calls": "件", "problems": "个", "posts": "个岗位", "grade": "级",
    "reports": "条", "checks": "次", "mu": "亩", "km": "公里", "metres": "米", "litres": "升", "stays": "次",
    "12_months": "12个月",
}  # fmt: skip


def unit_words(unit: str) -> str:
    """A unit in words: ``yuan_per_person_year`` is 元/人·年; shares and flags have none."""
    if unit.startswith(("share_of_", "one_")):
        return ""
    amount, _, base = unit.partition("_per_")
    if amount.startswith("times_"):
        return "倍"
    parts = [base] if base in UNITS else base.replace("12_months", "12 months").split("_")
    words = [UNITS.get(part.replace(" ", "_"), part) for part in parts if part]
    return UNITS.get(amount, amount) + (f"/{'·'.join(words)}" if words else "")


class Wording:
    """Puts nodes of one program into words; ``value_of`` adds what a name stands for in one household."""

    def __init__(self, program: Program, value_of: Callable[[Named], Any] | None = None) -> None:
        self.program, self.value_of = program, value_of

    def __call__(self, node: Node) -> str:  # noqa: C901 - one branch per kind of node
        match node:
            case Literal():
                return shown(node.value, node.kind)
            case ColumnRef() | FactRef() | ParameterRef():
                return self._named(node)
            case Outer() | OfHousehold():
                return f"本户的{self(node.node)}"
            case Arithmetic():
                return f"{self._inner(node.left, node)} {OPERATORS[node.op]} {self._inner(node.right, node)}"
            case Compare():
                return f"{self(node.left)} {RELATIONS[node.op]} {self._beside(node.right, node.left)}"
            case Logic():
                return LINKS[node.op].join(self._part(part) for part in node.parts)
            case Not():
                return self._negated(node.part)
            case IsNull():
                return f"{self(node.part)}没有填写"
            case OneOf():
                choices = "、".join(self._choice(value, node.part) for value in node.values)
                return f"{self(node.part)}是{choices}" + ("之一" if len(node.values) > 1 else "")
            case Case():
                branches = "；".join(f"{self(when)}时为{self(then)}" for when, then in node.branches)
                return f"（{branches}；其他情况为{self(node.otherwise)}）"
            case Call():
                return f"{CALLS[node.function]}〔{'，'.join(self(arg) for arg in node.args)}〕"
            case Related():
                return self._related(node)

    def _named(self, node: Named) -> str:
        if isinstance(node, FactRef) and node.name.startswith(HOISTED):
            return self(self.program.facts[node.name].node)
        title = self._title(node)
        return title if self.value_of is None else f"{title} {self._choice(self.value_of(node), node)}"

    def _title(self, node: Named) -> str:
        match node:
            case ColumnRef():
                return self.program.sources[node.source].columns[node.name].title
            case FactRef():
                return self.program.facts[node.name].definition.title
            case ParameterRef():
                return self.program.parameters[node.name].parameter.title

    def _choice(self, value: Any, of: Node) -> str:
        codes = self.program.sources[of.source].columns[of.name].codes if isinstance(of, ColumnRef) else {}
        labels = codes.get(value) if isinstance(value, str) else None
        return labels[0] if labels else shown(value, of.kind)

    def _beside(self, node: Node, other: Node) -> str:
        return self._choice(node.value, other) if isinstance(node, Literal) else self(node)

    def _inner(self, node: Node, around: Arithmetic) -> str:
        loose = isinstance(node, Arithmetic) and node.op in "+-" and around.op in "*/"
        divided = isinstance(node, Arithmetic) and around.op in "-/" and node is around.right
        return f"（{self(node)}）" if loose or divided else self(node)

    def _part(self, node: Node) -> str:
        return f"（{self(node)}）" if isinstance(node, Logic) else self(node)

    def _negated(self, node: Node) -> str:
        if isinstance(node, IsNull):
            return f"{self(node.part)}已填写"
        if isinstance(node, FactRef | ColumnRef) and self.value_of is not None:
            return self(node)
        return f"不属于：{self._part(node)}"

    def _related(self, node: Related) -> str:
        rows = self.program.sources[node.source].title
        if node.after is not None or node.until is not None:
            rows += f"（{node.after.isoformat() + '之后' if node.after else ''}{self._until(node)}）"
        plain = Wording(self.program)
        every = isinstance(node.condition, Literal)
        if node.function == "all_if":
            return SUMS["all_if"].format(rows=rows, value=plain(node.condition))
        rows += "记录" if every else f"中“{plain(node.condition)}”的记录"
        return SUMS[node.function].format(rows=rows, value="" if node.value is None else plain(node.value))

    def _until(self, node: Related) -> str:
        return f"至{node.until.isoformat()}" if node.until else ""
