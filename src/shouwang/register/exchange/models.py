"""Tables of exchanged sheets (对接表格).

Do not write ID or phone numbers into `ours` or `theirs`: secret fields keep them in the `*_cipher` columns. The original
files lie encrypted in the file store. Do not read rows without `.visible_to(actor)`.
"""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from shouwang.register.exchange.choices import Choice, Decision, OrderState, Sensitivity, SheetState
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


class SheetQuerySet(models.QuerySet["IncomingSheet"]):
    """Incoming sheets with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Sheets whose whole area lies inside the actor's."""
        if not actor.may(Permission.EXCHANGE_SHEETS):
            return self.none()
        return self.filter(range_low__gte=actor.range_low, range_high__lte=actor.range_high)


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
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | ~Q(undone_at=None) & ~Q(undone_by=None),
                name="take_over_undone_paired",
            ),
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
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None) | ~Q(decided_at=None) & ~Q(decided_by=None),
                name="difference_decided_paired",
            ),
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


class OutgoingQuerySet(models.QuerySet[Any]):
    """Outgoing sheets, and those that are being made, with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Sheets whose whole area lies inside the actor's."""
        if not actor.may(Permission.EXCHANGE_SHEETS):
            return self.none()
        return self.filter(range_low__gte=actor.range_low, range_high__lte=actor.range_high)


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

    objects = OutgoingQuerySet.as_manager()

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

    objects = OutgoingQuerySet.as_manager()

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
