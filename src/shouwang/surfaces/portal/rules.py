"""What the rules say, in plain words (政策怎么说): for whoever reads a notice or thinks of applying."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from shouwang.register.procedure.choices import Matter
from shouwang.stream.rules.queries import pack_in_force
from shouwang.stream.rules.steps import frozen_procedure
from shouwang.surfaces.portal.pages import portal_page, show, village_named

CLASSES = "monitored_classes"
UNITS = {"calendar_days": "天", "working_days": "个工作日", "hours": "小时"}
WITHIN, HANGS = "within", "notice"


@portal_page
@require_safe
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """Who can be helped, how it goes step by step with the days that hold in this village, and what to do against it."""
    place, on = village_named(code), timezone.localdate()
    context = {
        "village": place,
        "classes": _classes(on),
        "steps": _steps(Matter.DETERMINATION, place.range_low, on),
        "clearing": _steps(Matter.CLEARANCE, place.range_low, on),
    }
    return show(request, "rules.html", context)


def _classes(on: date) -> list[dict[str, str]]:
    """The monitored classes with what they mean; what follows the first semicolon of a note is for policy staff."""
    held = pack_in_force(settings.PACK, on=on).lists.get(CLASSES)
    items = held.on(on).values() if held else ()
    return [{"title": one.title, "note": (one.note or "").partition("；")[0]} for one in items]


def _steps(matter: str, place_number: int, on: date) -> list[dict[str, str]]:
    """The steps of a procedure with who does them and how many days the pack gives."""
    found = frozen_procedure(matter, settings.PACK, on=on, place_number=place_number)
    return [
        {"title": step["title"], "who": "、".join(step["actors"]), "days": _days(step["limits"])}
        for step in found.steps
    ]


def _days(limits: dict[str, Any]) -> str:
    said = []
    for kind, words in ((WITHIN, "要在{}内办"), (HANGS, "张贴至少{}")):
        limit = limits.get(kind) or {}
        if limit.get("value") is not None:
            said.append(words.format(f"{limit['value']}{UNITS.get(limit['unit'], '')}"))
    return "，".join(said)
