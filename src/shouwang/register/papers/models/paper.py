"""Issued papers (文书): what was issued, to whom it belongs, and the fingerprints by which anybody can check it."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

CODE = r"^[0-9A-HJKMNP-TV-Z]{20}$"
"""Twenty signs of Crockford's 32: one hundred bits, none of them easily misread."""


class PaperQuerySet(models.QuerySet[Any]):
    """Papers with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Papers of places inside the actor's range; none without the permission."""
        if not actor.may(Permission.ISSUE_PAPER):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)


class Paper(models.Model):
    """One issued paper (一份文书) in one version. The files lie encrypted in the store; here is no personal datum."""

    county_code = models.CharField("县代码", max_length=6)
    year = models.IntegerField("年份")
    number = models.IntegerField("编号")
    version = models.IntegerField("版次", default=1)
    kind = models.CharField("文书种类", max_length=24)
    subject = models.CharField("对象", max_length=80, help_text="case:… posting:… or a household id")
    part = models.CharField("分件", max_length=40, blank=True, help_text="which one, where a subject has several")
    place_number = models.BigIntegerField("所属村代码")
    issuing_place = models.CharField("签发单位", max_length=80)
    issued_on = models.DateField("签发日期")
    issued_at = models.DateTimeField("签发时间")
    issued_by = models.CharField("签发人账号", max_length=40)
    fields_hash = models.CharField("内容指纹", max_length=64)
    template_hash = models.CharField("模板指纹", max_length=64)
    docx_hash = models.CharField("Word指纹", max_length=64)
    pdf_hash = models.CharField("PDF指纹", max_length=64)
    docx_path = models.CharField("Word存放位置", max_length=120)
    pdf_path = models.CharField("PDF存放位置", max_length=120)
    code = models.CharField("校验码", max_length=20, unique=True)
    superseded_by = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.RESTRICT,  # what replaced a paper stays known
        related_name="supersedes",
        verbose_name="被哪一版替代",
    )

    objects = PaperQuerySet.as_manager()

    class Meta:
        db_table = "papers_paper"
        verbose_name = "文书"
        constraints = [
            models.UniqueConstraint(fields=["county_code", "year", "number", "version"], name="paper_number_once"),
            models.UniqueConstraint(
                fields=["kind", "subject", "part"], condition=Q(superseded_by=None), name="paper_one_in_force"
            ),
            models.CheckConstraint(condition=Q(number__gte=1, version__gte=1), name="paper_numbers_counted"),
            models.CheckConstraint(
                condition=Q(place_number__gte=10**11, place_number__lt=10**12), name="paper_of_a_village"
            ),
            models.CheckConstraint(condition=~Q(superseded_by=F("id")), name="paper_not_its_own_successor"),
            models.CheckConstraint(condition=Q(code__regex=CODE), name="paper_code_unguessable"),
        ]
        indexes = [
            models.Index(fields=["subject"], name="paper_by_subject"),
            models.Index(fields=["place_number", "issued_on"], name="paper_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.county_code}-{self.year}-{self.number}-{self.version}"


class Counter(models.Model):
    """The last number of a county and year (编号簿); its row is locked while a paper is issued, so that none is lost."""

    county_code = models.CharField("县代码", max_length=6)
    year = models.IntegerField("年份")
    last = models.IntegerField("最后编号", default=0)

    class Meta:
        db_table = "papers_counter"
        verbose_name = "编号簿"
        constraints = [models.UniqueConstraint(fields=["county_code", "year"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.county_code} {self.year}"
