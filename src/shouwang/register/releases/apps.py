"""Django's entry for this module."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Registers the module's tables (名单导出放行)."""

    name = "shouwang.register.releases"
    label = "releases"
    verbose_name = "名单导出放行"
