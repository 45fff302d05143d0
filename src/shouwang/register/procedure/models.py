"""Tables of cases (办理).

Never change these rows: a case is what its records make of it. The trigger of the second migration works out where a
case stands from each new record, refuses one out of turn, and refuses every other change.
"""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from shouwang.kernel.running_counts import RunningCount
from shouwang.register.procedure.choices import OUTCOMES, RUNNING, Act, CaseState, Matter, Outcome
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


class CaseQuerySet(models.QuerySet[Any]):
    """Cases with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Cases inside the actor's place range; nobody else's, and none without the permission."""
        if not actor.may(Permission.SEE_CASES):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)

    def running(self) -> Self:
        """Those in which somebody still has something to do."""
        return self.filter(state__in=RUNNING)


class Case(models.Model):
    """One case (办理件): a household on its way through the steps of a procedure, frozen as the pack had them."""

    number = models.CharField("编号", max_length=30, unique=True)
    matter = models.CharField("事项", max_length=20, choices=Matter)
    household_id = models.CharField("户编号", max_length=40)
    head_name = models.CharField("户主", max_length=60, blank=True)
    place_number = models.BigIntegerField("行政村代码")
    pack = models.CharField("政策包", max_length=80)
    pack_version = models.CharField("政策包版本", max_length=80)
    steps = models.JSONField("步骤", help_text="[{step, act, title, level, actors, limits, together_with, …}]")
    origin = models.CharField("来源", max_length=60, blank=True, help_text="clue:7, objection:…, round:2026-3")
    about = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.RESTRICT,  # what was objected to stays
        related_name="followed_by",
        verbose_name="针对",
    )
    self_applied = models.BooleanField("农户自主申报", default=False)
    opened_by = models.CharField("受理人", max_length=40)
    opened_at = models.DateTimeField("受理时间")
    whole_due_on = models.DateField("全程期限", null=True)
    # What follows is worked out by the trigger and by nothing else.
    done = ArrayField(models.CharField(max_length=40), verbose_name="已办步骤", default=list)
    next_step = models.CharField("下一步", max_length=40, blank=True)
    next_act = models.CharField("下一步动作", max_length=16, blank=True)
    next_level = models.CharField("下一步层级", max_length=10, blank=True)
    records = models.IntegerField("记录数", default=0)
    due_on = models.DateField("本步期限", null=True)
    last_at = models.DateTimeField("最近办理时间", null=True)
    state = models.CharField("状态", max_length=10, choices=CaseState, default=CaseState.OPEN)
    outcome = models.CharField("结果", max_length=14, choices=Outcome, blank=True)
    decided_by = models.CharField("审定人", max_length=40, blank=True)
    decided_at = models.DateTimeField("审定时间", null=True)
    effective_on = models.DateField("生效日期", null=True)
    village_agreed = models.BooleanField("评议同意", null=True)
    notice_until = models.DateField("公示截止", null=True, help_text="exclusive")
    objections_open = models.IntegerField("未答复异议", default=0)
    authorised = models.BooleanField("已授权查询", default=False)
    green_channel = models.BooleanField("先行帮扶", default=False)
    relative_tagged = models.BooleanField("涉及干部亲属", default=False)
    recused = ArrayField(models.CharField(max_length=40), verbose_name="回避人员", default=list)

    objects = CaseQuerySet.as_manager()

    class Meta:
        db_table = "procedure_case"
        verbose_name = "办理件"
        constraints = [
            models.UniqueConstraint(
                fields=["household_id", "matter"], condition=Q(state__in=RUNNING), name="case_one_running"
            ),
            models.CheckConstraint(
                condition=Q(outcome="")
                | Q(
                    *(Q(matter=matter, outcome__in=pair) for matter, pair in OUTCOMES.items()),
                    _connector=Q.OR,
                ),
                name="case_outcome_fits",
            ),
            models.CheckConstraint(condition=Q(objections_open__gte=0), name="case_objections_counted"),
            models.CheckConstraint(
                condition=Q(place_number__gte=10**11, place_number__lt=10**12), name="case_place_12_digits"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[CaseState.OPEN, CaseState.WITHDRAWN, CaseState.MERGED]) | ~Q(outcome=""),
                name="case_decided_with_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(matter=Matter.OBJECTION) | Q(about__isnull=False), name="case_objection_about"
            ),
        ]
        indexes = [
            models.Index(fields=["place_number", "state"], name="case_by_place"),
            models.Index(fields=["household_id"], name="case_by_household"),
            # With all that the figures of the inbox and of the river ask, so that counting reads no rows.
            models.Index(
                fields=["place_number", "due_on"],
                include=[
                    *("next_act", "next_level", "whole_due_on", "recused", "matter", "last_at"),
                    *("household_id", "state"),
                ],
                condition=Q(state__in=RUNNING),
                name="case_waiting",
            ),
            models.Index(
                fields=["place_number", "decided_at"],
                include=["matter", "outcome", "opened_at"],
                condition=Q(decided_at__isnull=False),
                name="case_by_decision",
            ),
            models.Index(fields=["due_on", "-id"], condition=Q(state__in=RUNNING), name="case_running_by_due"),
        ]

    def __str__(self) -> str:
        return self.number


