"""Why a clue is there and what was done with it (来由与经过)."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from shouwang.register.households.choices import RiskKind
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.choices import (
    CHECKED,
    ActorLevel,
    ClueAct,
    SourceKind,
)
from shouwang.stream.clues.models.clue import Clue
from shouwang.stream.clues.models.placed import text


class OfClueQuerySet(models.QuerySet[Any]):
    """Rows below a clue: they are seen where the clue is, wherever its household turned out to live."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows of clues inside the actor's place range; nobody else's, and none without the permission."""
        return self.filter(clue__in=Clue.objects.visible_to(actor))


class ClueSource(models.Model):
    """One reason of a clue (线索来由): a warning, an application, a report, a push, a letter. Never changed."""

    clue = models.ForeignKey(
        Clue,
        on_delete=models.RESTRICT,
        related_name="sources",
        verbose_name="线索",  # evidence
    )
    household_id = text("户编号", 40)
    kind = models.CharField("来由", max_length=12, choices=SourceKind)
    channel = models.CharField("渠道", max_length=40)
    noted_on = models.DateField("日期")
    reported_by = models.CharField("登记人", max_length=40)
    reported_at = models.DateTimeField("登记时间")
    unit = text("单位", 30)
    rule = text("规则", 60)
    resident_id = text("人编号", 40)
    severity = models.SmallIntegerField("级别次序", null=True)
    warning_id = models.BigIntegerField("预警", null=True)
    first_seen_run_id = models.BigIntegerField("预警首次出现", null=True)
    key = text("密文位置", 32, help_text="what the ciphertexts of this row are bound to")
    told_name = text("谁需要帮助", 60)
    told_where = text("住在哪里", 120)
    told_by = text("谁反映的", 60)
    on_behalf = models.BooleanField("代为申请", default=False, db_default=False)
    told_cipher = models.TextField("发生了什么（密文）", null=True)
    phone_cipher = models.TextField("联系电话（密文）", null=True)
    phone_lookup = models.CharField("联系电话（检索）", max_length=64, null=True)
    trouble = text("说的难处", 20, choices=RiskKind, help_text="as the applicant says; nobody has looked yet")
    id_number_lookup = models.CharField(
        "证件号（检索）", max_length=64, null=True, help_text="where a person is to say which household is meant"
    )
    original = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.RESTRICT,  # its text is read there
        related_name="+",
        verbose_name="原件",
    )

    objects = OfClueQuerySet.as_manager()

    class Meta:
        db_table = "clues_source"
        verbose_name = "线索来由"
        constraints = [
            models.UniqueConstraint(
                fields=["clue", "household_id", "rule", "resident_id", "first_seen_run_id", "severity"],
                condition=Q(kind=SourceKind.WARNING),
                name="clue_source_warning_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind=SourceKind.WARNING)
                | ~Q(rule="") & Q(severity__isnull=False, warning_id__isnull=False, first_seen_run_id__isnull=False),
                name="clue_source_warning_is_one",
            ),
            models.CheckConstraint(
                condition=Q(kind=SourceKind.WARNING) | ~Q(told_name="") | Q(original__isnull=False),
                name="clue_source_names_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["household_id", "rule", "resident_id", "-id"],
                condition=Q(kind=SourceKind.WARNING),
                name="clue_source_warning",
            ),
            models.Index(fields=["reported_by", "-reported_at"], name="clue_source_by_reporter"),
            models.Index(fields=["phone_lookup"], condition=Q(phone_lookup__isnull=False), name="clue_source_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.clue_id} {self.kind}"


class ClueEvent(models.Model):
    """One step in the history of a clue (办理过程). Never changed."""

    clue = models.ForeignKey(
        Clue,
        on_delete=models.RESTRICT,
        related_name="events",
        db_index=False,  # its own index begins with it
        verbose_name="线索",  # evidence
    )
    act = models.CharField("办理", max_length=12, choices=ClueAct)
    at = models.DateTimeField("时间")
    actor = models.CharField("账号", max_length=40)
    role = models.CharField("角色", max_length=20)
    level = models.CharField("办理层级", max_length=10, choices=ActorLevel)
    sentence = text("说明", 500)
    details = models.JSONField("详情", default=dict, db_default={})

    objects = OfClueQuerySet.as_manager()

    class Meta:
        db_table = "clues_event"
        verbose_name = "线索办理"
        indexes = [
            models.Index(fields=["clue", "id"], name="clue_event_by_clue"),
            models.Index(
                fields=["at"], condition=Q(level=ActorLevel.VILLAGE, act__in=CHECKED), name="clue_event_checked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clue_id} {self.act}"
