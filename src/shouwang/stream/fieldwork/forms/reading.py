"""Reading a filled-in form (读表): of any version that was ever handed out, brought up to today's."""

from collections.abc import Callable, Mapping
from typing import Any

from shouwang.stream.fieldwork.forms.answers import read_answer
from shouwang.stream.fieldwork.forms.definitions import (
    clue_check,
    follow_up,
    measure_record,
    round_update,
    verification,
)
from shouwang.stream.fieldwork.forms.model import Answers, Form, Wrong

Lists = dict[str, Any]
FORMS: dict[str, tuple[Callable[[Lists], Form], ...]] = {
    "clue_check": (clue_check,),
    "verification": (verification,),
    "follow_up": (follow_up,),
    "round_update": (round_update,),
    "measure_record": (measure_record,),
}
"""Form → its versions, the oldest first. None is ever taken out: a phone may have been under way for three weeks."""


class UnknownForm(ValueError):
    """A form or a version that was never handed out here (不认识的表)."""


def current_form(name: str, lists: Lists) -> Form:
    """The version that phones are given today, with the choices of today's pack."""
    return FORMS[name][-1](lists)


def read_answers(name: str, version: int, given: Any, lists: Lists) -> Answers:
    """The answers as today's form has them. `lists` hold the choices that were offered.

    Raises UnknownForm, or Wrong with a sentence that names the field.
    """
    versions = FORMS.get(name, ())
    if not 1 <= version <= len(versions):
        raise UnknownForm(name)
    if not isinstance(given, Mapping):
        raise Wrong("表里没有内容。")
    answers = _read(versions[version - 1](lists), given)
    for make, following in zip(versions[version - 1 : -1], versions[version:], strict=True):
        upgrade = make(lists).upgrade
        answers = _read(following(lists), upgrade(answers) if upgrade else answers)
    return answers


def _read(form: Form, given: Mapping[str, Any]) -> Answers:
    answers: Answers = {}
    for field in form.fields:
        if not field.asked(answers):
            continue
        value = read_answer(field, given.get(field.name))
        if value is None and field.needed:
            raise Wrong(f"没有填“{field.title}”。")
        if value is not None:
            answers[field.name] = value
    return answers
