"""Django's entry for this module."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Registers the module's tables (对接表格)."""

    name = "shouwang.register.exchange"
    label = "exchange"
    verbose_name = "对接表格"
