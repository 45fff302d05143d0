"""Django's entry for this module."""

from django.apps import AppConfig


class MachinesConfig(AppConfig):
    """Registers the module's tables (部门系统)."""

    name = "shouwang.register.machines"
    label = "machines"
    verbose_name = "部门系统"
