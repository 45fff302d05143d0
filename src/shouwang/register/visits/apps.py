"""Django's entry for this module."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Registers the module's tables (走访)."""

    name = "shouwang.register.visits"
    label = "visits"
    verbose_name = "走访"
