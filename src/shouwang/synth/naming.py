"""Names (姓名): surnames that cluster by village, given names by sex and generation, minority and rare names.

A name is a row of nine code points; the zeros between and after its characters vanish when it is spelled.
"""

from __future__ import annotations

import numpy as np

from shouwang.synth.chance import Draws, Numbers, choose, happens
from shouwang.synth.lexicon import COHORT_STARTS, COHORTS, Lexicon, lexicon
from shouwang.synth.shapes import (
    CHILD,
    FATHER,
    FEMALE,
    GRAND,
    GRAND2,
    GRAND3,
    HEAD,
    MALE,
    OTHER,
    PARTNER,
    RELATION,
    SECOND,
    SLOTS,
    SPOUSE,
    THIRD,
    Families,
)  # fmt: skip
from shouwang.synth.villages import Villages

WIDTH = 9
SURNAME_WIDTH = 2
CLAN_SHARE = 0.5
"""Share of households that bear one of the village's three leading surnames (宗族聚居)."""
WHOLE_NAME = (0.35, 0.35, 0.32, 0.38)
"""Share of given names taken from the popular ones of the generation, per cohort."""
SINGLE = (0.06, 0.17, 0.15, 0.05)
"""Share of given names with one character, per cohort."""
GENERATION_CHARACTER = 0.3
RARE = 0.003
TIBETAN = {
    "623001": 0.5, "623021": 0.15, "623022": 0.6, "623023": 0.3, "623024": 0.7, "623025": 0.9, "623026": 0.85,
    "623027": 0.75, "54": 0.92, "63": 0.25, "5133": 0.8, "5334": 0.35,
}  # fmt: skip
DOTTED = {"65": 0.5}
DOTTED_ELSEWHERE = 0.0008


def names_of(draws: Draws, found: Families, birth_year: Numbers, village: Numbers, places: Villages) -> Numbers:
    """Everybody's name as code points, [residents, WIDTH], in the order of households and slots."""
    rng = draws.of("names")
    surname = _surnames(rng, found, village, places)
    sex = found.sex[found.present]
    cohort = np.searchsorted(COHORT_STARTS, birth_year, side="right")
    given = given_names(rng, sex, cohort)
    given = _shared_generation_character(rng, found, given, cohort)
    name = np.zeros((len(sex), WIDTH), np.uint32)
    name[:, :SURNAME_WIDTH] = lexicon().surnames[surname[found.present]]
    name[:, SURNAME_WIDTH : SURNAME_WIDTH + 2] = given
    _minority(rng, found, name, sex, village, places)
    return name


def given_names(rng: np.random.Generator, sex: Numbers, cohort: Numbers) -> Numbers:
    """Given names of one or two characters, [people, 2]."""
    given = np.zeros((len(sex), 2), np.uint32)
    words = lexicon()
    for s in (MALE, FEMALE):
        for c in range(len(COHORTS)):
            here = np.flatnonzero((sex == s) & (cohort == c))
            given[here] = _given_of_one_group(rng, words, s, c, len(here))
    rare = np.flatnonzero(happens(rng, RARE, len(sex)))
    place = np.where(given[rare, 1] > 0, rng.integers(0, 2, len(rare)), 0)
    given[rare, place] = rng.choice(words.rare, len(rare))
    return given


def strange_names(rng: np.random.Generator, sex: Numbers, cohort: Numbers) -> Numbers:
    """Names of people who are in no register (库外人员)."""
    words = lexicon()
    name = np.zeros((len(sex), WIDTH), np.uint32)
    name[:, :SURNAME_WIDTH] = words.surnames[choose(rng, words.surname_weights, len(sex))]
    name[:, SURNAME_WIDTH : SURNAME_WIDTH + 2] = given_names(rng, sex, cohort)
    return name


def _given_of_one_group(rng: np.random.Generator, words: Lexicon, sex: int, cohort: int, count: int) -> Numbers:
    given = np.zeros((count, 2), np.uint32)
    given[:, 0] = words.characters[choose(rng, words.first_weights[sex, cohort], count)]
    given[:, 1] = words.characters[choose(rng, words.last_weights[sex, cohort], count)]
    alone = happens(rng, SINGLE[cohort], count)
    only = words.characters[choose(rng, words.last_weights[sex, cohort] ** 0.75, count)]
    given[alone, 0], given[alone, 1] = only[alone], 0
    popular = np.flatnonzero(happens(rng, WHOLE_NAME[cohort], count) & ~alone)
    texts, weights = words.given[sex, cohort]
    given[popular] = texts[choose(rng, weights, len(popular))]
    return given


