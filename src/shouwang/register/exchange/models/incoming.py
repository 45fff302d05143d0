"""Sheets that came in (导入的表), and their rows that could not be used. The original files lie encrypted in the store."""

from django.db import models
from django.db.models import F, Q

from shouwang.register.exchange.choices import SheetState
from shouwang.register.exchange.models.shared import SheetQuerySet


class IncomingSheet(models.Model):
    """One sheet that came in (导入的表): from the national system, or a filled template of our own."""

    layout = models.CharField("表样", max_length=20, blank=True)
    layout_title = models.CharField("表样名称", max_length=40, blank=True)
    template = models.BooleanField("填报模板", default=False)
    file_name = models.CharField("文件名", max_length=200)
    size = models.BigIntegerField("字节数")
    sha256 = models.CharField("文件指纹", max_length=64)
    original_path = models.CharField("原始文件", max_length=200)
    range_low = models.BigIntegerField("地区范围起")
    range_high = models.BigIntegerField("地区范围止", help_text="exclusive")
    income_year = models.IntegerField("收支年度", null=True, help_text="the year that sums of the sheet speak of")
    received_at = models.DateTimeField("导入时间")
    received_by = models.CharField("导入人", max_length=40)
    state = models.CharField("状态", max_length=12, choices=SheetState, default=SheetState.RECEIVED)
    progress = models.SmallIntegerField("进度", default=0)
    progress_text = models.CharField("进度说明", max_length=100, blank=True)
    problem = models.CharField("问题", max_length=500, blank=True)
    rows_in = models.IntegerField("行数", default=0)
    rows_matched = models.IntegerField("对应上的行", default=0)
    households = models.IntegerField("涉及户数", default=0)
    added = models.IntegerField("新增", default=0, help_text="people, households or entries that a template has added")
    compared_columns = models.JSONField("比对的列", default=list)
    other_columns = models.JSONField("没有比对的列", default=list)

    objects = SheetQuerySet.as_manager()

    class Meta:
        db_table = "exchange_incoming"
        verbose_name = "导入的表"
        constraints = [
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=100), name="incoming_progress_percent"),
            models.CheckConstraint(
                condition=Q(rows_in__gte=F("rows_matched"), rows_matched__gte=0), name="incoming_rows_counted"
            ),
            models.CheckConstraint(
                condition=~Q(state=SheetState.REFUSED) | ~Q(problem=""), name="incoming_refused_with_reason"
            ),
        ]
        indexes = [models.Index(fields=["range_low", "-received_at"], name="incoming_by_place")]

    def __str__(self) -> str:
        return f"{self.layout_title} {self.file_name}"

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in (SheetState.COMPARED, SheetState.REFUSED)


class ReturnedRow(models.Model):
    """A row that could not be used (退回行): its number in the file and why; what stood in it lies in the original."""

    sheet = models.ForeignKey(
        IncomingSheet,
        on_delete=models.CASCADE,  # says nothing without its sheet
        related_name="returned",
        verbose_name="表",
    )
    row_no = models.IntegerField("行号")
    reason = models.CharField("原因", max_length=300)

    class Meta:
        db_table = "exchange_returned_row"
        verbose_name = "退回行"
        indexes = [models.Index(fields=["sheet", "row_no"], name="returned_by_sheet")]

    def __str__(self) -> str:
        return f"{self.row_no} {self.reason}"
