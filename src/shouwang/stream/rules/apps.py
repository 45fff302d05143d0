"""Django's entry for this module."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """Registers the module's tables (规则修订)."""

    name = "shouwang.stream.rules"
    label = "rules"
    verbose_name = "规则修订"
