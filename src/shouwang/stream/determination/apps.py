"""Django's entry for this module."""

from django.apps import AppConfig


class DeterminationConfig(AppConfig):
    """Registers the module's tables (识别认定)."""

    name = "shouwang.stream.determination"
    label = "determination"
    verbose_name = "识别认定"
