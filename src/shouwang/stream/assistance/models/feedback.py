"""Feedback (落实反馈): what came of a measure, what a unit answered, what the household says; only ever added."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from shouwang.stream.assistance.choices import FeedbackKind, Word
from shouwang.stream.assistance.models.measure import PlannedMeasure
from shouwang.stream.assistance.models.plan import Plan


class Feedback(models.Model):
    """One entry of the feedback, with a photo or scan where there is one; its words are encrypted."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.RESTRICT, related_name="feedback", verbose_name="方案")  # evidence
    measure = models.ForeignKey(
        PlannedMeasure, null=True, on_delete=models.RESTRICT, related_name="feedback", verbose_name="措施"
    )  # evidence
    kind = models.CharField("类别", max_length=16, choices=FeedbackKind)
    words_cipher = models.TextField("内容（密文）", blank=True)
    word = models.CharField("农户评价", max_length=14, choices=Word, blank=True)
    happened_on = models.DateField("日期")
    file_sha256 = models.CharField("文件指纹", max_length=64, blank=True)
    file_path = models.CharField("文件路径", max_length=120, blank=True)
    file_kind = models.CharField("文件类型", max_length=20, blank=True)
    file_size = models.IntegerField("文件大小", default=0)
    by = models.CharField("填写账号", max_length=40)
    by_name = models.CharField("填写人", max_length=30)
    by_unit = models.CharField("填写单位", max_length=40, blank=True)
    at = models.DateTimeField("填写时间")

    class Meta:
        db_table = "assistance_feedback"
        verbose_name = "落实反馈"
        constraints = [
            models.CheckConstraint(
                condition=~Q(words_cipher="") | ~Q(file_sha256="") | ~Q(word=""), name="feedback_says_something"
            ),
            models.CheckConstraint(
                condition=Q(file_sha256="", file_path="") | ~Q(file_sha256="") & ~Q(file_path=""),
                name="feedback_file_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind=FeedbackKind.HOUSEHOLD_WORD, measure=None) & ~Q(word="")
                | ~Q(kind=FeedbackKind.HOUSEHOLD_WORD) & Q(measure__isnull=False, word=""),
                name="feedback_of_a_measure_or_the_household",
            ),
        ]
        indexes = [models.Index(fields=["plan", "-at"], name="feedback_by_plan")]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_on}"
