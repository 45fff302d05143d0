"""What a post may do to a subject (能不能办): the table stands in choices.py, this one question reads it.

A subject is anything that lies at a place (`place_number`) or speaks of an area (`range_low`, `range_high`), and may
belong to a department (`unit`).
"""

from dataclasses import dataclass
from typing import Any

from shouwang.kernel.errors import Refusal
from shouwang.register.staff.choices import ALLOWED, HERE, OWN_UNIT, REACH, Permission, Relation
from shouwang.register.staff.queries import Actor, NotAllowed


@dataclass(frozen=True)
class Spot:
    """A village as a subject (某村), where nothing else is known yet."""

    place_number: int


def may(actor: Actor, act: Permission, subject: Any = None) -> bool:
    """Whether somebody may do this to a subject (能不能办); without one, whether the role may do it at all."""
    if act not in ALLOWED.get(actor.role, frozenset()):
        return False
    if subject is None:
        return True
    if actor.role in OWN_UNIT and getattr(subject, "unit", actor.unit) != actor.unit:
        return False
    return relation_to(actor, subject) in REACH.get(act, HERE)


def require(actor: Actor, act: Permission, subject: Any, *, otherwise: Refusal) -> None:
    """Go on only with the right (须有权限). Raises NotAllowed when the role has not got it, `otherwise` for elsewhere."""
    actor.require(act)
    if not may(actor, act, subject):
        raise otherwise


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


__all__ = ["NotAllowed", "Relation", "Spot", "area_of", "may", "relation_to", "require"]
