"""Tables of screening (筛查): runs, and the warnings, gaps and doubts that the last run published.

Do not write these tables row by row: a run is published as a whole by `actions.publish_run` or not at all.
Households, residents and runs carry no foreign key in the database: what a run publishes comes from its own snapshot of
the register and under a lock on its own row, and a key would cost one look-up per row and column.
"""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.screening.choices import Factor, RunStatus, TrialKind, TrialStatus, WarningLevel, WarningState


class Run(models.Model):
    """One screening (筛查) with its frozen inputs."""

    pack = models.CharField("政策包", max_length=80)
    pack_title = models.CharField("政策包名称", max_length=80, blank=True)
    pack_version = models.CharField("政策包版本", max_length=80)
    as_of = models.DateField("数据截至")
    range_low = models.BigIntegerField("地区范围起")
    range_high = models.BigIntegerField("地区范围止", help_text="exclusive")
    status = models.CharField("状态", max_length=12, choices=RunStatus, default=RunStatus.QUEUED)
    progress = models.SmallIntegerField("进度", default=0)
    progress_text = models.CharField("进度说明", max_length=100, blank=True)
    problem = models.CharField("问题", max_length=500, blank=True)
    inputs = models.JSONField("冻结的输入", default=list, help_text="[{table, kind, path, sha256, deliveries}]")
    vocabulary = models.JSONField("规则说明", default=dict, help_text="titles and clauses of rules and facts as run")
    summary = models.JSONField("汇总", default=dict)
    started_at = models.DateTimeField("开始时间")
    started_by = models.CharField("发起人", max_length=40)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        db_table = "screening_run"
        verbose_name = "筛查"
        constraints = [
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=100), name="run_progress_percent"),
            models.CheckConstraint(condition=Q(range_low__lt=F("range_high")), name="run_range_not_empty"),
        ]
        indexes = [models.Index(fields=["-started_at"], name="run_by_time")]

    def __str__(self) -> str:
        return f"{self.pack} {self.as_of}"


class PlacedQuerySet(models.QuerySet[Any]):
    """Rows that lie in a village, with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows inside the actor's place range; nobody else's, and none without the permission."""
        if not actor.may(Permission.SEE_HOUSEHOLDS):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)


class WarningQuerySet(PlacedQuerySet):
    """Warnings with the questions that others ask of them."""

    def current(self) -> Self:
        """Those that the last run still found."""
        return self.exclude(state=WarningState.GONE)


