"""What a form is (表单定义): fields that phone and server read alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Answers = dict[str, Any]
KINDS = ("choice", "words", "line", "day", "money", "count", "income", "checks")


class Wrong(ValueError):
    """An answer that the form does not allow (没有填对): a sentence that names the field."""


@dataclass(frozen=True)
class Field:
    """One question (题目).

    `when` shows it only after certain answers, `factors` only where the clue is about such a risk. An answer that was
    not given is unknown, never zero and never no.
    """

    name: str
    title: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()
    needed: bool = False
    when: Mapping[str, tuple[str, ...]] | None = None
    factors: tuple[str, ...] = ()
    most: int = 300
    hint: str = ""

    def asked(self, answers: Mapping[str, Any]) -> bool:
        """Whether the question is put at all, given the answers before it."""
        return not self.when or all(answers.get(name) in allowed for name, allowed in self.when.items())

    def shown(self) -> dict[str, Any]:
        """The question as a phone reads it."""
        return {
            "name": self.name, "title": self.title, "kind": self.kind, "choices": [list(one) for one in self.choices],
            "needed": self.needed, "when": {name: list(allowed) for name, allowed in (self.when or {}).items()},
            "factors": list(self.factors), "most": self.most, "hint": self.hint,
        }  # fmt: skip


@dataclass(frozen=True)
class Form:
    """One version of a form (表单版本); `upgrade` makes its answers those of the next version."""

    name: str
    version: int
    title: str
    fields: tuple[Field, ...]
    upgrade: Callable[[Answers], Answers] | None = None
    photos: int = 3
    signature: bool = False

    def shown(self) -> dict[str, Any]:
        """The form as a phone reads it."""
        return {
            "name": self.name, "version": self.version, "title": self.title, "photos": self.photos,
            "signature": self.signature, "fields": [one.shown() for one in self.fields],
        }  # fmt: skip
