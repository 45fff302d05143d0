"""Words for the working calendar (工作日历用语)."""

from django.db import models


class DayKind(models.TextChoices):
    """What is special about a day (特殊日): weekends are free and other days worked unless a row says otherwise."""

    HOLIDAY = "holiday", "放假"
    WORKING = "working", "调休上班"


class DayUnit(models.TextChoices):
    """How a limit counts its days (天数单位), as the policy packs write it."""

    CALENDAR_DAYS = "calendar_days", "日"
    WORKING_DAYS = "working_days", "个工作日"
