"""Living conditions and the words for a member's health and work (生产生活条件), as the household file shows them."""

from datetime import date
from typing import Any

from shouwang.register.households.choices import Labour, SchoolStage
from shouwang.surfaces.web.templatetags.pages import UNKNOWN

CONDITIONS = (
    "kind",
    "house_grade",
    "house_area",
    "water_safe",
    "has_electricity",
    "has_toilet",
    "toilet_works",
    "road_hardened",
    "road_distance_km",
    "farmland_mu",
    "forest_mu",
    "grain_to_green_mu",
    "orchard_mu",
    "pasture_mu",
    "water_surface_mu",
    "relocated",
    "no_labour_flag",
)

HEALTH = (("serious_illness", "大病"), ("chronic_illness", "慢性病"), ("disabled", "残疾"))


def living_conditions(household: Any) -> list[tuple[str, str]]:
    """Title and value of each condition; what nobody has recorded reads 未知."""
    return [(str(household._meta.get_field(name).verbose_name), _words(household, name)) for name in CONDITIONS]


def _words(household: Any, name: str) -> str:
    value: Any = getattr(household, name)
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, bool):
        return "是" if value else "否"
    shown = getattr(household, f"get_{name}_display", None)
    return str(shown()) if shown else f"{value:f}".rstrip("0").rstrip(".")


def age_on(birth_on: date | None, day: date) -> int | None:
    """Full years on a day, None when the birth date is unknown."""
    if birth_on is None:
        return None
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def health_words(resident: Any) -> list[str]:
    """What is recorded of a member's health."""
    return [word for name, word in HEALTH if getattr(resident, name)]


def doing_words(resident: Any) -> str:
    """What a member does: school, work away from home, or the ability to work."""
    words = []
    if resident.school_stage and resident.school_stage != SchoolStage.NONE:
        words.append(SchoolStage(resident.school_stage).label)
    if resident.working_away:
        words.append(f"在{resident.work_place}务工" if resident.work_place else "外出务工")
    if not words and resident.labour:
        words.append(str(Labour(resident.labour).label))
    return "，".join(words)
