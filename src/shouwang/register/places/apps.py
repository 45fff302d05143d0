"""Django's entry for this module."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Registers the module's tables (地区)."""

    name = "shouwang.register.places"
    label = "places"
    verbose_name = "地区"
