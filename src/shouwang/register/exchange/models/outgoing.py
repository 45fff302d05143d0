"""Sheets that went out (导出的表), and what was last sent of a household."""

from django.db import models
from django.db.models import Q

from shouwang.register.exchange.choices import Choice, OrderState, Sensitivity
from shouwang.register.exchange.models.shared import SheetQuerySet


class OutgoingSheet(models.Model):
    """One sheet that went out (导出的表): for whom, how many people it tells of, and why; the file lies encrypted."""

    layout = models.CharField("表样", max_length=20)
    layout_title = models.CharField("表样名称", max_length=40)
    choice = models.CharField("导出范围", max_length=10, choices=Choice)
    range_low = models.BigIntegerField("地区范围起")
    range_high = models.BigIntegerField("地区范围止", help_text="exclusive")
    place_name = models.CharField("地区", max_length=120)
    made_at = models.DateTimeField("导出时间")
    made_by = models.CharField("导出人", max_length=40)
    households = models.IntegerField("户数")
    persons = models.IntegerField("人数")
    in_full = models.BooleanField("含完整证件号码和电话")
    sensitivity = models.CharField("敏感程度", max_length=10, choices=Sensitivity)
    reason = models.CharField("理由", max_length=200, blank=True)
    path = models.CharField("文件", max_length=200)
    sha256 = models.CharField("文件指纹", max_length=64)

    objects = SheetQuerySet.as_manager()

    class Meta:
        db_table = "exchange_outgoing"
        verbose_name = "导出的表"
        constraints = [
            models.CheckConstraint(condition=Q(households__gt=0, persons__gte=0), name="outgoing_not_empty"),
            models.CheckConstraint(condition=Q(in_full=False) | ~Q(reason=""), name="outgoing_in_full_with_reason"),
        ]
        indexes = [
            models.Index(fields=["range_low", "-made_at"], name="outgoing_by_place"),
            models.Index(fields=["made_by", "made_at"], name="outgoing_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.layout_title} {self.made_at:%Y-%m-%d}"


class OutgoingOrder(models.Model):
    """A large sheet that is made in the background (导出任务): what was asked for, how far it is, what came of it."""

    wish = models.JSONField("导出要求", help_text="layout, choice, place range and year; household numbers of a list")
    reason = models.CharField("理由", max_length=200, blank=True)
    range_low = models.BigIntegerField("地区范围起")
    range_high = models.BigIntegerField("地区范围止", help_text="exclusive")
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.CharField("申请人", max_length=40)
    state = models.CharField("状态", max_length=10, choices=OrderState, default=OrderState.QUEUED)
    progress = models.SmallIntegerField("进度", default=0)
    progress_text = models.CharField("进度说明", max_length=100, blank=True)
    problem = models.CharField("问题", max_length=500, blank=True)
    sheet = models.ForeignKey(
        OutgoingSheet,
        null=True,
        on_delete=models.RESTRICT,  # what went out stays known
        related_name="+",
        verbose_name="导出的表",
    )

    objects = SheetQuerySet.as_manager()

    class Meta:
        db_table = "exchange_order"
        verbose_name = "导出任务"
        constraints = [
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=100), name="order_progress_percent"),
            models.CheckConstraint(
                condition=Q(state=OrderState.READY, sheet__isnull=False) | ~Q(state=OrderState.READY) & Q(sheet=None),
                name="order_ready_with_its_sheet",
            ),
            models.CheckConstraint(
                condition=~Q(state=OrderState.REFUSED) | ~Q(problem=""), name="order_refused_with_reason"
            ),
        ]
        indexes = [models.Index(fields=["asked_by", "-asked_at"], name="order_by_person")]

    def __str__(self) -> str:
        return f"{self.asked_by} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in (OrderState.READY, OrderState.REFUSED)


class SentHousehold(models.Model):
    """What was last sent of a household (上次导出): a keyed digest, by which a later change is noticed."""

    sheet = models.ForeignKey(
        OutgoingSheet,
        on_delete=models.CASCADE,  # says nothing without its sheet
        related_name="sent",
        verbose_name="表",
    )
    household_id = models.CharField("户编号", max_length=40)
    layout = models.CharField("表样", max_length=20)
    digest = models.CharField("摘要", max_length=64)
    cleared = models.BooleanField("当时已消除")

    class Meta:
        db_table = "exchange_sent_household"
        verbose_name = "已导出的户"
        constraints = [models.UniqueConstraint(fields=["sheet", "household_id"], name="sent_once_per_sheet")]
        indexes = [models.Index(fields=["household_id", "layout", "-id"], name="sent_by_household")]

    def __str__(self) -> str:
        return self.household_id
