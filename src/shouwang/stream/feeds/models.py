"""Tables of department feeds (部门数据).

Do not store names or ID numbers here: the original file lies encrypted in the file store, the accepted rows lie there
as Parquet with resident keys, and this table only says what came, when, from whom and what became of it.
"""

from typing import Self

from django.db import models
from django.db.models import F, Q

from shouwang.register.staff.choices import OWN_UNIT, Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.choices import DeliveryStatus


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Deliveries whose area meets the actor's; a liaison sees the own unit's only."""
        if not actor.may(Permission.SEE_DELIVERIES):
            return self.none()
        mine = self.filter(range_low__lt=actor.range_high, range_high__gt=actor.range_low)
        return mine.filter(unit=actor.unit) if actor.role in OWN_UNIT else mine

    def effective(self) -> Self:
        """Accepted and not undone."""
        return self.filter(status=DeliveryStatus.ACCEPTED)


class Delivery(models.Model):
    """One delivered file (送达) of one feed."""

    feed = models.CharField("数据名", max_length=40)
    feed_title = models.CharField("数据", max_length=40)
    unit = models.CharField("报送单位", max_length=30)
    range_low = models.BigIntegerField("地区范围起")
    range_high = models.BigIntegerField("地区范围止", help_text="exclusive")
    file_name = models.CharField("文件名", max_length=200)
    size = models.BigIntegerField("字节数")
    sha256 = models.CharField("文件指纹", max_length=64)
    claim = models.CharField(
        "占用",
        max_length=130,
        unique=True,
        help_text="feed and fingerprint while the delivery counts; freed when it is undone or quarantined",
    )
    status = models.CharField("状态", max_length=12, choices=DeliveryStatus, default=DeliveryStatus.RECEIVED)
    progress = models.SmallIntegerField("进度", default=0)
    progress_text = models.CharField("进度说明", max_length=100, blank=True)
    problem = models.CharField("问题", max_length=500, blank=True, help_text="why it was quarantined and what to do")
    rows_in = models.IntegerField("行数", default=0)
    rows_accepted = models.IntegerField("入库行数", default=0)
    rows_rejected = models.IntegerField("退回行数", default=0)
    rows_review = models.IntegerField("待核对行数", default=0)
    rows_unlinked = models.IntegerField("未匹配行数", default=0, help_text="nobody of the register fits: strangers")
    period_from = models.DateField("数据期起", null=True)
    period_until = models.DateField("数据期止", null=True, help_text="exclusive")
    received_at = models.DateTimeField("收到时间")
    received_by = models.CharField("报送人", max_length=40)
    accepted_at = models.DateTimeField("入库时间", null=True)
    undone_at = models.DateTimeField("撤回时间", null=True)
    undone_by = models.CharField("撤回人", max_length=40, null=True)
    receipt = models.JSONField("回执", default=dict)
    original_path = models.CharField("原始文件", max_length=200)
    rejects_path = models.CharField("退回原因", max_length=200, blank=True)
    sheet_path = models.CharField("退回清单", max_length=200, blank=True)
    batch_path = models.CharField("入库数据", max_length=200, blank=True)
    pending_path = models.CharField("待核对数据", max_length=200, blank=True)
    resolved_path = models.CharField("核对后数据", max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        db_table = "feeds_delivery"
        verbose_name = "送达"
        constraints = [
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=100), name="delivery_progress_percent"),
            models.CheckConstraint(
                condition=Q(rows_in__gte=F("rows_accepted"), rows_accepted__gte=0, rows_rejected__gte=0),
                name="delivery_rows_counted",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | ~Q(undone_at=None) & ~Q(undone_by=None),
                name="delivery_undone_paired",
            ),
            models.CheckConstraint(
                condition=~Q(status=DeliveryStatus.ACCEPTED) | ~Q(batch_path="") & ~Q(accepted_at=None),
                name="delivery_accepted_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["feed", "-received_at"], name="delivery_by_feed"),
            models.Index(fields=["-received_at"], name="delivery_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.feed_title} {self.file_name}"

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.status in (DeliveryStatus.ACCEPTED, DeliveryStatus.QUARANTINED, DeliveryStatus.UNDONE)


class Manifest(models.Model):
    """What a department's system signed about a file (报送清单): kept word for word, so that it stays provable."""

    delivery = models.ForeignKey(
        Delivery,
        on_delete=models.RESTRICT,  # whose word the rows rest on
        related_name="manifests",
        verbose_name="送达",
    )
    corrects = models.ForeignKey(
        Delivery,
        null=True,
        on_delete=models.RESTRICT,  # what was corrected stays
        related_name="corrections",
        verbose_name="更正",
    )
    text = models.TextField("清单原文")
    signature = models.CharField("签名", max_length=100)
    key_id = models.CharField("密钥编号", max_length=16)
    machine = models.CharField("部门系统", max_length=40)
    sent_by = models.CharField("报送人", max_length=30)
    rows = models.IntegerField("写明的行数")
    period_from = models.DateField("数据期起", null=True)
    period_until = models.DateField("数据期止", null=True, help_text="exclusive")
    received_at = models.DateTimeField("收到时间")

    class Meta:
        db_table = "feeds_manifest"
        verbose_name = "报送清单"
        constraints = [
            models.UniqueConstraint(fields=["key_id", "signature"], name="manifest_once"),
            models.CheckConstraint(condition=Q(corrects=None) | ~Q(corrects=F("delivery")), name="manifest_of_another"),
            models.CheckConstraint(condition=Q(rows__gte=0), name="manifest_rows_counted"),
        ]
        indexes = [models.Index(fields=["machine", "-id"], name="manifest_by_machine")]

    def __str__(self) -> str:
        return f"{self.machine} {self.delivery_id}"
