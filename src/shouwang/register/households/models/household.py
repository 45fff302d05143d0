"""The household (农户) with its living conditions."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from shouwang.register.households.choices import ClearanceManner, HouseGrade, HouseholdKind, MonitoredClass
from shouwang.register.households.models.fields import cipher, code, lookup, quantity, yes_no
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


class HouseholdQuerySet(models.QuerySet["Household"]):
    """Households with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Households inside the actor's place range; nobody else's, and none without the permission."""
        if not actor.may(Permission.SEE_HOUSEHOLDS):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)


class Household(models.Model):
    """One household of record (户籍户) as of the last import."""

    household_id = models.CharField("户编号", max_length=40, primary_key=True)
    place = models.ForeignKey(
        "places.Place",
        on_delete=models.RESTRICT,  # a village with households stays
        verbose_name="行政村",
    )
    place_number = models.BigIntegerField("行政村代码", help_text="twelve digits as a number: scope is a range of it")
    group_name = models.CharField("村民小组", max_length=60, null=True)
    head_name = models.CharField("户主", max_length=60, blank=True)
    head_pinyin = models.CharField("户主拼音", max_length=120, blank=True)
    members = models.IntegerField("人口数", default=0)
    kind = code("户类型", HouseholdKind)
    phone_cipher = cipher("户联系电话")
    phone_lookup = lookup("户联系电话")
    house_grade = code("房屋等级", HouseGrade)
    house_area = quantity("住房面积(㎡)")
    water_safe = yes_no("是否解决安全饮用水")
    has_electricity = yes_no("是否通生活用电")
    has_toilet = yes_no("是否有卫生厕所")
    toilet_works = yes_no("卫生厕所是否能正常使用")
    road_hardened = yes_no("入户道路是否硬化")
    road_distance_km = quantity("与村主干路距离(公里)")
    farmland_mu = quantity("耕地面积(亩)")
    forest_mu = quantity("林地面积(亩)")
    grain_to_green_mu = quantity("退耕还林面积(亩)")
    orchard_mu = quantity("林果面积(亩)")
    pasture_mu = quantity("牧草地面积(亩)")
    water_surface_mu = quantity("水面面积(亩)")
    relocated = yes_no("易地搬迁户")
    no_labour_flag = yes_no("整户无劳动能力兜底保障户")
    monitored_class = code("监测对象类别", MonitoredClass)
    monitored_on = models.DateField("识别监测时间", null=True)
    cleared_on = models.DateField("消除监测时间", null=True)
    clearance_manner = code("风险消除方式", ClearanceManner)
    checked_until = models.DateField("核查无风险至", null=True)
    collector_name = models.CharField("信息采集人", max_length=60, null=True)
    collector_phone_cipher = cipher("信息采集人联系电话")
    collector_phone_lookup = lookup("信息采集人联系电话")

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        db_table = "households_household"
        verbose_name = "农户"
        constraints = [
            models.CheckConstraint(
                condition=Q(place_number__gte=10**11, place_number__lt=10**12), name="place_12_digits"
            ),
            models.CheckConstraint(condition=Q(members__gte=0), name="household_members_counted"),
            models.CheckConstraint(
                condition=Q(phone_cipher=None, phone_lookup=None) | ~Q(phone_cipher=None) & ~Q(phone_lookup=None),
                name="household_phone_paired",
            ),
        ]
        indexes = [
            models.Index(fields=["place_number", "household_id"], name="household_by_place"),
            GinIndex(fields=["head_name"], opclasses=["gin_trgm_ops"], name="household_head_trgm"),
            GinIndex(fields=["head_pinyin"], opclasses=["gin_trgm_ops"], name="household_pinyin_trgm"),
            models.Index(fields=["phone_lookup"], name="household_phone"),
            models.Index(
                fields=["place_number", "monitored_on"],
                include=["household_id", "monitored_class", "cleared_on"],  # counting reads no rows
                condition=Q(monitored_class__isnull=False),
                name="household_monitored",
            ),
        ]

    def __str__(self) -> str:
        return self.household_id