def _surnames(rng: np.random.Generator, found: Families, village: Numbers, places: Villages) -> Numbers:
    """Surname index of every slot: children after their father, the rest on their own (随父姓)."""
    count = len(found.shape)
    surname = choose(rng, lexicon().surname_weights, count * SLOTS).reshape(count, SLOTS)
    surname[:, HEAD] = _surnames_of_heads(rng, village, places)
    male_head = found.sex[:, HEAD] == MALE
    line = np.where(male_head, surname[:, HEAD], surname[:, SPOUSE])
    surname[:, FATHER] = np.where(found.relation[:, FATHER] == RELATION["wife_father"], surname[:, FATHER], line)
    mothers_side = happens(rng, 0.02, count)
    mother = np.where(male_head, surname[:, SPOUSE], surname[:, HEAD])
    for slot in (CHILD, SECOND, THIRD):
        surname[:, slot] = np.where(mothers_side, mother, line)
    grand = np.where(found.sex[:, CHILD] == FEMALE, surname[:, PARTNER], line)
    grand = np.where(found.present[:, CHILD], grand, line)
    for slot in (GRAND, GRAND2, GRAND3):
        surname[:, slot] = grand
    kin = np.isin(found.relation[:, OTHER], [RELATION[word] for word in ("sibling", "uncle", "nephew", "niece")])
    surname[:, OTHER] = np.where(kin, surname[:, HEAD], surname[:, OTHER])
    return surname


def _surnames_of_heads(rng: np.random.Generator, village: Numbers, places: Villages) -> Numbers:
    """Half the heads of a village share its three leading surnames; the others follow the area's frequencies."""
    words = lexicon()
    surname = np.zeros(len(village), np.int64)
    areas = np.array([code[:4] for code in places.code])[village]
    for area in np.unique(areas):
        here = np.flatnonzero(areas == area)
        times = words.area_times.get(str(area), {})
        weights = words.surname_weights * [times.get(name, 1.0) for name in words.surname_names]
        surname[here] = choose(rng, weights, len(here))
        used, local = np.unique(village[here], return_inverse=True)
        leading = choose(rng, weights, len(used) * 3).reshape(-1, 3)
        pick = choose(rng, (0.55, 0.28, 0.17), len(here))
        clan = happens(rng, CLAN_SHARE, len(here))
        surname[here] = np.where(clan, leading[local, pick], surname[here])
    return surname


def _shared_generation_character(rng: np.random.Generator, found: Families, given: Numbers, cohort: Numbers) -> Numbers:
    """Brothers or sisters of one generation often share the first character of their given names (字辈)."""
    number = np.full(found.present.shape, -1)
    number[found.present] = np.arange(len(given))
    for elder, younger in ((CHILD, SECOND), (SECOND, THIRD), (GRAND, GRAND2), (GRAND2, GRAND3)):
        same = found.sex[:, elder] == found.sex[:, younger]
        both = found.present[:, elder] & found.present[:, younger] & same
        both &= happens(rng, GENERATION_CHARACTER, len(both))
        first, second = number[both, elder], number[both, younger]
        double = (given[first, 1] > 0) & (given[second, 1] > 0)
        given[second[double], 0] = given[first[double], 0]
    return given


def _minority(
    rng: np.random.Generator, found: Families, name: Numbers, sex: Numbers, village: Numbers, places: Villages
) -> None:
    """Tibetan households bear no surname; some names carry a dot (少数民族姓名); whole households together."""
    tibetan = happens(rng, _share(places, TIBETAN, 0.0)[village], len(village))
    dotted = happens(rng, _share(places, DOTTED, DOTTED_ELSEWHERE)[village], len(village)) & ~tibetan
    household = np.repeat(np.arange(len(village)), found.present.sum(axis=1))
    words = lexicon().minority
    for s, word in ((MALE, "male"), (FEMALE, "female")):
        here = np.flatnonzero(tibetan[household] & (sex == s))
        name[here] = 0
        name[here, :3] = rng.choice(words["first", "any"], len(here))
        double = happens(rng, 0.93, len(here))
        name[here, 3:5] = rng.choice(words["last", word], len(here)) * double[:, None]
        here = np.flatnonzero(dotted[household] & (sex == s))
        name[here] = rng.choice(words["whole", word], len(here))


def _share(places: Villages, shares: dict[str, float], otherwise: float) -> Numbers:
    """The share that holds in each village, by the longest matching code prefix."""
    found = np.full(len(places.code), otherwise)
    for row, code in enumerate(places.code):
        known = [shares[code[:length]] for length in (6, 4, 2) if code[:length] in shares]
        found[row] = known[0] if known else otherwise
    return found
