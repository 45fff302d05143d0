"""Sheets of replies (部门答复表): what a department answered in bulk, as it came and as it went back."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from shouwang.register.exchange.choices import ReplyTo
from shouwang.register.staff.queries import Actor


class ReplySheetQuerySet(models.QuerySet[Any]):
    """Sheets of replies with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's own unit in its own area."""
        if not actor.unit:
            return self.none()
        return self.filter(unit=actor.unit, range_low__gte=actor.range_low, range_high__lte=actor.range_high)


class ReplySheet(models.Model):
    """One sheet of replies of a department (部门答复表): good rows were taken, bad rows went back with their reasons."""

    of = models.CharField("答复什么", max_length=12, choices=ReplyTo)
    unit = models.CharField("部门", max_length=30)
    range_low = models.BigIntegerField("地区范围起")
    range_high = models.BigIntegerField("地区范围止", help_text="exclusive")
    file_name = models.CharField("文件名", max_length=200)
    size = models.BigIntegerField("字节数")
    sha256 = models.CharField("文件指纹", max_length=64)
    original_path = models.CharField("原始文件", max_length=200)
    returned_path = models.CharField("退回表", max_length=200, blank=True)
    received_at = models.DateTimeField("导入时间")
    received_by = models.CharField("导入人", max_length=40)
    rows_in = models.IntegerField("行数")
    rows_taken = models.IntegerField("已答复")
    rows_returned = models.IntegerField("退回")
    rows_empty = models.IntegerField("没有填")

    objects = ReplySheetQuerySet.as_manager()

    class Meta:
        db_table = "exchange_reply_sheet"
        verbose_name = "部门答复表"
        constraints = [
            models.UniqueConstraint(fields=["of", "unit", "range_low", "sha256"], name="reply_sheet_once"),
            models.CheckConstraint(
                condition=Q(rows_in=F("rows_taken") + F("rows_returned") + F("rows_empty")), name="reply_rows_counted"
            ),
            models.CheckConstraint(
                condition=Q(rows_returned=0) | ~Q(returned_path=""), name="reply_rows_returned_with_reasons"
            ),
            models.CheckConstraint(condition=~Q(unit=""), name="reply_sheet_of_a_unit"),
        ]
        indexes = [models.Index(fields=["unit", "of", "-received_at"], name="reply_sheet_by_unit")]

    def __str__(self) -> str:
        return f"{self.unit} {self.file_name}"
