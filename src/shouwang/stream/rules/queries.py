"""Reading the rules in force (查现行规则)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import QuerySet

from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.contracts import active_pack
from shouwang.stream.rules.choices import AmendmentKind, AmendmentState
from shouwang.stream.rules.models import Amendment

if TYPE_CHECKING:
    from shouwang.policy import Pack
    from shouwang.policy.amendments import Amendment as Change


@cache
def pack_as_written(name: str) -> "Pack":
    """A policy pack from its folder, read once per process."""
    if name == settings.PACK:
        return active_pack()
    from shouwang.policy import load_pack

    return load_pack(name)


def pack_in_force(name: str, *, on: date) -> "Pack":
    """The pack with every amendment that is approved, as it stands on a day; its version names them."""
    known = _read.get()
    if known is None:
        return _with(name, list(approved(name)), on=on)
    if name not in known:
        known[name] = list(approved(name))
    return _with(name, known[name], on=on)


@contextmanager
def rules_read_once(wanted: bool = True) -> Iterator[None]:
    """Within this block what is approved is asked of the database once (一次读取): for a page, which is one moment.

    Not for work that approves something itself.
    """
    mark = _read.set({} if wanted else None)
    try:
        yield
    finally:
        _read.reset(mark)


def pack_with(change: "Change", pack: str, *, on: date) -> "Pack":
    """The pack in force with one more change, as if it held on the day looked at already: what a draft would do.

    Raises InputError for a value or condition that cannot be read.
    """
    from shouwang.policy.amendments import amended

    held = replace(change, valid_from=min(change.valid_from, on))
    return amended(pack_in_force(pack, on=on), [held], on)


@dataclass(frozen=True)
class Draft:
    """What a person wants changed: content of a parameter {value} or a rule {levels}, from when, on what ground."""

    kind: str
    name: str
    content: dict[str, Any]
    valid_from: date
    basis: str
    reason: str
    place_code: str = ""


def change_of(amendment: Amendment | Draft) -> "Change":
    """An amendment, or the draft of one, as the policy packs understand it."""
    from shouwang.policy.amendments import Amendment as Change

    return Change(
        kind=amendment.kind,
        name=amendment.name,
        valid_from=amendment.valid_from,
        value=amendment.content.get("value", ""),
        place=amendment.place_code,
        levels=amendment.content.get("levels", {}),
        source=amendment.basis,
        note=amendment.reason,
    )


def approved(name: str) -> QuerySet[Amendment]:
    """Approved amendments of a pack, the oldest decision first."""
    return Amendment.objects.filter(pack=name, state=AmendmentState.APPROVED).order_by("decided_at", "pk")


def amendments(actor: Actor) -> QuerySet[Amendment]:
    """Amendments that touch the actor's place, the newest first."""
    return Amendment.objects.touching(actor).order_by("-drafted_at")


def amendment_of(actor: Actor, amendment_id: int) -> Amendment | None:
    """One of them."""
    found: Amendment | None = amendments(actor).filter(pk=amendment_id).first()
    return found


def in_shadow(name: str) -> QuerySet[Amendment]:
    """Amendments that every screening also tries out, without publishing anything."""
    waiting = (AmendmentState.SHADOW, AmendmentState.REQUESTED)
    return Amendment.objects.filter(pack=name, state__in=waiting).order_by("pk")


def history_of(actor: Actor, pack: str, kind: AmendmentKind, name: str) -> QuerySet[Amendment]:
    """What was amended of one parameter or rule, the newest first."""
    return amendments(actor).filter(pack=pack, kind=kind, name=name)


def _with(name: str, given: list[Amendment], *, on: date) -> "Pack":
    if not given:
        return pack_as_written(name)
    # What was approved never changes, so that its keys stand for its content.
    key = name, tuple(one.pk for one in given), on
    if key not in _built:
        while len(_built) >= KEPT:
            _built.pop(next(iter(_built)))
        _built[key] = _build(name, given, on)
    return _built[key]


_read: ContextVar[dict[str, list[Amendment]] | None] = ContextVar("approved amendments", default=None)
NAMED = 5  # amendments that a version names one by one; of more it names their number and a fingerprint
KEPT = 4
_built: dict[tuple[str, tuple[int, ...], date], "Pack"] = {}


def _build(name: str, given: list[Amendment], on: date) -> "Pack":
    from shouwang.policy.amendments import amended

    pack = pack_as_written(name)
    held = [f"a{one.pk}" for one in given if one.valid_from <= on]
    if len(held) > NAMED:
        held = [f"{len(held)}a", sha256(" ".join(held).encode()).hexdigest()[:12]]
    return replace(amended(pack, map(change_of, given), on), version="+".join([pack.version, *held]))
