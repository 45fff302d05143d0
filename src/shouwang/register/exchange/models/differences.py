"""In what a sheet and the register differ (差异), and what was taken over.

Do not write ID or phone numbers into `ours` or `theirs`: secret fields keep them in the `*_cipher` columns.
"""

from typing import Self

from django.db import models
from django.db.models import Q

from shouwang.register.exchange.choices import Decision
from shouwang.register.exchange.models.incoming import IncomingSheet
from shouwang.register.exchange.models.shared import together
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


class TakeOver(models.Model):
    """One take-over (采用): what it has set lies sealed beside what stood there before, so that it can be undone whole."""

    sheet = models.ForeignKey(
        IncomingSheet,
        on_delete=models.RESTRICT,  # where values came from stays known
        related_name="takeovers",
        verbose_name="表",
    )
    taken_at = models.DateTimeField("采用时间")
    taken_by = models.CharField("采用人", max_length=40)
    values = models.IntegerField("项数")
    households = models.IntegerField("户数")
    undoing_cipher = models.TextField("撤销所需（密文）")
    undone_at = models.DateTimeField("撤销时间", null=True)
    undone_by = models.CharField("撤销人", max_length=40, null=True)
    left_alone = models.IntegerField("撤销时已另有更正、未动的项数", default=0)

    class Meta:
        db_table = "exchange_take_over"
        verbose_name = "采用"
        constraints = [
            together("take_over_undone_paired", "undone_at", "undone_by"),
        ]

    def __str__(self) -> str:
        return f"{self.taken_at:%Y-%m-%d} {self.values}"


class DifferenceQuerySet(models.QuerySet["Difference"]):
    """Differences with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Differences about households inside the actor's area."""
        if not actor.may(Permission.EXCHANGE_SHEETS):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)

    def takeable(self) -> Self:
        """Those whose value could be taken over."""
        return self.filter(can_take=True, takeover=None)


class Difference(models.Model):
    """One field in which sheet and register differ (差异)."""

    sheet = models.ForeignKey(
        IncomingSheet,
        on_delete=models.CASCADE,  # says nothing without its sheet
        related_name="differences",
        verbose_name="表",
    )
    row_no = models.IntegerField("行号")
    household_id = models.CharField("户编号", max_length=40)
    resident_id = models.CharField("人编号", max_length=40, blank=True)
    place_number = models.BigIntegerField("行政村代码")
    of = models.CharField("对象", max_length=10)
    field = models.CharField("项目", max_length=40)
    title = models.CharField("项目名称", max_length=40)
    ours = models.TextField("我方", null=True)
    theirs = models.TextField("表中", null=True)
    ours_cipher = models.TextField("我方（密文）", null=True)
    theirs_cipher = models.TextField("表中（密文）", null=True)
    written = models.CharField("表中原文", max_length=200, blank=True, help_text="as it stands there, where unreadable")
    fault = models.CharField("看不懂的原因", max_length=100, blank=True)
    can_take = models.BooleanField("可以采用")
    fills_blank = models.BooleanField("我方空白")
    decision = models.CharField("处理意见", max_length=5, choices=Decision, default=Decision.OPEN)
    decided_at = models.DateTimeField("处理时间", null=True)
    decided_by = models.CharField("处理人", max_length=40, null=True)
    stale = models.BooleanField("比对后登记已变", default=False)
    takeover = models.ForeignKey(
        TakeOver,
        null=True,
        on_delete=models.RESTRICT,  # the act that settled it
        related_name="differences",
        verbose_name="采用",
    )

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        db_table = "exchange_difference"
        verbose_name = "差异"
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "household_id", "resident_id", "field"], name="difference_once_per_field"
            ),
            together("difference_decided_paired", "decided_at", "decided_by"),
            models.CheckConstraint(
                condition=~Q(decision=Decision.TAKE) | Q(can_take=True), name="difference_taken_only_if_readable"
            ),
            models.CheckConstraint(
                condition=Q(takeover=None) | Q(decision=Decision.TAKE), name="difference_taken_by_decision"
            ),
        ]
        indexes = [
            models.Index(fields=["sheet", "place_number", "household_id", "id"], name="difference_by_place"),
            models.Index(fields=["household_id", "field"], name="difference_by_household"),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.title}"
