"""Tables of self-service (自助办理).

What is told stands in the clue (it cannot be lost there) and in the case; here is only who may ask for it again, what
was sent twice, and what a household wants corrected. Codes and numbers are kept as keyed hashes or encrypted.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.self_service.choices import CorrectionAbout, CorrectionState, Counted, SendingKind


class PlacedQuerySet(models.QuerySet[Any]):
    """Rows that lie in a village."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows inside the actor's place range; nobody else's, and none without the permission."""
        if not actor.may(Permission.SEE_CLUES):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)


class Sending(models.Model):
    """One form that was sent (来件), known by the key that stood in it: sent again, it is the same one."""

    key_lookup = models.CharField("表单号（检索）", max_length=64, unique=True)
    kind = models.CharField("种类", max_length=12, choices=SendingKind)
    content_hash = models.CharField("内容指纹", max_length=64, help_text="keyed: another content is another matter")
    reference = models.CharField("办成了什么", max_length=40, blank=True, help_text="application:7, correction:3")
    sent_at = models.DateTimeField("收到时间")

    class Meta:
        db_table = "self_service_sending"
        verbose_name = "来件"

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Application(models.Model):
    """An application through the portal (自助申请): the clue that carries it, and the code that asks for it.

    Whoever has the code sees the way of the application. The household's own papers and reasons are shown only when a
    member of staff has met the holder and said so: a stranger can know somebody's name and number.
    """

    clue = models.ForeignKey(
        "clues.Clue",
        on_delete=models.RESTRICT,  # what was applied for
        related_name="+",
        verbose_name="线索",
    )
    place_number = models.BigIntegerField("行政村代码")
    code_lookup = models.CharField("查询编号（检索）", max_length=64, unique=True)
    code_cipher = models.TextField("查询编号（密文）")
    row_key = models.CharField("密文位置", max_length=32, unique=True)
    tail_lookup = models.CharField("电话后四位（检索）", max_length=64)
    on_behalf = models.BooleanField("代为申请")
    pledge_hash = models.CharField("念过的话（指纹）", max_length=64)
    applied_at = models.DateTimeField("申请时间")
    confirmed_by = models.CharField("当面核对人", max_length=40, blank=True)
    confirmed_at = models.DateTimeField("当面核对时间", null=True)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        db_table = "self_service_application"
        verbose_name = "自助申请"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by="") | Q(confirmed_at__isnull=False) & ~Q(confirmed_by=""),
                name="application_confirmed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["place_number", "-applied_at"], name="application_by_place")]

    def __str__(self) -> str:
        return f"application {self.pk}"


class CorrectionRequest(models.Model):
    """A household asks to have its data corrected (更正请求): a task with an owner and a day, answered with a reason.

    依据: 个人信息保护法 第四十六条.
    """

    application = models.ForeignKey(
        Application,
        on_delete=models.RESTRICT,  # who asked
        related_name="corrections",
        verbose_name="自助申请",
    )
    household_id = models.CharField("户编号", max_length=40)
    place_number = models.BigIntegerField("行政村代码")
    about = models.CharField("要更正什么", max_length=10, choices=CorrectionAbout)
    row_key = models.CharField("密文位置", max_length=32, unique=True)
    words_cipher = models.TextField("怎么错、对的是什么（密文）")
    asked_at = models.DateTimeField("提出时间")
    due_on = models.DateField("期限")
    state = models.CharField("状态", max_length=10, choices=CorrectionState, default=CorrectionState.OPEN)
    answered_by = models.CharField("答复人", max_length=40, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    reason = models.CharField("答复", max_length=300, blank=True)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        db_table = "self_service_correction"
        verbose_name = "更正请求"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=CorrectionState.OPEN, answered_at=None, answered_by="", reason="")
                | ~Q(state=CorrectionState.OPEN) & Q(answered_at__isnull=False) & ~Q(answered_by="") & ~Q(reason=""),
                name="correction_answered_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["place_number", "state", "due_on"], name="correction_by_place")]

    def __str__(self) -> str:
        return f"correction {self.pk} {self.state}"


class Count(models.Model):
    """One use of an open form (计数), by a keyed hash of who used it; forgotten after a day."""

    kind = models.CharField("种类", max_length=16, choices=Counted)
    subject_lookup = models.CharField("对象（检索）", max_length=64)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "self_service_count"
        verbose_name = "计数"
        indexes = [models.Index(fields=["kind", "subject_lookup", "at"], name="count_by_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
