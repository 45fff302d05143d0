"""Django's entry for this module."""

from django.apps import AppConfig


class ClearanceConfig(AppConfig):
    """Registers the module's tables (风险消除)."""

    name = "shouwang.stream.clearance"
    label = "clearance"
    verbose_name = "风险消除"
