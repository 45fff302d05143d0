"""Tables of work on the way (外出采集).

What came from a phone is kept as it was sealed there, and never changed: only what became of it is written beside it.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.fieldwork.choices import SETTLED, Cause, EntryState


class PlacedQuerySet(models.QuerySet[Any]):
    """Rows that lie at a place, with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows inside the actor's place range, and none without the permission to hand work on."""
        if not actor.may(Permission.DISPATCH_CLUE):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)


class SealingKey(models.Model):
    """A key to which phones seal what they send (封装密钥): its private half is encrypted with the key file's key."""

    key_id = models.CharField("密钥编号", max_length=16, primary_key=True)
    public = models.CharField("公钥", max_length=100, help_text="uncompressed point of P-256, base64url")
    private_cipher = models.TextField("私钥（密文）")
    made_at = models.DateTimeField("生成时间")

    class Meta:
        db_table = "fieldwork_key"
        verbose_name = "封装密钥"

    def __str__(self) -> str:
        return self.key_id


class Phone(models.Model):
    """A phone that somebody takes along (外出手机): known by a token of its own, so that it can be shut out."""

    id = models.UUIDField(primary_key=True, editable=False)
    username = models.CharField("使用人", max_length=40)
    title = models.CharField("名称", max_length=40)
    place_number = models.BigIntegerField("辖区起", help_text="first number of the post's range")
    token_hash = models.CharField("令牌指纹", max_length=64, unique=True)
    registered_at = models.DateTimeField("登记时间")
    seen_at = models.DateTimeField("最近联系", null=True)
    revoked_at = models.DateTimeField("挂失时间", null=True)
    revoked_by = models.CharField("挂失人", max_length=40, blank=True)
    revoked_because = models.CharField("挂失原因", max_length=100, blank=True)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        db_table = "fieldwork_phone"
        verbose_name = "外出手机"
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by="") | Q(revoked_at__isnull=False) & ~Q(revoked_by=""),
                name="phone_revoked_by_somebody",
            )
        ]
        indexes = [
            models.Index(fields=["username"], name="phone_by_person"),
            models.Index(fields=["place_number"], name="phone_by_place"),
        ]

    def __str__(self) -> str:
        return self.title


class Bundle(models.Model):
    """One download (下载记录): who took what along under which post, and by what a form proves that it was unlocked."""

    id = models.UUIDField(primary_key=True, editable=False)
    phone = models.ForeignKey(Phone, on_delete=models.RESTRICT, related_name="bundles", verbose_name="手机")  # history
    username = models.CharField("账号", max_length=40)
    role = models.CharField("角色", max_length=20)
    place_code = models.CharField("辖区", max_length=12)
    place_number = models.BigIntegerField("辖区起")
    visits = models.IntegerField("事项数")
    secret_hash = models.CharField("凭据指纹", max_length=64)
    downloaded_at = models.DateTimeField("下载时间")

    class Meta:
        db_table = "fieldwork_bundle"
        verbose_name = "下载记录"

    def __str__(self) -> str:
        return f"{self.username} {self.downloaded_at:%Y-%m-%d %H:%M}"


class Entry(models.Model):
    """One form as it came from a phone (手机送来的表), sealed, with what became of it."""

    id = models.UUIDField(primary_key=True, editable=False, help_text="made by the phone; another content gets its own")
    phone = models.ForeignKey(Phone, on_delete=models.RESTRICT, related_name="entries", verbose_name="手机")  # evidence
    sequence = models.BigIntegerField("手机序号")
    sha256 = models.CharField("指纹", max_length=64)
    path = models.CharField("路径", max_length=120, help_text="the sealed original in the store")
    size = models.IntegerField("字节数")
    place_number = models.BigIntegerField(
        "行政村代码", help_text="of the household, else where the phone's post begins"
    )
    arrived_at = models.DateTimeField("收到时间")
    clock_off = models.BigIntegerField("手机时钟偏差(秒)", default=0, help_text="server minus phone when it was sent")
    form = models.CharField("表", max_length=24, blank=True)
    version = models.IntegerField("表版本", default=0)
    subject = models.CharField("事项", max_length=60, blank=True)
    household_id = models.CharField("户编号", max_length=40, blank=True)
    said_at = models.DateTimeField("手机时间", null=True)
    state = models.CharField("状态", max_length=8, choices=EntryState)
    cause = models.CharField("原因", max_length=14, choices=Cause, blank=True)
    said_why = models.CharField("说明", max_length=300, blank=True, help_text="the sentence of the refusal")
    after = models.JSONField("办后情况", default=dict, help_text="what stood there when it was done: codes and dates")
    settled_by = models.CharField("处理人", max_length=40, blank=True)
    settled_at = models.DateTimeField("处理时间", null=True)
    settled_words = models.CharField("处理说明", max_length=300, blank=True)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        db_table = "fieldwork_entry"
        verbose_name = "手机送来的表"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=EntryState.APPLIED, cause="") | ~Q(state=EntryState.APPLIED) & ~Q(cause=""),
                name="entry_applied_or_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SETTLED, settled_at__isnull=False) & ~Q(settled_by="") & ~Q(settled_words="")
                | ~Q(state__in=SETTLED) & Q(settled_at=None, settled_by=""),
                name="entry_settled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["phone", "subject", "sequence"], name="entry_in_order"),
            models.Index(fields=["place_number", "state"], name="entry_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.phone_id}.{self.sequence} {self.state}"
