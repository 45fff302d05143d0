"""Django's entry for this module."""

from django.apps import AppConfig


class LinkageConfig(AppConfig):
    """Registers the module's tables (人户匹配)."""

    name = "shouwang.stream.linkage"
    label = "linkage"
    verbose_name = "人户匹配"
