"""Parameters on one day (参数取值): dated, by place, some of them formulas over others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from shouwang.engine import language
from shouwang.engine.evaluation import constant
from shouwang.engine.language import ExpressionError, Scope, Vocabulary
from shouwang.engine.model import Dated, Parameter
from shouwang.engine.nodes import Node, ParameterRef, walk
from shouwang.kernel.errors import InputError


@dataclass(frozen=True)
class Resolved:
    """A parameter on one day (参数取值): everywhere, and where a place differs."""

    parameter: Parameter
    value: Any
    dated: Dated | None
    by_place: dict[str, Any]
    dated_by_place: dict[str, Dated | None]

    def at(self, place_code: str | None) -> Any:
        """The value for a place: the longest matching prefix wins."""
        for length in range(len(place_code or ""), 0, -1):
            if (place_code or "")[:length] in self.by_place:
                return self.by_place[(place_code or "")[:length]]
        return self.value

    def dated_at(self, place_code: str | None) -> Dated | None:
        """The dated entry behind ``at``: where the number comes from."""
        for length in range(len(place_code or ""), 0, -1):
            if (place_code or "")[:length] in self.dated_by_place:
                return self.dated_by_place[(place_code or "")[:length]]
        return self.dated


def resolve_parameters(parameters: dict[str, Parameter], as_of: date) -> dict[str, Resolved]:
    """Value every parameter for a day; a formula may use other parameters (k × 低保标准)."""
    done: dict[str, Resolved] = {}

    def resolve(name: str, path: tuple[str, ...]) -> Resolved:
        if name in path:
            raise InputError(f"参数互相引用成环：{' → '.join([*path, name])}。", "请改掉其中一个公式。")
        if name not in done:
            parameter = parameters[name]
            used = _formula_names(parameter, parameters, as_of)
            inner = {used_name: resolve(used_name, (*path, name)) for used_name in used}
            prefixes = {*parameter.places, *(p for r in inner.values() for p in r.by_place)}
            dated = {p: _dated(_values_at(parameter, p), as_of) for p in prefixes}
            top = _dated(parameter.values, as_of)
            done[name] = Resolved(
                parameter,
                _dated_value(parameter, top, parameters, inner, None, as_of),
                top,
                {p: _dated_value(parameter, d, parameters, inner, p, as_of) for p, d in dated.items()},
                dated,
            )
        return done[name]

    for name in parameters:
        resolve(name, ())
    return done


def _values_at(parameter: Parameter, place: str) -> tuple[Dated, ...]:
    found = [prefix for prefix in parameter.places if place.startswith(prefix)]
    return parameter.places[max(found, key=len)] if found else parameter.values


def _dated(values: tuple[Dated, ...], as_of: date) -> Dated | None:
    # A value replaces the one before it for good: where it has ended, the older one does not come back.
    begun = [value for value in values if value.valid_from <= as_of]
    if not begun or (begun[-1].valid_until is not None and as_of >= begun[-1].valid_until):
        return None
    return begun[-1]


def _formula_node(parameter: Parameter, formula: str, parameters: dict[str, Parameter], as_of: date) -> Node:
    words = Vocabulary({}, {}, parameters, as_of)
    try:
        node = language.adapt(language.parse(formula, Scope(words, "household")), parameter.kind)
    except ExpressionError as error:
        raise InputError(f"参数 {parameter.name} 的公式有误：{error}。", "请改正 formula。") from None
    if node.kind is not parameter.kind:
        raise InputError(f"参数 {parameter.name} 写明是 {parameter.kind.value}，公式得到的是 {node.kind.value}。")
    return node


def _formula_names(parameter: Parameter, parameters: dict[str, Parameter], as_of: date) -> set[str]:
    names: set[str] = set()
    for values in (parameter.values, *parameter.places.values()):
        dated = _dated(values, as_of)
        if dated is not None and dated.formula:
            node = _formula_node(parameter, dated.formula, parameters, as_of)
            names |= {part.name for part in walk(node) if isinstance(part, ParameterRef)}
    return names


def _dated_value(
    parameter: Parameter,
    dated: Dated | None,
    parameters: dict[str, Parameter],
    inner: dict[str, Resolved],
    place: str | None,
    as_of: date,
) -> Any:
    if dated is None:
        return None
    if not dated.formula:
        return dated.value
    node = _formula_node(parameter, dated.formula, parameters, as_of)
    return constant(node, {name: resolved.at(place) for name, resolved in inner.items()})
