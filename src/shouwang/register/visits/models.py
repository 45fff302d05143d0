"""Tables of visits (走访). A visit is added once and never changed: what follows from it stands elsewhere."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.register.visits.choices import BY_ANOTHER_HAND, Purpose, SignedHow


class VisitQuerySet(models.QuerySet[Any]):
    """Visits with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Visits inside the actor's place range, and none without the permission."""
        if not actor.may(Permission.SEE_HOUSEHOLDS):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)


class Visit(models.Model):
    """One visit (走访记录): who was at whose door, when by their own word, and what they wrote down, encrypted."""

    id = models.UUIDField(primary_key=True, editable=False)
    household_id = models.CharField("户编号", max_length=40, blank=True, help_text="empty: in no register yet")
    place_number = models.BigIntegerField("行政村代码")
    purpose = models.CharField("事由", max_length=16, choices=Purpose)
    about = models.CharField("事项", max_length=60, blank=True, help_text="clue:12, case:…, measure:7")
    visited_on = models.DateField("走访日期", help_text="as the visitor says")
    said_at = models.DateTimeField("手机时间", null=True, help_text="the phone's own clock, right or wrong")
    arrived_at = models.DateTimeField("收到时间", help_text="the server's clock")
    by = models.CharField("走访人", max_length=40)
    together_with = models.CharField("同行人", max_length=60, blank=True)
    signed_how = models.CharField("签字方式", max_length=12, choices=SignedHow, default=SignedHow.NOT_ASKED)
    witness = models.CharField("见证人", max_length=60, blank=True)
    photos = models.SmallIntegerField("照片张数", default=0)
    words_cipher = models.TextField("记录（密文）", null=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        db_table = "visits_visit"
        verbose_name = "走访记录"
        constraints = [
            models.CheckConstraint(
                condition=~Q(signed_how__in=BY_ANOTHER_HAND) | ~Q(witness=""), name="visit_witness_named"
            ),
            models.CheckConstraint(condition=Q(photos__gte=0), name="visit_photos_counted"),
        ]
        indexes = [
            models.Index(fields=["household_id", "-visited_on"], name="visit_by_household"),
            models.Index(fields=["place_number", "visited_on"], name="visit_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.visited_on}"
