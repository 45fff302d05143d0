"""The village's QR sheet (村二维码): one code to apply and to ask, one for the notice board; printed and put up."""

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from shouwang.register.papers.queries import board_key
from shouwang.register.places.choices import Level
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.place_choice import chosen_place

TITLE = "村二维码"
APPLY, BOARD = "家里有难处，扫这里", "村里的公示，扫这里"


@page(Permission.ISSUE_PAPER)
@require_GET
def village_codes(request: StaffRequest) -> HttpResponse:
    """Choose a village of the own area; the sheet of that village, to print."""
    places = chosen_place(request.actor, request.GET)
    village = places.place if places.place.level == Level.VILLAGE else None
    if request.headers.get("HX-Request"):
        return render(request, "web/parts/places.html", {"places": places})
    codes = []
    if village is not None:
        board = reverse("village_board", args=[board_key(village.range_low)])
        codes = [
            _code(APPLY, "申请帮扶、查办到哪里了。不要钱，不用下载。", reverse("portal_village", args=[village.code])),
            _code(BOARD, "正在公示的名单。有不同意见，可以在里面提。", board),
        ]
    context = {"crumbs": [{"title": TITLE, "address": ""}], "places": places, "village": village, "codes": codes}
    return render(request, "web/village_codes.html", context)


def _code(title: str, sentence: str, path: str) -> dict[str, str]:
    address = f"{settings.PUBLIC_ADDRESS}{path}"
    drawn = segno.make(address, error="m", micro=False).svg_data_uri(border=2, scale=8)
    return {"title": title, "sentence": sentence, "address": address, "drawn": drawn}
