"""Tables of rule amendments (规则修订)."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from shouwang.register.staff.queries import Actor
from shouwang.stream.rules.choices import OPEN, AmendmentKind, AmendmentState


class AmendmentQuerySet(models.QuerySet[Any]):
    """Amendments with the questions that others ask of them."""

    def touching(self, actor: Actor) -> Self:
        """Those that apply somewhere inside the actor's place, or all around it."""
        return self.filter(range_low__lt=actor.range_high, range_high__gt=actor.range_low)


class Amendment(models.Model):
    """One change of a number or a rule (修订) from a day on, in a place; it keeps what it replaced."""

    pack = models.CharField("政策包", max_length=80)
    kind = models.CharField("修订对象", max_length=10, choices=AmendmentKind)
    name = models.CharField("名称标识", max_length=60)
    title = models.CharField("名称", max_length=120)
    place_code = models.CharField("适用地方", max_length=12, blank=True, help_text="empty: wherever the pack applies")
    place_name = models.CharField("适用地方名称", max_length=80, blank=True)
    range_low = models.BigIntegerField("地区范围起")
    range_high = models.BigIntegerField("地区范围止", help_text="exclusive")
    content = models.JSONField("新内容", help_text="{value} of a parameter, {levels} of a rule")
    replaces = models.JSONField("原内容", help_text="what held when it was drafted, in words")
    valid_from = models.DateField("生效日期")
    basis = models.CharField("依据文件", max_length=200)
    reason = models.CharField("理由", max_length=500)
    version = models.IntegerField("稿次", default=1)
    shadowed_version = models.IntegerField("影子运行过的稿次", null=True)
    state = models.CharField("状态", max_length=10, choices=AmendmentState, default=AmendmentState.DRAFT)
    drafted_by = models.CharField("起草人", max_length=40)
    drafted_at = models.DateTimeField("起草时间")
    requested_at = models.DateTimeField("送审时间", null=True)
    decided_by = models.CharField("审批人", max_length=40, blank=True)
    decided_at = models.DateTimeField("审批时间", null=True)
    decision_reason = models.CharField("审批意见", max_length=500, blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        db_table = "rules_amendment"
        verbose_name = "规则修订"
        constraints = [
            models.CheckConstraint(condition=Q(range_low__lt=F("range_high")), name="amendment_range_not_empty"),
            models.CheckConstraint(condition=~Q(decided_by=F("drafted_by")), name="amendment_second_person"),
            models.CheckConstraint(
                condition=~Q(state=AmendmentState.APPROVED)
                | ~Q(decided_by="") & Q(decided_at__isnull=False, requested_at__isnull=False),
                name="amendment_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[AmendmentState.REQUESTED, AmendmentState.APPROVED])
                | Q(shadowed_version__isnull=False, shadowed_version=F("version")),
                name="amendment_shadow_first",
            ),
            models.CheckConstraint(
                condition=~Q(state=AmendmentState.RETURNED) | ~Q(decision_reason=""),
                name="amendment_returned_with_reason",
            ),
            models.UniqueConstraint(
                fields=["pack", "kind", "name", "place_code"],
                condition=Q(state__in=OPEN),
                name="amendment_one_open",
            ),
        ]
        indexes = [models.Index(fields=["pack", "state"], name="amendment_by_state")]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}"
