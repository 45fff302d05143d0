"""Applying (申请帮扶): find the village, four fields and two choices, and a code to ask with. No account, no script."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from shouwang.kernel.case_codes import grouped
from shouwang.kernel.errors import Refusal
from shouwang.register.households.choices import RiskKind
from shouwang.register.places.choices import Level
from shouwang.register.places.queries import Place, child_level, path_of, place_of, places_at
from shouwang.stream.self_service.actions import (
    PLEDGE,
    Receipt,
    SentOtherwise,
    TooMany,
    Wish,
    apply_for_help,
)
from shouwang.stream.self_service.queries.progress import spoken_day
from shouwang.surfaces.portal.pages import portal_page, show, village_named, within_village
from shouwang.surfaces.portal.remembering import address_of, remember_opened

TROUBLES = (
    (RiskKind.ILLNESS, "看病花钱多"),
    (RiskKind.EDUCATION_COST, "孩子上学花钱多"),
    (RiskKind.DISABILITY, "家里有残疾人"),
    (RiskKind.DISASTER, "遭了水灾、火灾、旱灾"),
    (RiskKind.ACCIDENT, "出了意外"),
    (RiskKind.BUSINESS_FAILURE, "种养、生意亏了"),
    (RiskKind.UNSTABLE_WORK, "没活干、工钱拿不到"),
    (RiskKind.LACK_OF_LABOUR, "家里没人能干活"),
    (RiskKind.HOUSING, "房子不安全"),
    (RiskKind.WATER, "喝水有困难"),
    (RiskKind.OTHER, "别的、说不清"),
)
"""Kinds of trouble as people say them."""
TRY_AGAIN_SECONDS = "300"


@portal_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The portal's first page: what can be done here, and the way to one's village for whoever has no QR code."""
    place = place_of(request.GET.get("place", "")) if request.GET.get("place") else None
    if place is not None and place.level == Level.VILLAGE:
        return village(request, place.code)
    level = child_level(place.level) if place else Level.COUNTY
    low, high = (place.range_low, place.range_high) if place else (0, 10**12)
    context = {
        "place": place,
        "path": path_of(place) if place else [],
        "places": list(places_at(level, range_low=low, range_high=high)),
    }
    return show(request, "home.html", context)


@portal_page
@require_safe
def village(request: HttpRequest, code: str) -> HttpResponse:
    """A village's own page, behind the short address of its QR code."""
    return show(request, "village.html", {"village": village_named(code)})


@csrf_exempt  # nobody is signed in here: there is no right of anybody that a foreign page could use
@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """The form; sent twice it is one application, and what was typed stays when something is missing."""
    place = village_named(code)
    if request.method != "POST":
        return _form(request, place, {}, "", _new_key())
    given = request.POST
    try:
        with within_village(place.range_low) as actor:
            receipt = apply_for_help(
                wish=_wish(given, place), form_key=given.get("form_key", ""), address=address_of(request), actor=actor,
                at=timezone.now(),
            )  # fmt: skip
    except SentOtherwise as changed:
        return _form(request, place, given, str(changed), _new_key(), status=422)
    except TooMany as crowd:
        response = _form(request, place, given, str(crowd), given.get("form_key", ""), status=429)
        response["Retry-After"] = TRY_AGAIN_SECONDS
        return response
    except Refusal as refusal:
        return _form(request, place, given, str(refusal), given.get("form_key") or _new_key(), status=422)
    return _receipt(request, place, receipt)


def _form(
    request: HttpRequest, place: Place, given: Any, wrong: str, form_key: str, *, status: int = 200
) -> HttpResponse:
    context = {
        "village": place,
        "given": given,
        "wrong": wrong,
        "form_key": form_key,
        "troubles": TROUBLES,
        "pledge": PLEDGE,
    }
    return show(request, "apply.html", context, status=status)


def _wish(given: Any, place: Place) -> Wish:
    whose = {"self": False, "other": True}.get(given.get("whose", ""))
    return Wish(
        place_number=place.range_low,
        name=given.get("name", "").strip()[:60],
        identity=given.get("identity", "").strip()[:60],
        phone=given.get("phone", "").strip()[:30],
        what=given.get("what", "").strip()[:1000],
        on_behalf=whose,
        trouble=given.get("trouble", ""),
        heard=given.get("heard") == "1",
    )


def _receipt(request: HttpRequest, place: Place, receipt: Receipt) -> HttpResponse:
    context = {
        "village": place,
        "code": grouped(receipt.code),
        "due": spoken_day(receipt.due_on),
        "on_behalf": receipt.application.on_behalf,
    }
    response = show(request, "receipt.html", context)
    remember_opened(response, request, receipt.application.pk)
    return response


def _new_key() -> str:
    return secrets.token_urlsafe(16)
