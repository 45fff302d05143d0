"""Where a pack puts everyone (各户位置): the gravest level of every household and what benefits would cost, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from shouwang.engine.frozen import Frozen
from shouwang.engine.model import LEVELS, RuleDef
from shouwang.engine.program import Finding, Program
from shouwang.engine.running import find

NOBODY = len(LEVELS)


@dataclass(frozen=True)
class Standing:
    """One pack over everyone.

    ``levels`` has a place per household in the order of their keys: an index into ``LEVELS``, or ``NOBODY`` for no
    warning. ``warned_by`` has the places of each rule's households, ``rules`` its hits, ``costs`` yuan by benefit (per its
    own period), ``entitled`` how many are entitled.
    """

    levels: np.ndarray
    warned_by: dict[str, np.ndarray]
    rules: dict[str, int]
    costs: dict[str, float]
    entitled: dict[str, int]


AT_HAND = 2
_at_hand_of: dict[int, tuple[Program, Frozen, pa.Table]] = {}


def _at_hand(program: Program, frozen: Frozen, findings: Sequence[Finding], cache: Path) -> pa.Table:
    """Hits that this process found a moment ago for the same program and inputs: the rules in force, trial after trial."""
    known = _at_hand_of.get(id(program))
    if known is not None and known[0] is program and known[1] == frozen:
        return known[2]
    hits = find(program, frozen, findings, cache=cache)
    while len(_at_hand_of) >= AT_HAND:
        _at_hand_of.pop(next(iter(_at_hand_of)))
    _at_hand_of[id(program)] = program, frozen, hits
    return hits


def stand(program: Program, frozen: Frozen, cache: Path, inside: np.ndarray | None = None) -> Standing:
    """Judge all rules and benefits of a program; what ``cache`` knows is not computed again.

    ``inside`` says of every household whether it counts; of others nothing is told.
    """
    findings = [*program.rules.values(), *program.benefits.values()]
    hits = _at_hand(program, frozen, findings, cache)
    if inside is not None:
        hits = hits.filter(pa.array(inside[hits["hid"].to_numpy() - 1]))
    which, level, at = (hits[name].to_numpy() for name in ("finding", "level", "hid"))
    at = at - 1
    amounts = hits["amount"].fill_null(0).to_numpy()
    levels = np.full(frozen.tables["households"].rows, NOBODY, dtype=np.int8)
    order = np.argsort(which, kind="stable")
    ends = np.searchsorted(which[order], np.arange(len(findings) + 1))
    standing = Standing(levels, {}, {}, {}, {})
    for number, finding in enumerate(findings):
        rows = order[ends[number] : ends[number + 1]]
        if not len(rows):
            continue
        if isinstance(finding.definition, RuleDef):
            ranks = np.array([LEVELS.index(name) for name in finding.conditions], dtype=np.int8)
            np.minimum.at(levels, at[rows], ranks[level[rows] - 1])
            standing.warned_by[finding.name] = np.unique(at[rows])
            standing.rules[finding.name] = len(rows)
        else:
            standing.costs[finding.name] = int(amounts[rows].sum()) / 100
            standing.entitled[finding.name] = len(rows)
    return standing
