"""The resident (家庭成员)."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from shouwang.register.households.choices import (
    DibaoKind,
    Education,
    IdKind,
    Labour,
    Relation,
    SchoolStage,
    Sex,
    TekunKind,
    WorkScope,
)
from shouwang.register.households.models.fields import cipher, code, lookup, money, yes_no
from shouwang.register.households.models.household import Household
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


class ResidentQuerySet(models.QuerySet["Resident"]):
    """Residents with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Residents of households inside the actor's place range, and none without the permission."""
        if not actor.may(Permission.SEE_HOUSEHOLDS):
            return self.none()
        return self.filter(household__place_number__gte=actor.range_low, household__place_number__lt=actor.range_high)


class Resident(models.Model):
    """One person of a household of record (户籍人口)."""

    resident_id = models.CharField("人编号", max_length=40, primary_key=True)
    household = models.ForeignKey(
        Household,
        on_delete=models.RESTRICT,  # people do not vanish with a household
        related_name="residents",
        verbose_name="户",
    )
    lives_with = models.ForeignKey(
        Household,
        null=True,
        on_delete=models.RESTRICT,  # living unit
        related_name="living_unit",
        verbose_name="共同生活户",
        help_text="the household lived with when it is not the household of record",
    )
    name = models.CharField("姓名", max_length=60, blank=True)
    name_pinyin = models.CharField("姓名拼音", max_length=120, blank=True)
    id_number_cipher = cipher("证件号码")
    id_number_lookup = lookup("证件号码")
    id_kind = code("证件类型", IdKind)
    birth_on = models.DateField("出生日期", null=True)
    sex = code("性别", Sex)
    relation = code("与户主关系", Relation)
    living_here = yes_no("是否共同生活")
    education = code("文化程度", Education)
    school_stage = code("在校生状况", SchoolStage)
    dropout_reason = models.CharField("义务教育阶段未上学原因", max_length=200, null=True)
    serious_illness = yes_no("患有大病")
    chronic_illness = yes_no("长期慢性病")
    disabled = yes_no("残疾")
    labour = code("劳动技能", Labour)
    working_away = yes_no("是否已务工")
    work_scope = code("务工所在地范围", WorkScope)
    work_place = models.CharField("务工所在县", max_length=60, null=True)
    work_months = models.IntegerField("务工时间(月)", null=True)
    monthly_wage = money("务工月收入(元)")
    employer = models.CharField("务工企业名称", max_length=120, null=True)
    work_channel = models.CharField("就业渠道", max_length=60, null=True)
    work_started_on = models.DateField("务工开始时间", null=True)
    work_ended_on = models.DateField("务工结束时间", null=True)
    resident_insured = yes_no("是否参加城乡居民基本医疗保险")
    employee_insured = yes_no("是否参加城镇职工基本医疗保险")
    critical_insured = yes_no("是否参加大病保险")
    resident_pension = yes_no("是否参加城乡居民基本养老保险")
    employee_pension = yes_no("是否参加城镇职工基本养老保险")
    dibao_kind = code("享受低保政策情况", DibaoKind)
    tekun_kind = code("享受特困供养政策情况", TekunKind)
    public_post = yes_no("公益性岗位")
    public_post_months = models.IntegerField("公益性岗位(月数)", null=True)
    phone_cipher = cipher("联系电话")
    phone_lookup = lookup("联系电话")

    objects = ResidentQuerySet.as_manager()

    class Meta:
        db_table = "households_resident"
        verbose_name = "家庭成员"
        constraints = [
            models.CheckConstraint(
                condition=Q(id_number_cipher=None, id_number_lookup=None)
                | ~Q(id_number_cipher=None) & ~Q(id_number_lookup=None),
                name="resident_id_number_paired",
            ),
            models.CheckConstraint(
                condition=Q(phone_cipher=None, phone_lookup=None) | ~Q(phone_cipher=None) & ~Q(phone_lookup=None),
                name="resident_phone_paired",
            ),
        ]
        indexes = [
            models.Index(fields=["id_number_lookup"], name="resident_id_number"),
            models.Index(fields=["phone_lookup"], name="resident_phone"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="resident_name_trgm"),
            GinIndex(fields=["name_pinyin"], opclasses=["gin_trgm_ops"], name="resident_pinyin_trgm"),
        ]

    def __str__(self) -> str:
        return self.resident_id
