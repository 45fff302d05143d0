"""Postings (张贴的公示): what was published, from when until when, and who signed it."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from shouwang.register.papers.choices import NoticeKind, TakeDownReason
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

UNGUESSABLE = r"^[A-Za-z0-9_-]{22,}$"
"""At least 128 bits of chance: an address is the only key to a village's board."""


class PostingQuerySet(models.QuerySet[Any]):
    """Postings with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Postings of villages inside the actor's place range; none without the permission."""
        if not actor.may(Permission.ISSUE_PAPER):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)

    def standing(self, on: date) -> Self:
        """Those that anybody may read on a day: begun, not ended, not taken down."""
        return self.filter(from_on__lte=on, until_on__gt=on, taken_down_at=None)


class Posting(models.Model):
    """One notice on the village's board (一份公示), as a named person saw and signed it.

    Three more laws stand in the second migration, in SQL: no row has another field than the four of `publicity.Row` or
    a long number in it, the period is as long as the pack asks, and a posting changes only by being taken down.
    """

    kind = models.CharField("公示种类", max_length=24, choices=NoticeKind)
    place_number = models.BigIntegerField("行政村代码")
    place_name = models.CharField("行政村", max_length=120)
    rows = models.JSONField("公示内容")
    content_hash = models.CharField("内容指纹", max_length=64)
    phone = models.CharField("受理异议电话", max_length=20)
    least_days = models.IntegerField("最短天数", help_text="of the policy pack on the day of posting")
    posted_on = models.DateField("张贴日")
    from_on = models.DateField("公示期起")
    until_on = models.DateField("公示期止", help_text="exclusive: the first day without it")
    token = models.CharField("网址随机码", max_length=43, unique=True)
    posted_by = models.CharField("签发人账号", max_length=40)
    posted_name = models.CharField("签发人", max_length=30)
    posted_at = models.DateTimeField("签发时间")
    taken_down_at = models.DateTimeField("撤下时间", null=True)
    taken_down_by = models.CharField("撤下人账号", max_length=40, blank=True)
    taken_down_for = models.CharField("撤下原因", max_length=20, blank=True, choices=TakeDownReason)
    taken_down_note = models.CharField("撤下说明", max_length=200, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        db_table = "papers_posting"
        verbose_name = "公示"
        constraints = [
            models.CheckConstraint(
                condition=Q(place_number__gte=10**11, place_number__lt=10**12), name="posting_of_a_village"
            ),
            models.CheckConstraint(condition=Q(from_on__gte=F("posted_on")), name="posting_never_backdated"),
            models.CheckConstraint(condition=Q(least_days__gte=1), name="posting_days_counted"),
            models.CheckConstraint(condition=Q(content_hash__regex=r"^[0-9a-f]{64}$"), name="posting_fingerprint"),
            models.CheckConstraint(condition=Q(token__regex=UNGUESSABLE), name="posting_unguessable"),
            models.CheckConstraint(
                condition=Q(taken_down_at=None, taken_down_by="", taken_down_for="")
                | Q(taken_down_at__isnull=False) & ~Q(taken_down_by="") & ~Q(taken_down_for=""),
                name="posting_taken_down_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["place_number", "kind", "content_hash"],
                condition=Q(taken_down_at=None),
                name="posting_once",
            ),
        ]
        indexes = [models.Index(fields=["place_number", "until_on"], name="posting_by_village")]

    def __str__(self) -> str:
        return f"{self.place_name} {self.get_kind_display()} {self.from_on}"


class PostedCase(models.Model):
    """A case that a notice was about (公示所涉办件): the same case is posted once per kind, unless it was taken down."""

    posting = models.ForeignKey(
        Posting,
        on_delete=models.RESTRICT,  # evidence that the case was published
        related_name="cases",
        verbose_name="公示",
    )
    kind = models.CharField("公示种类", max_length=24, choices=NoticeKind)
    case_number = models.CharField("办件编号", max_length=40)
    stands = models.BooleanField("仍有效", default=True)

    class Meta:
        db_table = "papers_posted_case"
        verbose_name = "公示所涉办件"
        constraints = [
            models.UniqueConstraint(fields=["kind", "case_number"], condition=Q(stands=True), name="posted_case_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_number} {self.get_kind_display()}"
