"""Django's entry for this module."""

from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    """Registers the module's tables (外出采集)."""

    name = "shouwang.stream.fieldwork"
    label = "fieldwork"
    verbose_name = "外出采集"
