"""Name data (姓名用字): surnames, given-name characters, whole given names, similar shapes; see data/README.md."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from shouwang.synth.chance import Numbers

DATA = resources.files("shouwang.synth") / "data"
COHORTS = ("old", "mid", "young", "new")
"""Born before 1965, 1965–1989, 1990–2005 and later: each generation's names have their own flavour."""
COHORT_STARTS = (1965, 1990, 2006)
FAVOUR = 1.8
"""Popular characters also meet one another more often than chance would have it; this sharpens their weights."""
POINTS = 0x30000
"""Code points that a name may use: the basic plane and the ideographs beyond it."""


@dataclass(frozen=True)
class Lexicon:
    """Everything names are made of; texts are rows of code points, padded with zeros."""

    surnames: Numbers
    surname_names: list[str]
    surname_weights: Numbers
    area_times: dict[str, dict[str, float]]
    characters: Numbers
    first_weights: Numbers
    last_weights: Numbers
    given: dict[tuple[int, int], tuple[Numbers, Numbers]]
    rare: Numbers
    minority: dict[tuple[str, str], Numbers]


@cache
def lexicon() -> Lexicon:
    """The name data, read once."""
    surnames = rows("surnames.csv")
    characters = rows("characters.csv")
    points = np.array([ord(row["char"]) for row in characters], np.uint32)
    first, last = _character_weights(characters)
    return Lexicon(
        surnames=code_points([row["surname"] for row in surnames], 2),
        surname_names=[row["surname"] for row in surnames],
        surname_weights=np.array([float(row["weight"]) for row in surnames]),
        area_times=_area_times(),
        characters=points,
        first_weights=first,
        last_weights=last,
        given=_given_names(),
        rare=np.array([ord(row["char"]) for row in rows("rare_characters.csv")], np.uint32),
        minority=_minority_names(),
    )


@cache
def homophones() -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Same sound (同音字): group of a code point, start and size of each group, members sorted by group."""
    table = rows("characters.csv")
    sounds, group = np.unique([row["pinyin"] for row in table], return_inverse=True)
    order = np.argsort(group, kind="stable")
    size = np.bincount(group, minlength=len(sounds))
    of_point = np.full(POINTS, -1, np.int32)
    points = np.array([ord(row["char"]) for row in table])
    of_point[points] = np.where(size[group] > 1, group, -1)
    return of_point, np.cumsum(size) - size, size, points[order].astype(np.uint32)


@cache
def similar_shapes() -> tuple[Numbers, Numbers, Numbers]:
    """Similar shape (形近字): start and number of look-alikes per code point, and the look-alikes."""
    pairs = sorted((ord(row["written"]), ord(row["mistaken_for"])) for row in rows("similar_shapes.csv"))
    written = np.array([pair[0] for pair in pairs])
    count = np.bincount(written, minlength=POINTS)
    return np.cumsum(count) - count, count, np.array([pair[1] for pair in pairs], np.uint32)


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one data file."""
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


def code_points(texts: list[str], width: int) -> Numbers:
    """Texts as a matrix of code points."""
    matrix = np.zeros((len(texts), width), np.uint32)
    for row, text in enumerate(texts):
        matrix[row, : len(text)] = [ord(char) for char in text]
    return matrix


def _character_weights(characters: list[dict[str, str]]) -> tuple[Numbers, Numbers]:
    """Weights [sex, cohort, character] for the first and for the last character of a given name."""
    count = np.array([[float(row["male"]) for row in characters], [float(row["female"]) for row in characters]])
    flavour = np.ones((len(COHORTS), len(characters)))
    for place, row in enumerate(characters):
        if row["flavour"]:
            away = np.abs(np.arange(len(COHORTS)) - COHORTS.index(row["flavour"]))
            flavour[:, place] = np.array([3.0, 1.0, 0.3, 0.15])[away]
    base = count[:, None, :] * flavour[None, :, :]
    position = np.array([{"first": 2.2, "last": 0.4}.get(row["position"], 1.0) for row in characters])
    reverse = np.array([{"first": 0.4, "last": 2.2}.get(row["position"], 1.0) for row in characters])
    return (base * position) ** FAVOUR, (base * reverse) ** FAVOUR


def _given_names() -> dict[tuple[int, int], tuple[Numbers, Numbers]]:
    table = rows("given_names.csv")
    found = {}
    for sex, word in enumerate(("male", "female")):
        for cohort, flavour in enumerate(COHORTS):
            here = [row for row in table if (row["sex"], row["flavour"]) == (word, flavour)]
            weights = np.array([float(row["weight"]) for row in here])
            found[sex, cohort] = (code_points([row["given_name"] for row in here], 2), weights)
    return found


def _minority_names() -> dict[tuple[str, str], Numbers]:
    table = rows("minority_names.csv")
    kinds = {(row["place"], row["sex"]) for row in table}
    width = {"first": 3, "last": 2, "whole": 9}
    return {
        kind: code_points([row["part"] for row in table if (row["place"], row["sex"]) == kind], width[kind[0]])
        for kind in sorted(kinds)
    }


def _area_times() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in rows("area_surnames.csv"):
        found.setdefault(row["place"], {})[row["surname"]] = float(row["times"])
    return found
