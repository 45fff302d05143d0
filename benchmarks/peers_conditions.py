"""Conditions of peers_rules.txt as functions, for peers that know no SQL: parsed once, carried out in the peer's own words."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import sqlglot
from sqlglot import exp

Facts = Mapping[str, Any]
Judge = Callable[[Facts], Any]
COMPARED = {
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.EQ: operator.eq,
}


class Words(Protocol):
    """What a peer makes of the few words that conditions use."""

    def both(self, one: Any, other: Any) -> Any: ...
    def either(self, one: Any, other: Any) -> Any: ...
    def negated(self, one: Any) -> Any: ...
    def compared(self, compare: Callable[[Any, Any], Any], one: Any, other: Any) -> Any: ...
    def times(self, one: Any, other: Any) -> Any: ...
    def known(self, one: Any, otherwise: Any) -> Any: ...
    def plain(self, text: str, kind: str) -> Any: ...


class Scalars:
    """Plain Python values, None where something is unknown."""

    def both(self, one: Any, other: Any) -> Any:
        return False if one is False or other is False else None if one is None or other is None else True

    def either(self, one: Any, other: Any) -> Any:
        return True if one or other else None if one is None or other is None else False

    def negated(self, one: Any) -> Any:
        return None if one is None else not one

    def compared(self, compare: Callable[[Any, Any], Any], one: Any, other: Any) -> Any:
        return None if one is None or other is None else compare(one, other)

    def times(self, one: Any, other: Any) -> Any:
        return None if one is None or other is None else one * other

    def known(self, one: Any, otherwise: Any) -> Any:
        return otherwise if one is None else one

    def plain(self, text: str, kind: str) -> Any:
        from datetime import date

        return {"number": int, "day": date.fromisoformat, "text": str, "truth": lambda told: told == "TRUE"}[kind](text)


def judge(condition: str, words: Words) -> Judge:
    """A condition as a function of facts."""
    return _made(sqlglot.parse_one(condition, dialect="duckdb"), words)


def _made(tree: exp.Expression, words: Words) -> Judge:
    match tree:
        case exp.Paren():
            return _made(tree.this, words)
        case exp.And() | exp.Or():
            joined = words.both if isinstance(tree, exp.And) else words.either
            left, right = _made(tree.left, words), _made(tree.right, words)
            return lambda facts: joined(left(facts), right(facts))
        case exp.Not():
            inner = _made(tree.this, words)
            return lambda facts: words.negated(inner(facts))
        case exp.Mul():
            one, other = _made(tree.left, words), _made(tree.right, words)
            return lambda facts: words.times(one(facts), other(facts))
        case exp.Coalesce():
            first, otherwise = _made(tree.this, words), _made(tree.expressions[0], words)
            return lambda facts: words.known(first(facts), otherwise(facts))
        case exp.Column():
            name = tree.name
            return lambda facts: facts[name]
    if type(tree) in COMPARED:
        compare = COMPARED[type(tree)]
        low, high = _made(tree.left, words), _made(tree.right, words)
        return lambda facts: words.compared(compare, low(facts), high(facts))
    return _plain(tree, words)


def _plain(tree: exp.Expression, words: Words) -> Judge:
    if isinstance(tree, exp.Literal):
        value = words.plain(tree.name, "text" if tree.is_string else "number")
    elif isinstance(tree, exp.Boolean):
        value = words.plain("TRUE" if tree.this else "FALSE", "truth")
    elif isinstance(tree, exp.Cast):
        value = words.plain(tree.this.name, "day")
    else:
        raise TypeError(f"{tree.sql()} is not a word of the conditions")
    return lambda facts: value
