"""Compile definitions (编译): parse, check types and names, and value everything for one day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from shouwang.engine import language
from shouwang.engine.language import ExpressionError, Scope, Vocabulary
from shouwang.engine.model import BenefitDef, CheckDef, FactDef, GateDef, Kind, RuleDef, in_force
from shouwang.engine.nodes import Call, ColumnRef, FactRef, Node, Not, ParameterRef, Related, rewrite, walk
from shouwang.engine.parameters import resolve_parameters
from shouwang.engine.program import BARRED, HOISTED, PLACEHOLDER, SHOWN, CompiledFact, Definitions, Finding, Program
from shouwang.kernel.errors import InputError

NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")


def compile_program(definitions: Definitions, as_of: date) -> Program:
    """Parse, check and value all definitions for a day. Raises InputError with file and line of the first fault."""
    _refuse_odd_names(definitions)
    words = Vocabulary(definitions.sources, definitions.facts, definitions.parameters, as_of)
    facts = {name: _fact(fact, words) for name, fact in definitions.facts.items()}
    _refuse_cycles(facts)
    hoisted: dict[tuple[str, Node], CompiledFact] = {}

    def compiled(
        definitions: Mapping[str, Any], compile_one: Callable[[Any, Vocabulary], Finding]
    ) -> dict[str, Finding]:
        valid = {name: one for name, one in definitions.items() if in_force(one, as_of)}
        return {name: _hoist(compile_one(one, words), hoisted) for name, one in valid.items()}

    rules = compiled(definitions.rules, _rule)
    checks = compiled(definitions.checks, _check)
    benefits = compiled(definitions.benefits, _benefit)
    gates = compiled(definitions.gates, _gate)
    parameters = resolve_parameters(definitions.parameters, as_of)
    program = Program(
        as_of=as_of,
        definitions=definitions,
        facts=facts | {fact.definition.name: fact for fact in hoisted.values()},
        rules=rules,
        checks=checks,
        benefits=benefits,
        gates=gates,
        parameters=parameters,
    )
    _refuse_crowded(program)
    return program


def revalued(program: Program, definitions: Definitions) -> Program:
    """The same program with other numbers: what was parsed and checked stays. Raises InputError as compiling does."""
    parameters = resolve_parameters(definitions.parameters, program.as_of)
    found = replace(program, definitions=definitions, parameters=parameters)
    _refuse_crowded(found)
    return found


def _refuse_odd_names(definitions: Definitions) -> None:
    # Names become names of columns and tables; nothing else of a pack is ever part of SQL but as a quoted value.
    columns = {name: source for source in definitions.sources.values() for name in source.columns}
    named: list[Mapping[str, Any]] = [definitions.sources, columns, definitions.parameters, definitions.facts]
    for names in (*named, definitions.rules, definitions.checks, definitions.benefits, definitions.gates):
        for name, definition in names.items():
            if not NAME.fullmatch(name):
                file = getattr(definition, "file", None) or None
                raise InputError(
                    f"名称“{name}”只能用小写英文字母、数字和下划线，以字母开头，不超过 48 个字符。", file=file
                )
    for parameter in definitions.parameters.values():
        for place in parameter.places:
            if not (place.isascii() and place.isdigit()):
                raise InputError(f"参数 {parameter.name}：“{place}”不是区划代码。", "请写 2 到 12 位数字。")


def fault(definition: Any, key: str, message: str) -> InputError:
    """An InputError at the line where a definition says ``key``."""
    line = definition.lines.get(key) or definition.lines.get("") or None
    file = Path(definition.file) if definition.file else None
    return InputError(message, "请改正后重新运行 shouwang pack check。", file=file, line=line)


def _parsed(definition: Any, key: str, text: str, scope: Scope, *, condition: bool = False) -> Node:
    try:
        return language.parse_condition(text, scope) if condition else language.parse(text, scope)
    except ExpressionError as error:
        raise fault(definition, key, f"{definition.name}：{error}。") from None


def _fact(fact: FactDef, words: Vocabulary) -> CompiledFact:
    if fact.name in words.parameters or fact.name in Scope(words, fact.entity).columns[1]:
        raise fault(fact, "", f"指标“{fact.name}”与同名的参数或数据项冲突。")
    if language.FORBIDDEN.search(fact.name + fact.title):
        raise fault(fact, "", f"指标“{fact.title}”涉及民族、宗教或政治面貌，不得作为输入。")
    node = language.adapt(_parsed(fact, "formula", fact.formula, Scope(words, fact.entity)), fact.kind)
    if node.kind is Kind.INTEGER and fact.kind.is_number and not isinstance(node, FactRef | ColumnRef):
        node = _retype(node, fact)
    if node.kind is not fact.kind:
        raise fault(fact, "formula", f"指标“{fact.name}”写明是 {fact.kind.value}，公式得到的却是 {node.kind.value}。")
    return CompiledFact(fact, node)


def _retype(node: Node, fact: FactDef) -> Node:
    # An integer formula may not silently become money: 3 (people) is not 3 yuan.
    if fact.kind is not Kind.INTEGER:
        raise fault(fact, "formula", f"指标“{fact.name}”写明是 {fact.kind.value}，公式得到的却是 integer。")
    return node


def _refuse_cycles(facts: dict[str, CompiledFact]) -> None:
    state: dict[str, int] = {}

    def visit(name: str, path: list[str]) -> None:
        if state.get(name) == 1:
            raise fault(facts[name].definition, "formula", f"指标互相引用成环：{' → '.join([*path, name])}。")
        if state.get(name) == 2:
            return
        state[name] = 1
        for part in walk(facts[name].node):
            if isinstance(part, FactRef):
                visit(part.name, [*path, name])
        state[name] = 2

    for name in facts:
        visit(name, [])


def _evidence(definition: Any, words: Vocabulary) -> dict[str, Node]:
    scope = Scope(words, definition.entity)
    found = {name: _parsed(definition, "evidence", name, scope) for name in definition.evidence}
    for name, node in found.items():
        if not isinstance(node, FactRef | ColumnRef):
            raise fault(definition, "evidence", f"{definition.name}：依据“{name}”要是指标或数据项。")
    if len(found) > 8:
        raise fault(definition, "evidence", f"{definition.name}：依据最多 8 项。")
    return found


def _thresholds(nodes: Iterable[Node]) -> tuple[str, ...]:
    names = {part.name for node in nodes for part in walk(node) if isinstance(part, ParameterRef)}
    return tuple(sorted(names))


def _placeholders(definition: Any, key: str, text: str, evidence: dict[str, Node], words: Vocabulary) -> list[Node]:
    extra: list[Node] = []
    for name in PLACEHOLDER.findall(text):
        if name not in evidence and name not in words.parameters:
            raise fault(definition, key, f"{definition.name}：说明里的“{{{name}}}”既不是依据也不是参数。")
        if name in words.parameters:
            extra.append(ParameterRef(name, words.parameters[name].kind))
    return extra


def _finding(definition: Any, conditions: dict[str, str], text_key: str, words: Vocabulary) -> Finding:
    scope = Scope(words, definition.entity)
    keys = {level: "levels" if isinstance(definition, RuleDef) else level for level in conditions}
    nodes = {c: _parsed(definition, keys[c], text, scope, condition=True) for c, text in conditions.items()}
    evidence = _evidence(definition, words)
    named = _placeholders(definition, text_key, getattr(definition, text_key), evidence, words)
    return Finding(definition, nodes, evidence, _thresholds([*nodes.values(), *named]))


def _rule(rule: RuleDef, words: Vocabulary) -> Finding:
    return _finding(rule, rule.levels, "because", words)


def _check(check: CheckDef, words: Vocabulary) -> Finding:
    return _finding(check, {"condition": check.condition}, "message", words)


def _gate(gate: GateDef, words: Vocabulary) -> Finding:
    return _finding(gate, {"condition": gate.condition}, "because", words)


def _benefit(benefit: BenefitDef, words: Vocabulary) -> Finding:
    scope = Scope(words, benefit.entity)
    grounds = [_parsed(benefit, "eligible", one.when, scope, condition=True) for one in benefit.grounds]
    barred = [_parsed(benefit, "exclusions", one.when, scope, condition=True) for one in benefit.exclusions]
    receiving = {} if benefit.receiving is None else {"receiving": benefit.receiving}
    finding = _finding(benefit, {"eligible": benefit.eligible} | receiving, "because", words)
    held = [*grounds, *(Not(node) for node in barred)]
    titles = [*(one.title for one in benefit.grounds), *(f"{BARRED}{one.title}" for one in benefit.exclusions)]
    finding = replace(finding, steps=tuple(zip(titles, held, strict=True)))
    if benefit.amount is None:
        return finding
    amount = _money(benefit, "amount", benefit.amount, scope)
    if benefit.cap is not None:
        amount = Call("LEAST", (amount, _money(benefit, "cap", benefit.cap, scope)), Kind.MONEY)
    thresholds = tuple(sorted({*finding.thresholds, *_thresholds([amount])}))
    return replace(finding, thresholds=thresholds, amount=amount, written_amount=amount)


def _money(benefit: BenefitDef, key: str, text: str, scope: Scope) -> Node:
    amount = language.adapt(_parsed(benefit, key, text, scope), Kind.MONEY)
    if amount.kind is not Kind.MONEY:
        raise fault(benefit, key, f"{benefit.name}：金额得到的是 {amount.kind.value}，应为 money。")
    return amount


def _refuse_crowded(program: Program) -> None:
    for findings in (program.rules, program.checks, program.benefits, program.gates):
        for finding in findings.values():
            varying = [name for name in finding.thresholds if program.parameters[name].by_place]
            if len(finding.evidence) + len(varying) + (finding.amount is not None) > SHOWN:
                said = f"{finding.name}：依据、金额和因地而异的参数合计超过 {SHOWN} 项。"
                raise fault(finding.definition, "evidence", said)


def _hoist(finding: Finding, hoisted: dict[tuple[str, Node], CompiledFact]) -> Finding:
    """Turn sums over related rows that stand in a condition into facts of their own, so that each is computed once."""

    def named(node: Node) -> Node | None:
        if not isinstance(node, Related):
            return None
        key = (finding.entity, node)
        if key not in hoisted:
            name = f"{HOISTED}{len(hoisted)}_{node.source}"
            title = f"{node.source} 汇总"
            hoisted[key] = CompiledFact(FactDef(name, title, finding.entity, node.kind, node.function), node)
        return FactRef(finding.entity, hoisted[key].definition.name, node.kind)

    conditions = {name: rewrite(node, named) for name, node in finding.conditions.items()}
    amount = None if finding.amount is None else rewrite(finding.amount, named)
    return replace(finding, conditions=conditions, amount=amount)
