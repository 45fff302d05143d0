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
EVIDENCE = {"id_number": "id", "phone": "phone"}
"""Lines whose candidate's value stays closed: the page says how the two compare instead of showing it."""

OUTCOMES = {"same": "相同", "birth": "只有出生日期那一段相同", "other": "不同", "unknown": "无法比较"}
INSIDE = {"place_name"}
"""Lines where the record is usually a part of the candidate's full name of the place: contained is not different."""


@dataclass(frozen=True)
class Part:
    """A stretch of a candidate's value and whether the record says otherwise there."""

    text: str
    differs: bool


def compared(
    record: dict[str, Any], candidates: list[Any], evidence: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """One line per item that the record or a candidate knows; `evidence` is how each candidate compared, by resident."""
    lines = []
    for title, name in LINES:
        said = _words(name, record.get(name))
        if name in EVIDENCE:
            cells = [_outcome(evidence.get(one.resident_id, {}).get(EVIDENCE[name], "unknown")) for one in candidates]
        else:
            cells = [_cell(name, said, _words(name, getattr(one, name, None))) for one in candidates]
        if said or any(cell["parts"] for cell in cells if name not in EVIDENCE):
            lines.append({"title": title, "record": said, "cells": cells})
    return lines


def _cell(name: str, said: str, value: str) -> dict[str, Any]:
    same = not said or not value or said == value or (name in INSIDE and said in value)
    return {"differs": not same, "parts": [Part(value, False)] if same and value else marked(said, value)}


def _outcome(outcome: str) -> dict[str, Any]:
    word = OUTCOMES.get(outcome, OUTCOMES["other"])
    return {"differs": outcome not in ("same", "unknown"), "parts": [Part(word, False)]}


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
