"""Which place a page speaks of (所选地区): from the address, never wider than the actor's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from shouwang.register.places.choices import Level
from shouwang.register.places.queries import Place, path_of, place_and_lists
from shouwang.register.staff.queries import Actor

WIDTHS = {"county": 6, "township": 9, "village": 12}
"""Name of the select → digits of the code that it gives."""


@dataclass(frozen=True)
class PlaceChoice:
    """The chosen place with what the three selects offer; `fixed` are those that the post decides."""

    place: Place
    county: str
    township: str
    village: str
    counties: list[Place]
    townships: list[Place]
    villages: list[Place]
    fixed: dict[str, bool]

    @property
    def range_low(self) -> int:
        """First village number of the place."""
        return self.place.range_low

    @property
    def range_high(self) -> int:
        """First village number after the place."""
        return self.place.range_high


def chosen_place(actor: Actor, given: Mapping[str, str]) -> PlaceChoice:
    """The narrowest place that the filters name; a place outside the actor's area is not found."""
    own = actor.place_code
    codes = {name: _code(own, given.get(name, ""), width) for name, width in WIDTHS.items()}
    # A township that lies in another county than the chosen one is left over from the last choice.
    if not codes["township"].startswith(codes["county"]):
        codes["township"] = ""
    if not codes["village"].startswith(codes["township"] or codes["county"]):
        codes["village"] = ""
    code = codes["village"] or codes["township"] or codes["county"] or own
    offered = {str(Level.COUNTY): own[:6], str(Level.TOWNSHIP): codes["county"], str(Level.VILLAGE): codes["township"]}
    place, lists = place_and_lists(code, {level: prefix for level, prefix in offered.items() if prefix})
    if place is None:
        raise Http404
    return PlaceChoice(
        place=place,
        **codes,
        counties=lists.get(Level.COUNTY, []),
        townships=lists.get(Level.TOWNSHIP, []),
        villages=lists.get(Level.VILLAGE, []),
        fixed={name: len(own) >= width for name, width in WIDTHS.items()},
    )


def _code(own: str, given: str, width: int) -> str:
    """The code of one select: the actor's own where the post fixes it, else the given one inside the own area."""
    if len(own) >= width:
        if given and given != own[:width]:
            raise Http404
        return own[:width]
    if not given:
        return ""
    if not (given.isdigit() and len(given) == width and given.startswith(own)):
        raise Http404
    return given


def place_filter(code: str) -> dict[str, str]:
    """The filter values that choose a place, by the length of its code."""
    return {name: code[:width] for name, width in WIDTHS.items() if len(code) >= width}


def address(route: str, code: str = "", **filters: str) -> str:
    """The address of a list narrowed to a place and to further filters; empty ones are left out."""
    given = {name: value for name, value in filters.items() if value}
    query = "&".join(part for part in (_place_query(code), urlencode(given) if given else "") if part)
    return f"{_path(route)}?{query}" if query else _path(route)


@cache
def _path(route: str) -> str:
    """Where a list stands; a dashboard leads to a hundred, and they never move."""
    return reverse(route)


@lru_cache(maxsize=10_000)
def _place_query(code: str) -> str:
    return urlencode(place_filter(code))


def place_crumbs(actor: Actor, place: Place, route: str) -> list[dict[str, str]]:
    """Breadcrumbs from the actor's own place down to the chosen one, each a link to `route` narrowed to it."""
    inside = [one for one in path_of(place, within=actor.place_code) if one.code.startswith(actor.place_code)]
    return [{"title": one.name, "address": address(route, one.code)} for one in inside]
