"""Django's entry for this module."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the module's tables (台账)."""

    name = "shouwang.register.ledger"
    label = "ledger"
    verbose_name = "台账"
