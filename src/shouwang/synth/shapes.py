"""Household shapes (家庭结构): who lives in a household, how they are related and how old they are.

A household is a row of twelve slots; a slot that is filled becomes a resident. Ages are years before the as-of date.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shouwang.synth.chance import Draws, Numbers, choose, happens

HEAD, SPOUSE, FATHER, MOTHER, CHILD, SECOND, THIRD, PARTNER, GRAND, GRAND2, GRAND3, OTHER = range(12)
SLOTS = 12
MALE, FEMALE = 0, 1

RELATIONS = (
    "head spouse son daughter son_wife daughter_husband grandson granddaughter maternal_grandson "
    "maternal_granddaughter great_grandson great_granddaughter father mother husband_father husband_mother "
    "wife_father wife_mother grandfather grandmother sibling sibling_spouse uncle nephew niece other"
).split()
RELATION = {name: code for code, name in enumerate(RELATIONS)}


@dataclass(frozen=True)
class Shape:
    """One kind of household: its share, the ages of its head and how likely each slot is filled."""

    share: float
    ages: tuple[int, int]
    head_male: float
    spouse: float = 0.0
    father: float = 0.0
    mother: float = 0.0
    children: tuple[float, float, float] = (0.0, 0.0, 0.0)
    partner: float = 0.0
    grandchildren: tuple[float, float, float] = (0.0, 0.0, 0.0)
    other: float = 0.0


# Shares are set so that the mean size is 3.1 (2020 census: 农村户均 about 2.8 living there, 3.1–3.5 on the books).
SHAPES = {
    "single_elder": Shape(0.085, (63, 92), 0.42),
    "elder_couple": Shape(0.120, (60, 86), 0.95, spouse=1.0),
    "single_adult": Shape(0.040, (32, 62), 0.86),
    "couple": Shape(0.070, (45, 66), 0.93, spouse=1.0),
    "young_family": Shape(0.170, (27, 45), 0.88, spouse=0.99, children=(0.93, 0.62, 0.13)),
    "grown_family": Shape(0.140, (44, 60), 0.90, spouse=0.97, children=(0.95, 0.52, 0.10)),
    "three_generations": Shape(
        0.120, (31, 54), 0.90, spouse=0.95, father=0.60, mother=0.82, children=(0.92, 0.60, 0.12)
    ),
    "with_son_family": Shape(
        0.095, (53, 76), 0.85, spouse=0.85, children=(1.0, 0.10, 0.0), partner=0.93, grandchildren=(0.94, 0.58, 0.08)
    ),
    "left_behind": Shape(0.040, (55, 76), 0.72, spouse=0.75, grandchildren=(1.0, 0.45, 0.05)),
    "single_parent": Shape(0.035, (28, 52), 0.52, children=(1.0, 0.40, 0.05)),
    "elder_and_child": Shape(0.055, (62, 84), 0.66, spouse=0.50, children=(1.0, 0.10, 0.0)),
    "four_generations": Shape(
        0.015, (48, 62), 0.90, spouse=0.95, father=0.30, mother=0.80, children=(1.0, 0.0, 0.0), partner=1.0,
        grandchildren=(0.90, 0.40, 0.0),
    ),
    "other_kin": Shape(0.015, (35, 80), 0.75, spouse=0.40, other=1.0),
}  # fmt: skip
NAMES = list(SHAPES)


@dataclass
class Families:
    """A block of households as slot matrices, one row per household."""

    shape: Numbers
    present: Numbers
    age: Numbers
    sex: Numbers
    relation: Numbers


def families(draws: Draws, count: int) -> Families:
    """Draw the shapes of ``count`` households and the ages, sexes and relations of their members."""
    rng = draws.of("shapes")
    shape = choose(rng, [SHAPES[name].share for name in NAMES], count)
    present = _present(rng, shape)
    sex = _sexes(rng, shape)
    age = _ages(rng, shape, sex)
    _drop_the_impossible(rng, shape, present, age)
    relation = _relations(rng, present, age, sex)
    return Families(shape, present, age, sex, relation)


def trimmed(found: Families, residents: int) -> Families:
    """The first households that together have exactly so many residents; the last one may lose members."""
    running = np.cumsum(found.present.sum(axis=1))
    keep = int(np.searchsorted(running, residents, side="left")) + 1
    cut = Families(*(part[:keep] for part in vars(found).values()))
    surplus = int(running[keep - 1]) - residents if keep <= len(running) else 0
    if surplus > 0:
        cut.present[-1, np.flatnonzero(cut.present[-1])[-surplus:]] = False
    return cut


def _present(rng: np.random.Generator, shape: Numbers) -> Numbers:
    chance = np.array([_slot_chances(SHAPES[name]) for name in NAMES])
    present = rng.random((len(shape), SLOTS)) < chance[shape]
    for earlier, later in ((CHILD, SECOND), (SECOND, THIRD), (CHILD, PARTNER), (GRAND, GRAND2), (GRAND2, GRAND3)):
        present[:, later] &= present[:, earlier]
    return present


def _slot_chances(shape: Shape) -> list[float]:
    chances = [1.0, shape.spouse, shape.father, shape.mother, *shape.children, shape.partner]
    return [*chances, *shape.grandchildren, shape.other]


def _sexes(rng: np.random.Generator, shape: Numbers) -> Numbers:
    sex = (rng.random((len(shape), SLOTS)) >= 0.52).astype(np.int8)
    male_head = rng.random(len(shape)) < np.array([SHAPES[name].head_male for name in NAMES])[shape]
    sex[:, HEAD] = np.where(male_head, MALE, FEMALE)
    sex[:, SPOUSE] = 1 - sex[:, HEAD]
    sex[:, FATHER], sex[:, MOTHER] = MALE, FEMALE
    with_family = np.isin(shape, [NAMES.index("with_son_family"), NAMES.index("four_generations")])
    sex[:, CHILD] = np.where(with_family & happens(rng, 0.8, len(shape)), MALE, sex[:, CHILD])
    sex[:, PARTNER] = 1 - sex[:, CHILD]
    return sex


def _ages(rng: np.random.Generator, shape: Numbers, sex: Numbers) -> Numbers:
    count = len(shape)
    low, high = np.array([SHAPES[name].ages for name in NAMES]).T
    age = np.zeros((count, SLOTS))
    age[:, HEAD] = rng.uniform(low[shape], high[shape] + 0.999)
    older = np.where(sex[:, HEAD] == MALE, -1.0, 1.0)
    # Nobody is married below 22; those drawn younger are spread, or thousands would share one birth date.
    youngest = rng.uniform(22, 26, count)
    age[:, SPOUSE] = np.maximum(age[:, HEAD] + older * rng.normal(2.2, 2.8, count), youngest)
    mother = np.where(sex[:, HEAD] == FEMALE, age[:, HEAD], age[:, SPOUSE])
    age[:, FATHER] = age[:, HEAD] + rng.normal(26, 3.5, count).clip(19)
    age[:, MOTHER] = age[:, HEAD] + rng.normal(24, 3.0, count).clip(18)
    age[:, CHILD] = mother - rng.normal(24.5, 2.6, count).clip(19)
    age[:, PARTNER] = np.maximum(age[:, CHILD] + rng.normal(0, 2.4, count), youngest)
    _ages_of_the_young(rng, age, sex)
    age[:, OTHER] = age[:, HEAD] + rng.choice([-25.0, 0.0, 25.0], count) + rng.normal(0, 4, count)
    return age


def _ages_of_the_young(rng: np.random.Generator, age: Numbers, sex: Numbers) -> None:
    count = len(age)
    age[:, SECOND] = age[:, CHILD] - rng.uniform(1.6, 7.0, count)
    age[:, THIRD] = age[:, SECOND] - rng.uniform(1.5, 5.0, count)
    mother = np.where(sex[:, CHILD] == FEMALE, age[:, CHILD], age[:, PARTNER])
    age[:, GRAND] = mother - rng.normal(24.5, 2.6, count).clip(20)
    age[:, GRAND2] = age[:, GRAND] - rng.uniform(1.6, 6.0, count)
    age[:, GRAND3] = age[:, GRAND2] - rng.uniform(1.5, 4.0, count)


def _drop_the_impossible(rng: np.random.Generator, shape: Numbers, present: Numbers, age: Numbers) -> None:
    """Children not born yet, parents past a hundred; grown children who married out; grandchildren who are grown."""
    behind = shape == NAMES.index("left_behind")
    age[behind, GRAND] = rng.uniform(2.0, 16.9, int(behind.sum()))
    age[behind, GRAND2] = age[behind, GRAND] - rng.uniform(1.6, 6.0, int(behind.sum()))
    young = [CHILD, SECOND, THIRD, GRAND, GRAND2, GRAND3, OTHER]
    present[:, young] &= age[:, young] > 0.02
    present[:, [FATHER, MOTHER]] &= age[:, [FATHER, MOTHER]] < 97
    kept = shape == NAMES.index("elder_and_child")
    for slot in (CHILD, SECOND, THIRD):
        away = (age[:, slot] > 29) & ~present[:, PARTNER] & ~kept
        present[:, slot] &= ~(away & happens(rng, 0.75, len(age)))
    present[:, GRAND2] &= present[:, GRAND]
    present[:, OTHER] &= age[:, OTHER] < 97


def _relations(rng: np.random.Generator, present: Numbers, age: Numbers, sex: Numbers) -> Numbers:
    relation = np.zeros(present.shape, np.int8)
    relation[:, SPOUSE] = RELATION["spouse"]
    for slot, male, female in (
        (CHILD, "son", "daughter"), (SECOND, "son", "daughter"), (THIRD, "son", "daughter"),
        (PARTNER, "daughter_husband", "son_wife"),
    ):  # fmt: skip
        relation[:, slot] = np.where(sex[:, slot] == MALE, RELATION[male], RELATION[female])
    through_daughter = present[:, CHILD] & (sex[:, CHILD] == FEMALE)
    for slot in (GRAND, GRAND2, GRAND3):
        plain = np.where(sex[:, slot] == MALE, RELATION["grandson"], RELATION["granddaughter"])
        step = RELATION["maternal_grandson"] - RELATION["grandson"]
        relation[:, slot] = plain + np.where(through_daughter, step, 0)
    _relations_of_elders(rng, relation, sex)
    relation[:, OTHER] = _relation_of_other(age, sex)
    return relation


def _relations_of_elders(rng: np.random.Generator, relation: Numbers, sex: Numbers) -> None:
    wife_side = happens(rng, 0.04, len(relation))
    for slot, plain, husband, wife in (
        (FATHER, "father", "husband_father", "wife_father"),
        (MOTHER, "mother", "husband_mother", "wife_mother"),
    ):
        own = np.where(wife_side, RELATION[wife], RELATION[plain])
        relation[:, slot] = np.where(sex[:, HEAD] == FEMALE, RELATION[husband], own)


def _relation_of_other(age: Numbers, sex: Numbers) -> Numbers:
    """A sibling, uncle, nephew or niece by the distance in age; a grandparent or great-grandchild at the far ends."""
    gap = age[:, OTHER] - age[:, HEAD]
    male = sex[:, OTHER] == MALE
    older = np.where(male, RELATION["uncle"], RELATION["other"])
    younger = np.where(male, RELATION["nephew"], RELATION["niece"])
    found = np.where(gap > 12, older, np.where(gap < -12, younger, RELATION["sibling"]))
    return np.where((gap <= 12) & (gap >= 9), RELATION["sibling_spouse"], found)
