"""Django's entry for this module."""

from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    """Registers the module's tables (帮扶)."""

    name = "shouwang.stream.assistance"
    label = "assistance"
    verbose_name = "帮扶"
