"""Reading places (查区划)."""

from collections.abc import Iterable, Mapping

from django.db.models import Q, QuerySet

from shouwang.register.places.choices import CodeSystem, Level
from shouwang.register.places.models import Place


def places_at(level: str, *, range_low: int = 0, range_high: int = 10**12) -> QuerySet[Place]:
    """Current places of one level inside a numeric range, in code order."""
    return _current().filter(level=level, range_low__gte=range_low, range_high__lte=range_high).order_by("range_low")


def place_of(code: str) -> Place | None:
    """The current place with this code in the statistics bureau's system, None when there is none."""
    return _current().filter(code=code).first()


def place_and_lists(code: str, wanted: Mapping[str, str]) -> tuple[Place | None, dict[str, list[Place]]]:
    """The place with this code, and for each level the places whose code begins so (地区选择), in one query."""
    asked = Q(code=code)
    for level, prefix in wanted.items():
        low, width = int(prefix.ljust(12, "0")), 10 ** (12 - len(prefix))
        asked |= Q(level=level, range_low__gte=low, range_high__lte=low + width)
    found = list(_current().filter(asked).order_by("range_low"))
    lists = {
        level: [one for one in found if one.level == level and one.code.startswith(prefix)]
        for level, prefix in wanted.items()
    }
    return next((one for one in found if one.code == code), None), lists


def place_names(numbers: Iterable[int]) -> dict[int, str]:
    """Twelve-digit village numbers → full names (县 乡镇 村)."""
    rows = _current().filter(level=Level.VILLAGE, range_low__in=set(numbers))
    return dict(rows.values_list("range_low", "full_name"))


def full_names(codes: Iterable[str]) -> dict[str, str]:
    """Codes of any level → full names."""
    return dict(_current().filter(code__in=set(codes)).values_list("code", "full_name"))


def path_of(place: Place, *, within: str = "") -> list[Place]:
    """The place and those above it, from the widest or the one with the code `within` down, for breadcrumbs."""
    path = [place]
    while path[0].code != within and path[0].parent is not None:
        path.insert(0, path[0].parent)
    return path


def child_level(level: str) -> str:
    """The level below a level; a village has none and is its own."""
    order = list(Level.values)
    return order[min(order.index(level) + 1, len(order) - 1)]


def place_counts() -> dict[str, int]:
    """Level → number of current places."""
    return {level: _current().filter(level=level).count() for level in Level.values}


def _current() -> QuerySet[Place]:
    return Place.objects.filter(system=CodeSystem.NBS, valid_until=None)
