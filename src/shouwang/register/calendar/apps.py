"""Django's entry for this module."""

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    """Registers the module's tables (工作日历)."""

    name = "shouwang.register.calendar"
    label = "calendar"
    verbose_name = "工作日历"
