"""Benefits over everyone (待遇核对): who is owed what, who receives it, and who receives what is not due.

The lists are for people to look into; nothing is granted or taken away by them.
"""

from __future__ import annotations

from dataclasses import replace

from shouwang.engine.nodes import Logic, Node, Not
from shouwang.engine.program import Finding

OUTCOMES = {
    "owed": "应享未享",
    "received": "应享在享",
    "undue": "不应享在享",
    "eligible": "符合条件",
    "cannot_tell": "未能判断",
}


def over_everyone(benefit: Finding) -> Finding:
    """A benefit whose conditions are the outcomes, in order; ``eligible`` is left where nobody knows who receives it."""
    eligible, receiving = benefit.conditions["eligible"], benefit.conditions.get("receiving")
    if receiving is None:
        return replace(benefit, conditions={"eligible": eligible})
    outcomes: dict[str, Node] = {
        "owed": Logic("AND", (eligible, Not(receiving))),
        "received": Logic("AND", (eligible, receiving)),
        "undue": Logic("AND", (receiving, Not(eligible))),
        "eligible": eligible,
    }
    return replace(benefit, conditions=outcomes)
