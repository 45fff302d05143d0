"""Warnings held back (暂不立线索的预警)."""

from django.db import models
from django.db.models import Q

from shouwang.stream.clues.choices import HeldBecause
from shouwang.stream.clues.models.placed import PlacedQuerySet, text


class HeldWarning(models.Model):
    """A warning that stands and leads to no new clue (暂不立线索的预警), why, and until when: counted, never hidden."""

    household_id = models.CharField("户编号", max_length=40)
    rule = models.CharField("规则", max_length=60)
    resident_id = models.CharField("人编号", max_length=40)
    place_number = models.BigIntegerField("行政村代码")
    severity = models.SmallIntegerField("级别次序")
    warning_id = models.BigIntegerField("预警")
    first_seen_run_id = models.BigIntegerField("预警首次出现")
    because = models.CharField("原因", max_length=10, choices=HeldBecause)
    held_until = models.DateField("至", null=True)
    held_on = models.DateField("从")
    seen_by = text("知悉人", 40)
    seen_at = models.DateTimeField("知悉时间", null=True)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        db_table = "clues_held_warning"
        verbose_name = "暂不立线索的预警"
        constraints = [
            models.UniqueConstraint(fields=["household_id", "rule", "resident_id"], name="held_warning_once"),
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by="") | Q(seen_at__isnull=False) & ~Q(seen_by=""),
                name="held_warning_seen_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["place_number", "because"], name="held_warning_by_place")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.rule}"
