"""Django's entry for this module."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Registers the module's tables (人员岗位)."""

    name = "shouwang.register.staff"
    label = "staff"
    verbose_name = "人员岗位"
