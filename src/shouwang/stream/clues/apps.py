"""Django's entry for this module."""

from django.apps import AppConfig


class CluesConfig(AppConfig):
    """Registers the module's tables (线索)."""

    name = "shouwang.stream.clues"
    label = "clues"
    verbose_name = "线索"
