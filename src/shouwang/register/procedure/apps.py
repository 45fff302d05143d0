"""Django's entry for this module."""

from django.apps import AppConfig


class ProcedureConfig(AppConfig):
    """Registers the module's tables (办理)."""

    name = "shouwang.register.procedure"
    label = "procedure"
    verbose_name = "办理"