class IssuedWarning(models.Model):
    """One warning (预警): a rule that holds for a household, or for one of its members, and why."""

    rule = models.CharField("规则", max_length=60)
    household_id = models.CharField("户编号", max_length=40)
    resident_id = models.CharField("人编号", max_length=40, default="", help_text="empty for a rule on the household")
    place_number = models.BigIntegerField("行政村代码")
    level = models.CharField("级别", max_length=8, choices=WarningLevel)
    severity = models.SmallIntegerField("级别次序")
    previous_level = models.CharField("上次级别", max_length=8, blank=True)
    factor = models.CharField("因素", max_length=24, choices=Factor)
    values = models.JSONField("依据数值")
    thresholds = models.JSONField("标准")
    because = models.TextField("原因")
    sources = models.JSONField("数据来源")
    fingerprint = models.UUIDField(
        "内容指纹", null=True, editable=False, help_text="of the content as publication sent it"
    )
    state = models.CharField("变化", max_length=10, choices=WarningState)
    first_seen_run = models.ForeignKey(
        Run,
        on_delete=models.RESTRICT,  # evidence
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="首次出现",
    )
    changed_run = models.ForeignKey(
        Run,
        on_delete=models.RESTRICT,  # evidence
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="最近变化",
    )
    gone_run = models.ForeignKey(
        Run,
        null=True,
        on_delete=models.RESTRICT,  # evidence
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="消失于",
    )

    objects = WarningQuerySet.as_manager()

    class Meta:
        db_table = "screening_warning"
        verbose_name = "预警"
        constraints = [
            models.UniqueConstraint(fields=["household_id", "rule", "resident_id"], name="warning_once"),
            models.CheckConstraint(
                condition=Q(factor=Factor.NEGATIVE_REVIEW, level=WarningLevel.REVIEW)
                | ~Q(factor=Factor.NEGATIVE_REVIEW) & ~Q(level=WarningLevel.REVIEW),
                name="warning_negative_is_review_only",
            ),
            models.CheckConstraint(
                condition=Q(state=WarningState.GONE, gone_run__isnull=False)
                | ~Q(state=WarningState.GONE) & Q(gone_run__isnull=True),
                name="warning_gone_by_a_run",
            ),
        ]
        indexes = [
            models.Index(fields=["place_number", "severity"], name="warning_by_place"),
            models.Index(  # the newest of the gravest, which every dashboard names
                fields=["-first_seen_run", "place_number", "household_id"],
                condition=Q(level=WarningLevel.RED) & ~Q(state=WarningState.GONE),
                name="warning_newest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.household_id}"


class Gap(models.Model):
    """Rules that could not be decided for a household because something is missing (未能判断，缺 …)."""

    household_id = models.CharField("户编号", max_length=40)
    place_number = models.BigIntegerField("行政村代码")
    rules = models.JSONField("规则与所缺", help_text="[{rule, missing}]")
    run = models.ForeignKey(
        Run, on_delete=models.RESTRICT, related_name="+", db_index=False, verbose_name="筛查"
    )  # evidence

    objects = PlacedQuerySet.as_manager()

    class Meta:
        db_table = "screening_gap"
        verbose_name = "未能判断"
        constraints = [models.UniqueConstraint(fields=["household_id"], name="gap_once")]
        indexes = [models.Index(fields=["place_number"], name="gap_by_place")]

    def __str__(self) -> str:
        return self.household_id


class Doubt(models.Model):
    """A contradiction in the data of a household (疑点数据) that somebody should mend."""

    check_name = models.CharField("检查", max_length=60)
    household_id = models.CharField("户编号", max_length=40)
    resident_id = models.CharField("人编号", max_length=40, default="")
    place_number = models.BigIntegerField("行政村代码")
    values = models.JSONField("依据数值")
    message = models.TextField("说明")
    run = models.ForeignKey(
        Run, on_delete=models.RESTRICT, related_name="+", db_index=False, verbose_name="筛查"
    )  # evidence

    objects = PlacedQuerySet.as_manager()

    class Meta:
        db_table = "screening_doubt"
        verbose_name = "疑点"
        indexes = [
            models.Index(fields=["place_number"], name="doubt_by_place"),
            models.Index(fields=["household_id"], name="doubt_by_household"),
        ]

    def __str__(self) -> str:
        return f"{self.check_name} {self.household_id}"


class Tally(models.Model):
    """What the last screening found in one village, counted (各村数字): a row for the village, and one for each factor.

    Written by publication alone, which also writes what is counted. A household counts once, by its gravest warning;
    ``new_`` by the gravest of those that are new. A row of a factor has the four levels only.
    """

    place_number = models.BigIntegerField("行政村代码")
    factor = models.CharField(
        "因素", max_length=24, blank=True, choices=Factor, help_text="empty for the whole village"
    )
    households = models.IntegerField("筛查户数", default=0)
    residents = models.IntegerField("筛查人数", default=0)
    red = models.IntegerField("红色户数", default=0)
    orange = models.IntegerField("橙色户数", default=0)
    yellow = models.IntegerField("黄色户数", default=0)
    review = models.IntegerField("复核户数", default=0)
    new_red = models.IntegerField("新增红色户数", default=0)
    new_orange = models.IntegerField("新增橙色户数", default=0)
    new_yellow = models.IntegerField("新增黄色户数", default=0)
    new_review = models.IntegerField("新增复核户数", default=0)
    new = models.IntegerField("新增预警", default=0)
    unchanged = models.IntegerField("仍在预警", default=0)
    gone = models.IntegerField("消失预警", default=0)
    gaps = models.IntegerField("未能判断户数", default=0)
    doubts = models.IntegerField("疑点条数", default=0)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        db_table = "screening_tally"
        verbose_name = "各村数字"
        constraints = [models.UniqueConstraint(fields=["place_number", "factor"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.place_number} {self.factor}"


class TrialQuerySet(models.QuerySet[Any]):
    """Trials with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Trials over no more than the actor's own place; their figures are small enough to point at people."""
        if not actor.may(Permission.SEE_HOUSEHOLDS):
            return self.none()
        return self.filter(range_low__gte=actor.range_low, range_high__lte=actor.range_high)


class Trial(models.Model):
    """A draft of the rules tried out (试算) on the frozen inputs of a screening; nothing of it is published."""

    amendment = models.ForeignKey(
        "rules.Amendment", on_delete=models.RESTRICT, related_name="+", verbose_name="修订"
    )  # evidence
    version = models.IntegerField("稿次")
    kind = models.CharField("种类", max_length=10, choices=TrialKind)
    run = models.ForeignKey(Run, on_delete=models.RESTRICT, related_name="+", verbose_name="筛查")  # evidence
    range_low = models.BigIntegerField("地区范围起")
    range_high = models.BigIntegerField("地区范围止", help_text="exclusive")
    status = models.CharField("状态", max_length=8, choices=TrialStatus, default=TrialStatus.QUEUED)
    problem = models.CharField("问题", max_length=500, blank=True)
    summary = models.JSONField("结果", default=dict)
    changes_path = models.CharField("逐户变化", max_length=120, blank=True)
    asked_by = models.CharField("发起人", max_length=40)
    asked_at = models.DateTimeField("发起时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    seconds = models.FloatField("用时(秒)", null=True)

    objects = TrialQuerySet.as_manager()

    class Meta:
        db_table = "screening_trial"
        verbose_name = "试算"
        constraints = [
            models.CheckConstraint(condition=Q(range_low__lt=F("range_high")), name="trial_range_not_empty"),
            models.CheckConstraint(
                condition=~Q(status=TrialStatus.DONE) | Q(finished_at__isnull=False), name="trial_done_when"
            ),
        ]
        indexes = [models.Index(fields=["amendment", "-asked_at"], name="trial_by_amendment")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amendment_id}"
