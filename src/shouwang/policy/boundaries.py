"""Boundaries (边界): which thresholds of a pack its worked cases meet exactly, just below and just above.

A threshold that no case stands on is a place where a slip of ``<`` for ``<=`` would not be noticed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from shouwang.engine.backends.memory import Around, HouseholdFile
from shouwang.engine.evaluation import evaluate
from shouwang.engine.model import Kind, in_force
from shouwang.engine.nodes import Arithmetic, Compare, FactRef, Literal, Node, OfHousehold, Outer, Related, children
from shouwang.engine.program import HOISTED, Finding, Program
from shouwang.policy.case_files import household_file
from shouwang.policy.pack import Pack, WorkedCase
from shouwang.policy.wording import Wording

ORDERED = ("<", "<=", ">", ">=")
SIDES = {"below": "略低", "at": "刚好", "above": "略高"}
UNKNOWN = "unknown"
NEAR = 100  # a case is just beside a threshold within one hundredth of it, or one whole unit

Key = tuple[str, str, int]


@dataclass(frozen=True)
class Boundary:
    """One threshold of a rule, check, benefit, gate or tariff, and the sides on which its cases stand."""

    kind: str
    name: str
    text: str
    met: frozenset[str]
    sides: tuple[str, ...] = tuple(SIDES)

    @property
    def missing(self) -> tuple[str, ...]:
        """The sides without a case, in words; of a number that nobody knows there are none."""
        if self.met == {UNKNOWN}:
            return ()
        return tuple(word for side, word in SIDES.items() if side in self.sides and side not in self.met)


def boundaries(pack: Pack) -> list[Boundary]:
    """Every ordered comparison that the pack and its ancestors write, and every day on which one of its numbers changes,
    with the sides that their covering cases meet.
    """
    found: dict[tuple[str, str, str], Boundary] = {}
    for world, cases in _worlds(pack):
        met: dict[Key, set[str]] = defaultdict(set)
        for _, file, covers in cases:
            _observe(file, covers, met)
        for key, (text, sides) in _thresholds(world).items():
            seen = met[key] | (found[key[0], key[1], text].met if (key[0], key[1], text) in found else set())
            found[key[0], key[1], text] = Boundary(key[0], key[1], text, frozenset(seen), sides)
        found |= _changes(world, cases)
    return list(found.values())


Cases = list[tuple[date, HouseholdFile, tuple[str, ...]]]


def _worlds(pack: Pack) -> Iterator[tuple[Pack, Cases]]:
    """The pack itself with its own and inherited cases, and each tariff with its own."""
    named = [(one, case) for one in _lineage(pack) for case in one.cases]
    files = [(household_file(one, case.data), case.covers) for one, case in named]
    yield pack, [(file.program.as_of, file, covers) for file, covers in files]
    yield _toolbox(pack, named)
    for name, tariff in pack.tariffs.items():
        world = pack.of_tariff(name)
        files = [
            (household_file(world, {"household": case.given, "parameters": case.parameters}, case.as_of), (name,))
            for case in tariff.cases
        ]
        yield world, [(file.program.as_of, file, covers) for file, covers in files]


def _toolbox(pack: Pack, named: list[tuple[Pack, WorkedCase]]) -> tuple[Pack, Cases]:
    """The tools with conditions of their own; those that share a benefit's are seen where the benefit is."""
    world = pack.of_toolbox()
    shared = {name for name, tool in pack.toolbox.items() if tool.benefit}
    own = {name: one for name, one in world.benefits.items() if name not in shared}
    world = world.with_definitions(replace(world.definitions, benefits=own), drafted=False)
    files = [
        (household_file(one.of_toolbox(), case.data), case.covers) for one, case in named if {*own} & {*case.covers}
    ]
    return world, [(file.program.as_of, file, covers) for file, covers in files]


def _thresholds(pack: Pack) -> dict[Key, tuple[str, tuple[str, ...]]]:
    """The thresholds that are written anywhere in time, in the words of the last day, and the sides there are."""
    found = {}
    for program in (pack.program(day) for day in pack.days()):
        words = Wording(program)
        for key, node in _written(program).items():
            found[key] = words(node), ("at", "above") if _starts_at_nothing(node) else tuple(SIDES)
    return found


def _starts_at_nothing(node: Compare) -> bool:
    """``> 0`` asks whether there is any at all; there is nothing below."""
    return node.op == ">" and isinstance(node.right, Literal) and node.right.value == 0


