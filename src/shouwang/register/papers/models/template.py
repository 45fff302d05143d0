"""Templates of papers (文书模板): every version that a place ever used, never overwritten."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from shouwang.register.staff.queries import Actor


class TemplateQuerySet(models.QuerySet[Any]):
    """Templates with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Templates that are used somewhere inside the actor's area, or all around it."""
        return self.filter(range_low__lt=actor.range_high, range_high__gt=actor.range_low)


class Template(models.Model):
    """One version of a template (模板版本) for a place and all below it; without a file the shipped one is used again."""

    kind = models.CharField("文书种类", max_length=24)
    place_code = models.CharField("适用地方", max_length=12)
    place_name = models.CharField("适用地方名称", max_length=80)
    range_low = models.BigIntegerField("地区范围起")
    range_high = models.BigIntegerField("地区范围止", help_text="exclusive")
    version = models.IntegerField("版本")
    content_hash = models.CharField("指纹", max_length=64, help_text="SHA-256 of the docx")
    path = models.CharField("存放位置", max_length=120, blank=True, help_text="empty: the shipped template")
    valid_from = models.DateField("启用日期")
    uploaded_by = models.CharField("上传人账号", max_length=40)
    uploaded_at = models.DateTimeField("上传时间")
    note = models.CharField("说明", max_length=200, blank=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        db_table = "papers_template"
        verbose_name = "文书模板"
        constraints = [
            models.UniqueConstraint(fields=["kind", "place_code", "version"], name="template_version_once"),
            models.CheckConstraint(condition=Q(range_low__lt=F("range_high")), name="template_range_not_empty"),
            models.CheckConstraint(condition=Q(version__gte=1), name="template_versions_counted"),
            models.CheckConstraint(condition=Q(content_hash__regex=r"^[0-9a-f]{64}$"), name="template_fingerprint"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.place_name} {self.version}"
