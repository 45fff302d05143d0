"""Django's entry for this module."""

from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    """Registers the module's tables (农户)."""

    name = "shouwang.register.households"
    label = "households"
    verbose_name = "农户"