def _changes(pack: Pack, cases: Cases) -> dict[tuple[str, str, str], Boundary]:
    """The days on which a finding begins or ends, or a number that findings read changes.

    A case on the day before and one on the day show it; for a number, cases of any finding that reads it.
    """
    looked: dict[str, set[date]] = defaultdict(set)
    for as_of, _, covers in cases:
        for name in covers:
            looked[name].add(as_of)
    found: dict[tuple[str, str, str], Boundary] = {}
    for day in pack.change_dates():
        days = {"below": day - timedelta(days=1), "at": day}
        for kind, finding in _findings(pack.program(day), pack.program(days["below"])):
            # Before it begins and after it ends nobody is asked, so that there is nothing to show.
            asked = tuple(side for side, on in days.items() if in_force(finding.definition, on))
            met = {side for side in asked if days[side] in looked[finding.name]}
            for key in _changing(pack, kind, finding, day):
                known = found.get(key, Boundary(*key, frozenset(), ()))
                sides = tuple(side for side in days if side in (*asked, *known.sides))
                found[key] = Boundary(*key, known.met | met, sides)
    return found


def _changing(pack: Pack, kind: str, finding: Finding, day: date) -> Iterator[tuple[str, str, str]]:
    if day in (finding.definition.valid_from, finding.definition.valid_until):
        yield kind, finding.name, f"{day.isoformat()} 施行日期"
    for name in finding.thresholds:
        values = pack.parameters[name].values
        if day in (*(dated.valid_from for dated in values[1:]), *(dated.valid_until for dated in values)):
            yield "parameters", name, f"{day.isoformat()} {pack.parameters[name].title}变动"


def _lineage(pack: Pack) -> Iterator[Pack]:
    yield pack
    if pack.parent is not None:
        yield from _lineage(pack.parent)


def _findings(*programs: Program) -> Iterator[tuple[str, Finding]]:
    """Every finding of the programs once, as the first that has it compiled it."""
    for kind in ("rules", "checks", "benefits", "gates"):
        found = {name: one for program in reversed(programs) for name, one in getattr(program, kind).items()}
        yield from ((kind, finding) for finding in found.values())


def _written(program: Program) -> dict[Key, Compare]:
    return {
        (kind, finding.name, number): node
        for kind, finding in _findings(program)
        for number, node in enumerate(_compares(program, finding))
    }


def _compares(program: Program, finding: Finding) -> list[Compare]:
    """The ordered comparisons of a finding in reading order, those inside sums over rows too."""

    def visit(node: Node) -> Iterator[Compare]:
        if isinstance(node, FactRef) and node.name.startswith(HOISTED):
            yield from visit(program.facts[node.name].node)
        if isinstance(node, Compare) and node.op in ORDERED:
            yield node
        for part in children(node):
            yield from visit(part)

    return [found for node in finding.conditions.values() for found in visit(node)]


def _observe(file: HouseholdFile, covers: tuple[str, ...], met: dict[Key, set[str]]) -> None:
    for kind, finding in _findings(file.program):
        if finding.name not in covers:
            continue
        numbers = {id(node): number for number, node in enumerate(_compares(file.program, finding))}
        subjects = [None] if finding.entity == "household" else file.residents
        for subject in subjects:
            for node in finding.conditions.values():
                for compare, side in _sides(node, file.around(subject)):
                    met[kind, finding.name, numbers[id(compare)]].add(side)


def _sides(node: Node, around: Around) -> Iterator[tuple[Compare, str]]:
    match node:
        case FactRef() if node.name.startswith(HOISTED):
            yield from _sides(around.file.program.facts[node.name].node, around)
        case Compare() if node.op in ORDERED:
            side = _side(evaluate(node.left, around), evaluate(node.right, around), _unit(node.left))
            if side is not None:
                yield node, side
        case _:
            pass
    for inner in _around(node, around):
        for part in children(node):
            yield from _sides(part, inner)


def _around(node: Node, around: Around) -> list[Around]:
    match node:
        case Related():
            return around.inside(node) or []
        case OfHousehold():
            return [around.file.around()]
        case Outer():
            return [around.asker or around]
    return [around]


def _unit(node: Node) -> int:
    """One yuan, one person, one mu; of a share one hundredth, and of a share of people as near as a family can come."""
    if node.kind is not Kind.RATIO:
        return int(10**node.kind.scale)
    of_people = isinstance(node, Arithmetic) and node.op == "/" and node.left.kind is Kind.INTEGER
    return 10**node.kind.scale // (5 if of_people else NEAR)


def _side(left: Any, right: Any, unit: int) -> str | None:
    """On which side of the threshold ``right`` the value stands; None where it is unknown or not near."""
    if right is None:
        return UNKNOWN
    if left is None:
        return None
    difference = (left - right).days if isinstance(left, date) else left - right
    reach = 1 if isinstance(left, date) else max(unit, abs(right) // NEAR)
    if abs(difference) > reach:
        return None
    return "at" if difference == 0 else "below" if difference < 0 else "above"
