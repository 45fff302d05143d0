"""What a post may do, and where (权限表): acts × roles stand in choices.py, the places here; one question answers both.

A subject is anything that lies at a place (`place_number`) or speaks of an area (`range_low`, `range_high`), and may
belong to a department (`unit`).
"""

from enum import StrEnum
from typing import Any

from shouwang.register.staff.choices import ALLOWED, OWN_UNIT, Permission
from shouwang.register.staff.queries import Actor


class Relation(StrEnum):
    """How the place of a subject lies to that of a post (地域关系)."""

    OWN = "own"
    BELOW = "below"
    ABOVE = "above"
    BESIDE = "beside"


HERE = frozenset({Relation.OWN, Relation.BELOW})
"""What speaks of people: one's own place and those inside it."""
AROUND = HERE | {Relation.ABOVE}
"""What holds for an area and names nobody: also what holds for the area around one's own."""

P = Permission
REACH: dict[Permission, frozenset[Relation]] = {
    P.SEE_RULES: AROUND,
    P.SEE_DELIVERIES: AROUND,
    P.UNDO_DELIVERY: AROUND,
    P.MANAGE_CALENDAR: AROUND,
}
"""Act → where it reaches, for the acts that reach further than one's own place."""


def may(actor: Actor, act: Permission, subject: Any = None) -> bool:
    """Whether somebody may do this to a subject (能不能办); without one, whether the role may do it at all."""
    if act not in ALLOWED.get(actor.role, frozenset()):
        return False
    if subject is None:
        return True
    if actor.role in OWN_UNIT and getattr(subject, "unit", actor.unit) != actor.unit:
        return False
    return relation_to(actor, subject) in REACH.get(act, HERE)


def relation_to(actor: Actor, subject: Any) -> Relation:
    """How a subject's place lies to the actor's."""
    low, high = area_of(subject)
    if (low, high) == (actor.range_low, actor.range_high):
        return Relation.OWN
    if actor.range_low <= low and high <= actor.range_high:
        return Relation.BELOW
    if low <= actor.range_low and actor.range_high <= high:
        return Relation.ABOVE
    return Relation.BESIDE


def area_of(subject: Any) -> tuple[int, int]:
    """The range of numbers that a subject speaks of."""
    if hasattr(subject, "place_number"):
        return subject.place_number, subject.place_number + 1
    return subject.range_low, subject.range_high
