"""Django's entry for the pages for households."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers templates and static files of the portal (农户门户)."""

    name = "shouwang.surfaces.portal"
    label = "portal"
    verbose_name = "农户门户"
