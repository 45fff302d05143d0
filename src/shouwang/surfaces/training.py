"""The sign on every page of a practice county (练习数据): nothing in it is real."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def training(request: HttpRequest) -> dict[str, Any]:
    """Whether this is a practice county, for every template."""
    return {"training": settings.TRAINING}
