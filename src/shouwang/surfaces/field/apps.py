"""Django's entry for the page of the phone."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    """Registers templates and static files of the phone's page (外出采集手机页)."""

    name = "shouwang.surfaces.field"
    label = "field"
    verbose_name = "外出采集手机页"
