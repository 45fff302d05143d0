"""Tables of lists that leave (名单导出). Nothing in them is ever changed; a request's state follows from the rows."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from shouwang.register.releases.choices import Sensitivity
from shouwang.register.staff.queries import Actor


class RequestQuerySet(models.QuerySet[Any]):
    """Requests with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Requests of posts inside the actor's area."""
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)


class Request(models.Model):
    """Somebody asks that a list may leave (导出申请): which, how many people, why; it says nobody's name."""

    asked_by = models.CharField("申请人", max_length=40)
    place_number = models.BigIntegerField("申请人辖区", help_text="first village number of the post's area")
    asked_at = models.DateTimeField("申请时间")
    page = models.CharField("页面", max_length=300, help_text="what the list is: the same address, the same list")
    title = models.CharField("名单", max_length=80)
    kind = models.CharField("敏感程度", max_length=10, choices=Sensitivity)
    people = models.IntegerField("人数", help_text="at most so many may leave on it")
    needed = models.SmallIntegerField("需几人同意")
    reason = models.CharField("理由", max_length=200)

    objects = RequestQuerySet.as_manager()

    class Meta:
        db_table = "releases_request"
        verbose_name = "导出申请"
        constraints = [
            models.CheckConstraint(condition=Q(people__gt=0), name="request_of_people"),
            models.CheckConstraint(condition=Q(needed__in=[1, 2]), name="request_needs_somebody"),
            models.CheckConstraint(condition=Q(reason__regex=r"\S.*\S.*\S.*\S"), name="request_says_why"),
        ]
        indexes = [models.Index(fields=["place_number", "-asked_at"], name="request_by_place")]

    def __str__(self) -> str:
        return f"{self.title} {self.people} {self.asked_by}"


class Answer(models.Model):
    """A second person agrees or not (审批意见); never who asked, and each once."""

    request = models.ForeignKey(
        Request,
        on_delete=models.RESTRICT,  # neither ever goes
        related_name="answers",
        verbose_name="申请",
    )
    asked_by = models.CharField("申请人", max_length=40)
    answered_by = models.CharField("审批人", max_length=40)
    answered_at = models.DateTimeField("审批时间")
    agrees = models.BooleanField("同意")
    words = models.CharField("说明", max_length=200)

    class Meta:
        db_table = "releases_answer"
        verbose_name = "审批意见"
        constraints = [
            models.CheckConstraint(condition=~Q(answered_by=F("asked_by")), name="answer_by_a_second_person"),
            models.UniqueConstraint(fields=["request", "answered_by"], name="answer_once"),
            models.CheckConstraint(condition=Q(words__regex=r"\S"), name="answer_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.answered_by} {self.agrees}"


class Departure(models.Model):
    """A list that left (名单导出记录): how many people, as keyed numbers by which nobody is known, and on which request."""

    left_by = models.CharField("导出人", max_length=40)
    place_number = models.BigIntegerField("导出人辖区", help_text="first village number of the post's area")
    left_at = models.DateTimeField("导出时间")
    page = models.CharField("页面", max_length=300)
    kind = models.CharField("敏感程度", max_length=10, choices=Sensitivity)
    people = models.IntegerField("人数")
    marks = ArrayField(
        models.BigIntegerField(), verbose_name="人员标记", null=True, help_text="null: too many, each counts"
    )
    needed = models.SmallIntegerField("需几人同意")
    request = models.OneToOneField(
        Request,
        on_delete=models.RESTRICT,  # neither ever goes
        null=True,
        related_name="departure",
        verbose_name="申请",
    )

    class Meta:
        db_table = "releases_departure"
        verbose_name = "名单导出记录"
        constraints = [
            models.CheckConstraint(condition=Q(people__gt=0), name="departure_of_people"),
            models.CheckConstraint(
                condition=Q(needed=0) | Q(needed__in=[1, 2], request__isnull=False), name="departure_let_out"
            ),
        ]
        indexes = [models.Index(fields=["left_by", "left_at"], name="departure_by_person")]

    def __str__(self) -> str:
        return f"{self.left_by} {self.people} {self.kind}"
