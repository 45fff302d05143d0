"""Whatever is typed into a rule: it is refused in words, or it becomes SQL made of known names only."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engine.language import ExpressionError, Scope, Vocabulary, parse
from shouwang.engine.nodes import ColumnRef, FactRef, Node, OfHousehold, Outer, ParameterRef, Related, walk
from shouwang.engine.sql.expressions import Names, to_sql
from tests.generative.expressions import KINDS, Grammar
from tests.generative.test_expressions import PARAMETERS
from tests.spec.vocabulary import SOURCES, source

WORDS = Vocabulary(SOURCES, {}, PARAMETERS, date(2026, 11, 15))
SCOPES = [Scope(WORDS, "household"), Scope(WORDS, "resident")]
TOKENS = [
    *SOURCES["households"].columns, *SOURCES["residents"].columns, *SOURCES["bills"].columns, *SOURCES, "line", "as_of",
    "(", ")", "(", ")", ",", "+", "-", "*", "/", "=", "<>", "<", ">=", "AND", "OR", "NOT", "BETWEEN", "IN", "IS", "NULL",
    "CASE", "WHEN", "THEN", "ELSE", "END", "TRUE", "FALSE", "1", "0.5", "-3", "'ordinary'", "'x''y'", "DATE", "'2026-01-01'",
    "count_if(", "sum_if(", "any_if(", "all_if(", "last_months(12)", "COALESCE(", "LEAST(", "ABS(", "age_on(", "own(",
    "household(", "SELECT", "FROM", "WHERE", "UNION", "WITH", ";", "--", "/*", "*/", "''", "\"", "'", "`", "DROP TABLE x",
    "::text", "||", "LIKE", "EXISTS(", "read_csv('/etc/passwd')", "pg_sleep(9)", "$1", "{{", "}}", "${x}", "\\", "\x00", "民族",
]  # fmt: skip
SQL_WORDS = set(
    "cast as bigint boolean date varchar null true false case when then else end and or not is in coalesce least greatest "
    "abs floor nullif extract year month day from".split()
)
KNOWN = {"related", *PARAMETERS} | {column for source in SOURCES.values() for column in source.columns}


def with_code(code: str) -> Scope:
    """Households with one column of one code."""
    households = source("households", "register", "household", None, kind=("choice", {code: (code,)}))
    return Scope(Vocabulary({"households": households}, {}, {}, WORDS.as_of), "household")


def leaf(node: Node) -> str:
    match node:
        case Outer() | OfHousehold():
            return leaf(node.node)
        case ColumnRef() | FactRef() | ParameterRef():
            return node.name
        case Related():
            return "related"
    raise AssertionError(node)


def identifiers(node: Node) -> set[str]:
    names = Names(leaf, lambda _: True, WORDS.as_of)
    parts = [node, *(part.condition for part in walk(node) if isinstance(part, Related))]
    text = " ".join(to_sql(part, names) for part in parts)
    bare = re.sub(r"'(?:[^']|'')*'", " ", text)
    assert not re.search(r"[;`\"'\\$]|--|/\*|\|\|", bare), text
    return {word.lower() for word in re.findall(r"[^\W\d]\w*", bare)} - {"e0"}


def understood(text: str, scope: Scope) -> Node | None:
    try:
        return parse(text, scope)
    except ExpressionError:
        return None


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=14).map(" ".join), st.sampled_from(SCOPES))
def test_words_thrown_together_are_refused_or_use_known_names_only(text, scope):
    node = understood(text, scope)

    assert node is None or identifiers(node) <= SQL_WORDS | KNOWN


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(KINDS), st.sampled_from(SCOPES))
def test_expressions_of_the_grammar_are_understood_and_use_known_names_only(chance, kind, scope):
    node = parse(Grammar(chance).expression(kind, scope.entity, 3), scope)

    assert identifiers(node) <= SQL_WORDS | KNOWN


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(SCOPES))
def test_any_text_is_refused_or_uses_known_names_only(text, scope):
    node = understood(text, scope)

    assert node is None or identifiers(node) <= SQL_WORDS | KNOWN


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=20))
def test_a_quoted_text_stays_one_literal_whatever_is_in_it(text):
    node = understood("kind = '" + text.replace("'", "''") + "'", with_code(text))

    assert node is None or (node.right.value == text and identifiers(node) == {"kind"})


@pytest.mark.parametrize(
    "text", ["it's", 'a"b', "x'; DROP TABLE households; --", "a''b", "/* x */", "100%", "民", "a;b"]
)
def test_ordinary_marks_in_a_code_are_understood(text):
    assert parse("kind = '" + text.replace("'", "''") + "'", with_code(text)).right.value == text
