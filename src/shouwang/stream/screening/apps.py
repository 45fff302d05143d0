"""Django's entry for this module."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """Registers the module's tables (筛查)."""

    name = "shouwang.stream.screening"
    label = "screening"
    verbose_name = "筛查"
