"""Django's entry for self-service."""

from django.apps import AppConfig


class SelfServiceConfig(AppConfig):
    """Registers what households send in by themselves (自助办理)."""

    name = "shouwang.stream.self_service"
    label = "self_service"
    verbose_name = "自助办理"
