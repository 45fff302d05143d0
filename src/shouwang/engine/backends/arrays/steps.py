"""Expressions as steps over columns (逐列步骤): what is asked twice is computed once, and freed after its last reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from shouwang.engine import arithmetic
from shouwang.engine.backends.arrays import days, leaves, sums
from shouwang.engine.backends.arrays import values as of
from shouwang.engine.backends.arrays.kept import Kept
from shouwang.engine.backends.arrays.tables import HOUSEHOLDS, RESIDENTS, TABLE_OF, Range
from shouwang.engine.backends.arrays.values import Numbers, Truths, Values
from shouwang.engine.model import Kind
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
    birth_compared,
    walk,
)
from shouwang.engine.plan import KEY_OF, Plan, fact_ref

Work = Callable[..., Any]


@dataclass(frozen=True)
class Rows:
    """The rows an expression is about; ``asker`` is whom ``own(x)`` reaches from them.

    ``hit`` is the step that found whom a finding hits: then they alone are meant.
    """

    source: str
    asker: str | None = None
    hit: int | None = None


EVERYONE = {entity: Rows(source) for entity, source in TABLE_OF.items()}
HOME = ColumnRef(RESIDENTS, "hid", Kind.INTEGER)


@dataclass(frozen=True)
class Step:
    """``work`` over a range and the results of earlier steps; ``last`` are those that nobody reads after."""

    work: Work
    reads: tuple[int, ...]
    last: tuple[int, ...] = ()


@dataclass
class Steps:
    """All steps of a run, in order; every method answers with the number of the step whose result it speaks of."""

    plan: Plan
    kept: Kept
    steps: list[Step] = field(default_factory=list)
    columns: dict[str, dict[str, Kind]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    worth_keeping: dict[tuple[str, str], tuple[Kind, int]] = field(default_factory=dict)
    reused: set[str] = field(default_factory=set)
    _numbers: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _facts: dict[str, int] = field(default_factory=dict)
    _nodes: dict[tuple[int, Rows], tuple[int, Node]] = field(default_factory=dict)

    def add(self, key: tuple[Any, ...], work: Work, *reads: int) -> int:
        """The step that does ``work``, new or found: ``key`` and ``reads`` say what it is."""
        known = (*key, *reads)
        if known not in self._numbers:
            self._numbers[known] = len(self.steps)
            self.steps.append(Step(work, reads))
        return self._numbers[known]

    def fact(self, name: str) -> int:
        """A fact of everyone."""
        if name not in self._facts:
            fact = self.plan.facts[name]
            entity = fact.definition.entity
            work = partial(self.value, fact.node, EVERYONE[entity])
            wanted = fact_ref(fact) in self.read_by_findings
            self._facts[name] = self._kept(name, entity, fact.node, work) if wanted else work()
        return self._facts[name]

    @cached_property
    def home(self) -> tuple[str, str]:
        """Source and column of the household of each resident."""
        self._kept("", "resident", HOME, lambda: self.column(RESIDENTS, HOME.name, HOME.kind))
        address = self.kept.address("resident", HOME)
        return (self.kept.use(address), address) if address in self.kept.files else (RESIDENTS, HOME.name)

    def _kept(self, name: str, entity: str, node: Node, compute: Callable[[], int]) -> int:
        """A value of everyone from the cache, or computed and noted as worth keeping; nothing is told without a name."""
        if self.kept.folder is None:
            return compute()
        address = self.kept.address(entity, node)
        if address in self.kept.files:
            self.reused |= {name} - {""}
            return self.column(self.kept.use(address), address, node.kind)
        number = compute()
        self.worth_keeping[entity, address] = node.kind, number
        return number

    @cached_property
    def read_by_findings(self) -> set[FactRef | ColumnRef]:
        """The facts and columns that conditions and evidence read; all others only lead to them."""
        parts = (part for finding in self.plan.findings for node in finding.nodes for part in walk(node))
        return {part for part in parts if isinstance(part, FactRef | ColumnRef)}

    def value(self, node: Node, rows: Rows) -> int:
        """A node for every row of ``rows``."""
        known = (id(node), rows)
        if known not in self._nodes:
            # The node is kept beside its number, so that no other can take its identity.
            self._nodes[known] = self._value(node, rows), node
        return self._nodes[known][0]

    def _value(self, node: Node, rows: Rows) -> int:  # noqa: C901 - one branch per kind of node
        match node:
            case Literal():
                return self.literal(node.value, node.kind)
            case ColumnRef():
                return self._column(node, rows)
            case FactRef():
                return self._taken(self.fact(node.name), node.entity, rows)
            case ParameterRef():
                return self._parameter(node, rows)
            case Outer():
                entity = rows.asker or _entity(rows)
                return self._taken(self.value(node.node, EVERYONE[entity]), entity, rows)
            case OfHousehold():
                return self._taken(self.value(node.node, EVERYONE["household"]), "household", rows)
            case Related():
                number = self._kept(f"sum over {node.source}", node.entity, node, partial(self._related, node))
                return self._taken(number, node.entity, rows)
            case Logic():
                work: Work = of.conjunction if node.op == "AND" else of.disjunction
                return self._apply(("logic", node.op), work, node.parts, rows)
            case Not():
                return self._apply(("not",), of.negation, (node.part,), rows)
            case IsNull():
                return self._apply(("unknown",), lambda part: of.certain(part.unknown), (node.part,), rows)
            case Case():
                parts = [part for branch in node.branches for part in branch]
                return self._apply(("case",), of.case, (*parts, node.otherwise), rows)
            case OneOf():
                return self._one_of(node, rows)
            case Compare():
                plain = birth_compared(node, self.plan.program.as_of) or node
                work = partial(of.compared, plain.op)
                return self._apply(("compare", plain.op), work, (plain.left, plain.right), rows)
            case Arithmetic():
                return self._arithmetic(node, rows)
            case Call():
                return self._call(node, rows)

    def _apply(self, key: tuple[Any, ...], work: Work, parts: Iterable[Node], rows: Rows) -> int:
        return self.add(key, lambda _, *values: work(*values), *(self.value(part, rows) for part in parts))

    def literal(self, value: Any, kind: Kind) -> int:
        """A value that is the same everywhere; a word of a choice gets its number when the data are at hand."""
        if isinstance(value, str):
            self.words.add(value)
            return self.add(("word", value), lambda held: Numbers(held.tables.codes[value]))
        found = leaves.constant(value, kind)
        return self.add(("literal", value, kind is Kind.BOOL), lambda _: found)

    def _column(self, node: ColumnRef, rows: Rows) -> int:
        if rows.hit is not None:
            return self._taken(self._column(node, replace(rows, hit=None)), _entity(rows), rows)
        name = node.name
        if name not in self.plan.inputs.columns.get(rows.source, frozenset()):
            if name not in KEY_OF or (rows.source == HOUSEHOLDS and name != "household_id"):
                return self.literal(None, node.kind)
            name = KEY_OF[name]
        if rows in EVERYONE.values() and node in self.read_by_findings:
            return self._kept("", _entity(rows), node, lambda: self.column(rows.source, name, node.kind))
        return self.column(rows.source, name, node.kind)

    def column(self, source: str, name: str, kind: Kind) -> int:
        """A column of a source."""
        held = self.columns.setdefault(source, {})
        # A place code is a word to parameters and mere text to expressions.
        held[name] = Kind.CHOICE if held.get(name) is Kind.CHOICE else kind
        return self.add(("column", source, name), lambda held: held.column(source, name))

    def _parameter(self, node: ParameterRef, rows: Rows) -> int:
        if node.name not in self.plan.varying:
            return self.literal(self.plan.values[node.name], node.kind)
        resolved = self.plan.program.parameters[node.name]
        if "place_code" not in self.plan.inputs.columns[HOUSEHOLDS]:
            return self.literal(resolved.value, node.kind)

        def work(held: Range, codes: Numbers) -> Values:
            return leaves.by_place(resolved, node.kind, held.tables.words, codes)

        def computed() -> int:
            return self.add(("parameter", node.name), work, self.column(HOUSEHOLDS, "place_code", Kind.CHOICE))

        return self._taken(self._kept("", "household", node, computed), "household", rows)

    def _taken(self, number: int, entity: str, rows: Rows) -> int:
        source = rows.source
        if rows.hit is not None:
            return self.add(
                ("take hit", entity), lambda _, part, hit: leaves.taken(part, hit.of(entity)), number, rows.hit
            )
        if source == TABLE_OF[entity]:
            return number
        self._place(source, entity)
        return self.add(
            ("take", source, entity), lambda held, part: leaves.taken(part, held.positions(source, entity)), number
        )

    def _place(self, source: str, entity: str) -> None:
        # Of a table sorted by household, the person behind each row is a column of its own.
        if entity == "resident" and source not in TABLE_OF.values():
            self.columns.setdefault(source, {}).setdefault("rid", Kind.TEXT)

    def _related(self, node: Related) -> int:
        if not self.plan.inputs.has(node.source):
            return self.literal(None, node.kind)
        rows, source = Rows(node.source, node.entity), self.plan.program.sources[node.source]
        self.columns.setdefault(node.source, {})
        self._place(node.source, node.entity)
        period, condition = self._inside(node, source.date), self.value(node.condition, rows)
        at, entity, function = node.source, node.entity, node.function
        if function in ("any_if", "all_if"):

            def work(held: Range, inside: of.Mask, part: Truths) -> Truths:
                return sums.whether(function, held.size(entity), held.positions(at, entity), inside, part)

            return self.add(("whether", function, entity, at), work, period, condition)

        def rows_that_count(held: Range, inside: of.Mask, part: Truths) -> sums.Counted:
            return sums.counted(held.size(entity), held.positions(at, entity), inside, part)

        counted = self.add(("counted", entity, at), rows_that_count, period, condition)
        if node.value is None:
            return self.add(("count", entity), lambda held, found: sums.count(held.size(entity), found), counted)
        single = at in self.plan.inputs.single and source.entity == entity

        def total(held: Range, found: sums.Counted, value: Numbers) -> Numbers:
            return sums.summed(function, held.size(entity), found, value, single=single)

        return self.add(("sum", function, entity), total, counted, self.value(node.value, rows))

    def _inside(self, node: Related, dated: str | None) -> int:
        after, until = node.after, node.until
        bounded = dated is not None and (after is not None or until is not None)
        reads = [self.column(node.source, str(dated), Kind.DATE)] if bounded else []

        def work(held: Range, *dates: Numbers) -> of.Mask:
            found = of.negated(held.positions(node.source, node.entity).missing)
            for day in dates:
                found = of.both(found, of.negated(day.unknown))
                found = found if after is None else of.both(found, day.values > days.day_number(after))
                found = found if until is None else of.both(found, day.values <= days.day_number(until))
            return True if np.all(found) else found

        return self.add(("inside", node.source, node.entity, after, until), work, *reads)

    def _one_of(self, node: OneOf, rows: Rows) -> int:
        self.words |= {value for value in node.values if isinstance(value, str)}

        def work(held: Range, part: Values) -> Truths:
            codes = held.tables.codes
            return of.one_of(part, [codes[v] if isinstance(v, str) else leaves.number_of(v) for v in node.values])

        return self.add(("one of", node.values), work, self.value(node.part, rows))

    def _arithmetic(self, node: Arithmetic, rows: Rows) -> int:
        left, right = node.left, node.right
        if node.op in ("+", "-"):
            return self._apply((node.op,), of.added if node.op == "+" else of.subtracted, (left, right), rows)
        up, down = arithmetic.shift(node.op, left.kind, right.kind, node.kind)
        work = partial(of.multiplied if node.op == "*" else of.divided, up, down)
        return self._apply((node.op, up, down), work, (left, right), rows)

    def _call(self, node: Call, rows: Rows) -> int:
        match node.function:
            case "COALESCE":
                return self._apply(("coalesce",), of.first_known, node.args, rows)
            case "LEAST" | "GREATEST":
                work: Work = partial(of.extreme, node.function == "LEAST")
            case "ABS":
                work = of.absolute
            case "AGE_ON":
                work = partial(days.age_on, days.day_number(self.plan.program.as_of))
            case "MONTHS_BETWEEN":
                work = days.months_between
            case "DAYS_BETWEEN":
                work = days.days_between
            case _:
                work = partial(of.whole, node.function, 10**node.kind.scale)
        return self._apply(("call", node.function, node.kind), work, node.args, rows)

    def ready(self) -> list[Step]:
        """All steps, each told which results nobody reads after it."""
        last = {read: number for number, step in enumerate(self.steps) for read in (number, *step.reads)}
        gone: dict[int, list[int]] = {}
        for read, number in last.items():
            gone.setdefault(number, []).append(read)
        return [Step(s.work, s.reads, tuple(gone.get(number, ()))) for number, s in enumerate(self.steps)]


def run(steps: Sequence[Step], held: Range) -> Range:
    """Do all steps over one range; what they leave stands in the range."""
    found: list[Any] = [None] * len(steps)
    for number, step in enumerate(steps):
        found[number] = step.work(held, *(found[read] for read in step.reads))
        for read in step.last:
            found[read] = None
    held.found.clear()
    return held


def _entity(rows: Rows) -> str:
    return "resident" if rows.source == RESIDENTS else "household"
