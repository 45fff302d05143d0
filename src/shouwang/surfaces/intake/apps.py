"""Django's entry for this surface."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Registers the templates of the interface's page (机器接口)."""

    name = "shouwang.surfaces.intake"
    label = "intake"
    verbose_name = "机器接口"
