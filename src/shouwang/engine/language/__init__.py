"""Expression language (表达式): the small SQL subset of the packs, parsed to typed nodes."""

from shouwang.engine.language.parsing import parse, parse_condition
from shouwang.engine.language.typing import adapt
from shouwang.engine.language.words import FORBIDDEN, ExpressionError, Scope, Vocabulary

__all__ = ["FORBIDDEN", "ExpressionError", "Scope", "Vocabulary", "adapt", "parse", "parse_condition"]
