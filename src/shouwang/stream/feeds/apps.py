"""Django's entry for this module."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Registers the module's tables (部门数据)."""

    name = "shouwang.stream.feeds"
    label = "feeds"
    verbose_name = "部门数据"
