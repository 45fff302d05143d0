"""Text to syntax tree (语法树): parsed with sqlglot, one guarded expression, nothing that is a query."""

from __future__ import annotations

import re
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from shouwang.engine.language.words import FUNCTIONS, ExpressionError

_CALL = re.compile(r"\b(" + "|".join(FUNCTIONS) + r")\s*\(", re.IGNORECASE)
_QUOTED = re.compile(r"('(?:[^']|'')*')")


@lru_cache(maxsize=20_000)
def tree_of(text: str) -> exp.Expression:
    parts = _QUOTED.split(text)
    guarded = "".join(p if p.startswith("'") else _CALL.sub(lambda m: f"fn_{m[1].lower()}(", p) for p in parts)
    try:
        statements = sqlglot.parse(f"SELECT {guarded}")
    except SqlglotError as error:
        raise ExpressionError(f"看不懂“{text}”：{str(error).splitlines()[0]}") from None
    select = statements[0]
    if len(statements) != 1 or not isinstance(select, exp.Select) or len(select.expressions) != 1:
        raise ExpressionError(f"“{text}”应是一个表达式")
    if any(
        select.args.get(part) for part in ("from_", "from", "joins", "where", "group", "limit", "with_", "distinct")
    ):
        raise ExpressionError(f"“{text}”只能是表达式，不能是查询")
    return select.expressions[0]


def words_of(tree: exp.Expression) -> str:
    return tree.sql().replace("FN_", "").replace("fn_", "")
