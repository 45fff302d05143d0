"""What the tables of exchanged sheets have in common: whose they are, and facts that come in pairs."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


class SheetQuerySet(models.QuerySet[Any]):
    """Sheets with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Sheets whose whole area lies inside the actor's."""
        if not actor.may(Permission.EXCHANGE_SHEETS):
            return self.none()
        return self.filter(range_low__gte=actor.range_low, range_high__lte=actor.range_high)


def together(name: str, *fields: str) -> models.CheckConstraint:
    """The law that facts are all known or all unknown: when something was done, and by whom."""
    none, all_of = Q(**dict.fromkeys(fields)), Q()
    for field in fields:
        all_of &= ~Q(**{field: None})
    return models.CheckConstraint(condition=none | all_of, name=name)