class Record(models.Model):
    """One record of a case (办理记录): who did what, when, on what grounds; never changed, never removed."""

    case = models.ForeignKey(
        Case, on_delete=models.RESTRICT, related_name="entries", db_index=False, verbose_name="办理件"
    )  # history, by number
    number = models.IntegerField("序号")
    step = models.CharField("步骤", max_length=40, blank=True, help_text="empty for an act beside the steps")
    act = models.CharField("动作", max_length=16, choices=Act)
    actor = models.CharField("办理人", max_length=40)
    role = models.CharField("角色", max_length=20)
    level = models.CharField("层级", max_length=10)
    unit = models.CharField("单位", max_length=30, blank=True)
    at = models.DateTimeField("时间")
    acted_on = models.DateField("日期", help_text="the day of `at` where the case is")
    content = models.JSONField("内容", default=dict, help_text="counts, codes and dates; nothing that names a person")
    words_cipher = models.TextField("说明（密文）", null=True)
    reason_code = models.CharField("理由代码", max_length=40, blank=True)
    evidence = ArrayField(models.CharField(max_length=64), verbose_name="证据", default=list, help_text="SHA-256")
    next_due_on = models.DateField("下一步期限", null=True)
    recorded_at = models.DateTimeField("入库时间", null=True, help_text="the database's own clock")

    class Meta:
        db_table = "procedure_record"
        verbose_name = "办理记录"
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="record_numbered"),
        ]
        indexes = [models.Index(fields=["act", "acted_on"], name="record_by_act")]

    def __str__(self) -> str:
        return f"{self.case_id}.{self.number} {self.act}"


class Evidence(models.Model):
    """A file that supports a record (证据): kept encrypted under the hash of its content, never overwritten."""

    sha256 = models.CharField("指纹", max_length=64)
    case = models.ForeignKey(
        Case, on_delete=models.RESTRICT, related_name="files", db_index=False, verbose_name="办理件"
    )  # evidence, by fingerprint
    title = models.CharField("名称", max_length=80)
    kind = models.CharField("类型", max_length=40, help_text="media type, as looked at and not as said")
    size = models.IntegerField("字节数")
    path = models.CharField("路径", max_length=120)
    added_by = models.CharField("上传人", max_length=40)
    added_at = models.DateTimeField("上传时间")

    class Meta:
        db_table = "procedure_evidence"
        verbose_name = "证据"
        constraints = [models.UniqueConstraint(fields=["case", "sha256"], name="evidence_once")]

    def __str__(self) -> str:
        return self.title


class Enquiry(models.Model):
    """A question to a department about a case (信息比对请求), and whether it was answered."""

    case = models.ForeignKey(Case, on_delete=models.RESTRICT, related_name="enquiries", verbose_name="办理件")  # record
    unit = models.CharField("部门", max_length=30)
    kind = models.CharField("种类", max_length=12, help_text="comparison or opinion")
    asked_by = models.CharField("发起人", max_length=40)
    asked_at = models.DateTimeField("发起时间")
    due_on = models.DateField("期限", null=True)
    place_number = models.BigIntegerField("行政村代码")
    answered_by = models.CharField("答复人", max_length=40, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    record_number = models.IntegerField("答复记录", null=True)

    class Meta:
        db_table = "procedure_enquiry"
        verbose_name = "信息比对请求"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "unit", "kind"], condition=Q(answered_at=None), name="enquiry_one_open"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, record_number=None, answered_by="")
                | Q(answered_at__isnull=False, record_number__isnull=False) & ~Q(answered_by=""),
                name="enquiry_answered_by_a_record",
            ),
        ]
        indexes = [models.Index(fields=["unit", "answered_at"], name="enquiry_by_unit")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.unit}"


class KinDeclaration(models.Model):
    """A cadre's relative (干部近亲属申报): known by keyed hash alone, so that a case that touches one is noticed."""

    username = models.CharField("申报人", max_length=40)
    relation = models.CharField("关系", max_length=20)
    id_number_lookup = models.CharField("身份证号（检索）", max_length=64)
    declared_at = models.DateTimeField("申报时间")
    ended_at = models.DateTimeField("终止时间", null=True)

    class Meta:
        db_table = "procedure_kin"
        verbose_name = "近亲属申报"
        constraints = [
            models.UniqueConstraint(
                fields=["username", "id_number_lookup"], condition=Q(ended_at=None), name="kin_declared_once"
            )
        ]
        indexes = [models.Index(fields=["id_number_lookup"], name="kin_by_id_number")]

    def __str__(self) -> str:
        return f"{self.username} {self.relation}"


class CaseCount(RunningCount):
    """Cases of a county counted along (办理件随动计数): what waits at which level, until when and since when."""

    class Meta:
        db_table = "procedure_count"
        verbose_name = "办理件计数"
        indexes = [models.Index(fields=["place_number", "what"], name="case_count_by_place")]
