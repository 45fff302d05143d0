"""Rounds and their progress (动态管理进度)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from shouwang.register.households.queries import households
from shouwang.register.ledger.keys import keyring
from shouwang.register.places.queries import place_names
from shouwang.register.staff.queries import Actor, names_of
from shouwang.stream.clearance.choices import Effect, RowState
from shouwang.stream.clearance.models import Round, RoundRow

EFFECT_WORDS = "clearance_round_row.effect"


@dataclass(frozen=True)
class Progress:
    """How far a village is with a round."""

    place_number: int
    place_name: str
    total: int
    waiting: int
    unchanged: int
    updated: int
    left: int
    judged: int
    unstable: int

    @property
    def done(self) -> int:
        """Rows that somebody looked at."""
        return self.total - self.waiting


@dataclass(frozen=True)
class RoundLine:
    """A row with what a list shows of it."""

    row: RoundRow
    head_name: str
    place_name: str
    done_name: str
    effect_words: str


def rounds(actor: Actor) -> QuerySet[Round]:
    """Rounds that touch the actor's area, the newest first."""
    return Round.objects.visible_to(actor).order_by("-year", "-quarter", "-id")


def round_of(actor: Actor, round_id: int) -> Round | None:
    """One round, None when it does not touch the actor's area."""
    return Round.objects.visible_to(actor).filter(pk=round_id).first()


def row_of(actor: Actor, row_id: int) -> RoundRow | None:
    """One household of a round with its round, None when it is not within the actor's area."""
    return RoundRow.objects.visible_to(actor).select_related("round").filter(pk=row_id).first()


def rows_to_update(actor: Actor, *, on: date) -> QuerySet[RoundRow]:
    """Households of the rounds that run on a day and that nobody has looked at yet (待更新)."""
    found = RoundRow.objects.visible_to(actor).filter(
        state=RowState.WAITING, round__from_on__lte=on, round__until_on__gt=on
    )
    return found.select_related("round").order_by("round__until_on", "place_number", "household_id")


def round_progress(actor: Actor, round_id: int, *, range_low: int = 0, range_high: int = 10**12) -> list[Progress]:
    """Progress of each village, those with the most left to do first."""
    states = {state: Count("pk", filter=Q(state=state)) for state in RowState.values}
    counted = (
        round_rows(actor, round_id, range_low=range_low, range_high=range_high)
        .order_by()
        .values("place_number")
        .annotate(
            total=Count("pk"), judged=Count("pk", filter=~Q(effect="")),
            unstable=Count("pk", filter=Q(effect=Effect.UNSTABLE)), **states,
        )
    )  # fmt: skip
    names = place_names({row["place_number"] for row in counted})
    rows = [_progress(row, names) for row in counted]
    return sorted(rows, key=lambda row: (-row.waiting, row.place_number))


def _progress(row: Mapping[str, Any], names: dict[int, str]) -> Progress:
    return Progress(place_name=names.get(row["place_number"], ""), **row)


def round_rows(
    actor: Actor,
    round_id: int,
    *,
    state: str = "",
    effect: str = "",
    range_low: int = 0,
    range_high: int = 10**12,
) -> QuerySet[RoundRow]:
    """Households of a round within the actor's area; `effect` may be `none` for those not judged yet."""
    found = RoundRow.objects.visible_to(actor).filter(
        round_id=round_id, place_number__gte=range_low, place_number__lt=range_high
    )
    found = found.filter(state=state) if state else found
    found = found.filter(effect="" if effect == "none" else effect) if effect else found
    return found.order_by("place_number", "household_id")


def round_lines(actor: Actor, rows: list[RoundRow]) -> list[RoundLine]:
    """Rows of one page with heads, villages and words, in a few queries."""
    heads: dict[str, Any] = dict(
        households(actor).filter(pk__in=[row.household_id for row in rows]).values_list("household_id", "head_name")
    )
    places = place_names({row.place_number for row in rows})
    names = names_of(row.done_by for row in rows)
    opened = keyring().decrypt_all(EFFECT_WORDS, [str(row.pk) for row in rows], [row.effect_cipher for row in rows])
    return [
        RoundLine(
            row,
            heads.get(row.household_id, ""),
            places.get(row.place_number, ""),
            names.get(row.done_by, row.done_by),
            json.loads(text)["words"] if text else "",
        )
        for row, text in zip(rows, opened, strict=True)
    ]
