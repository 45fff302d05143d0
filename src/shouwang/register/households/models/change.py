"""That the register changed (登记变动): so that what was read of it can be used again while it has not."""

from django.db import models
from django.db.models.functions import Now

from shouwang.register.households.choices import ChangedPart


class RegisterChange(models.Model):
    """A transaction that changed the register, written by the database itself; it says nothing about anybody."""

    part = models.CharField("改动的部分", max_length=8, choices=ChangedPart)
    changed_at = models.DateTimeField("改动时间", db_default=Now())

    class Meta:
        db_table = "households_change"
        verbose_name = "登记变动"
        constraints = [
            models.CheckConstraint(condition=models.Q(part__in=ChangedPart.values), name="change_part_known")
        ]
        indexes = [models.Index(fields=["part", "id"], name="change_by_part")]

    def __str__(self) -> str:
        return f"{self.part} {self.pk}"
