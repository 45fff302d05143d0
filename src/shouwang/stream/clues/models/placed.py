"""What the tables of clues have in common (线索表的共同部分)."""

from typing import Any, Self

from django.db import models

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


def text(title: str, length: int, **more: Any) -> models.CharField:  # type: ignore[type-arg]
    """A text that is empty when there is none, for rows that are also written by SQL."""
    return models.CharField(title, max_length=length, blank=True, default="", db_default="", **more)


class PlacedQuerySet(models.QuerySet[Any]):
    """Rows that lie in a village, with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows inside the actor's place range; nobody else's, and none without the permission."""
        if not actor.may(Permission.SEE_CLUES):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)
