"""Django's entry for this module."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    """Registers the module's tables (文书和公示)."""

    name = "shouwang.register.papers"
    label = "papers"
    verbose_name = "文书和公示"
