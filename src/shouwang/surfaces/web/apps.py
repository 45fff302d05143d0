"""Django's entry for the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers templates, tags and static files of the staff pages (工作人员网页)."""

    name = "shouwang.surfaces.web"
    label = "web"
    verbose_name = "工作人员网页"
