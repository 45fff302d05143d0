"""Look-back visits (跟踪回访) to monitored and to cleared households, and who stays in touch with them."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clearance.choices import VisitFinding


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Visits with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Visits inside the actor's place range, and none without the permission."""
        if not actor.may(Permission.SEE_CASES):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)


class FollowUp(models.Model):
    """One look-back visit (回访记录): who went when and what they found."""

    household_id = models.CharField("户编号", max_length=40)
    place_number = models.BigIntegerField("行政村代码")
    visited_on = models.DateField("回访日期")
    found = models.CharField("情况", max_length=10, choices=VisitFinding)
    words_cipher = models.TextField("说明（密文）", null=True)
    after_clearance = models.BooleanField("消除后回访")
    visited_by = models.CharField("回访人", max_length=40)
    entered_at = models.DateTimeField("登记时间")
    clue_id = models.BigIntegerField("转出的线索", null=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        db_table = "clearance_follow_up"
        verbose_name = "回访记录"
        constraints = [
            models.CheckConstraint(
                condition=~Q(found__in=(VisitFinding.NEW_RISK, VisitFinding.WORSE)) | Q(words_cipher__isnull=False),
                name="follow_up_risk_in_words",
            ),
            models.UniqueConstraint(fields=["household_id", "visited_on", "visited_by"], name="follow_up_once_a_day"),
        ]
        indexes = [
            models.Index(fields=["household_id", "-visited_on"], name="follow_up_newest"),
            models.Index(fields=["place_number", "visited_on"], name="follow_up_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.visited_on}"


class Contact(models.Model):
    """Who stays in touch with a household (监测联系人), also after its risk is gone; the newest one holds."""

    household_id = models.CharField("户编号", max_length=40)
    place_number = models.BigIntegerField("行政村代码")
    name = models.CharField("联系人", max_length=60)
    since_on = models.DateField("从哪天起")
    until_on = models.DateField("到哪天止", null=True, help_text="exclusive")
    named_by = models.CharField("登记人", max_length=40)

    class Meta:
        db_table = "clearance_contact"
        verbose_name = "监测联系人"
        constraints = [
            models.UniqueConstraint(fields=["household_id"], condition=Q(until_on=None), name="contact_one_at_a_time"),
            models.CheckConstraint(condition=Q(until_on=None) | Q(until_on__gte=F("since_on")), name="contact_forward"),
            models.CheckConstraint(condition=~Q(name=""), name="contact_named"),
        ]

    def __str__(self) -> str:
        return self.household_id
