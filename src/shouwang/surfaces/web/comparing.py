"""A record beside its candidates (比对), line by line, with the characters that differ marked."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

LINES = (
    ("姓名", "name"),
    ("证件号", "id_number"),
    ("出生日期", "birth_on"),
    ("性别", "sex"),
    ("所在村", "place_name"),
    ("电话", "phone"),
)
SEXES = {"male": "男", "female": "女"}
INSIDE = {"place_name"}
"""Lines where the record is usually a part of the candidate's full name of the place: contained is not different."""


@dataclass(frozen=True)
class Part:
    """A stretch of a candidate's value and whether the record says otherwise there."""

    text: str
    differs: bool


def compared(record: dict[str, Any], candidates: list[Any]) -> list[dict[str, Any]]:
    """One line per item that the record or a candidate knows."""
    lines = []
    for title, name in LINES:
        said = _words(name, record.get(name))
        values = [_words(name, getattr(one, name, None)) for one in candidates]
        if said or any(values):
            lines.append({"title": title, "record": said, "cells": [_cell(name, said, value) for value in values]})
    return lines


def _cell(name: str, said: str, value: str) -> dict[str, Any]:
    same = not said or not value or said == value or (name in INSIDE and said in value)
    return {"differs": not same, "parts": [Part(value, False)] if same and value else marked(said, value)}


def marked(said: str, value: str) -> list[Part]:
    """The candidate's value in stretches, those that the record does not share marked."""
    parts = []
    for kind, _, _, start, end in SequenceMatcher(None, said, value, autojunk=False).get_opcodes():
        if end > start:
            parts.append(Part(value[start:end], kind != "equal"))
    return parts


def _words(name: str, value: Any) -> str:
    if value is None:
        return ""
    return SEXES.get(str(value), str(value)) if name == "sex" else str(value)
