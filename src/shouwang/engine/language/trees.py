"""Text to syntax tree (语法树): parsed with sqlglot, one guarded expression, nothing that is a query."""

from __future__ import annotations

import re
from functools import lru_cache

import sqlglot
from sqlglot import exp

from shouwang.engine.language.words import FUNCTIONS, ExpressionError

_CALL = re.compile(r"\b(" + "|".join(FUNCTIONS) + r")\s*\(", re.IGNORECASE)
_QUOTED = re.compile(r"('(?:[^']|'')*')")


LONGEST = 4000


@lru_cache(maxsize=20_000)
def tree_of(text: str) -> exp.Expression:
    """Syntax tree of one expression. Raises ExpressionError for anything that is more, less or something else."""
    if len(text) > LONGEST:
        raise ExpressionError(f"“{text[:40]}…”太长，最多 {LONGEST} 个字符")
    parts = _QUOTED.split(text)
    guarded = "".join(p if p.startswith("'") else _CALL.sub(lambda m: f"fn_{m[1].lower()}(", p) for p in parts)
    try:
        statements = sqlglot.parse(f"SELECT {guarded}")
    except RecursionError:
        raise ExpressionError(f"“{text[:40]}…”嵌套太深") from None
    except Exception as error:
        # Whatever a stranger's text does to the parser, it is the text that is at fault.
        raise ExpressionError(f"看不懂“{text[:200]}”：{str(error).partition(chr(10))[0]}") from None
    select = statements[0] if len(statements) == 1 else None
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        raise ExpressionError(f"“{text}”应是一个表达式")
    if any(value for part, value in select.args.items() if part != "expressions"):
        raise ExpressionError(f"“{text}”只能是表达式，不能是查询")
    return select.expressions[0]


def words_of(tree: exp.Expression) -> str:
    """The part of an expression that a message is about."""
    return tree.sql().replace("FN_", "").replace("fn_", "")
