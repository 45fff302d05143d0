"""The places inside a place with their figures (下级地区), for the dashboard and the screen."""

from typing import Any

from shouwang.register.places.queries import child_level
from shouwang.register.staff.queries import Actor
from shouwang.stream.screening.queries import figures_by_place
from shouwang.surfaces.web.factors import stack_bar
from shouwang.surfaces.web.place_choice import PlaceChoice, address
from shouwang.surfaces.web.warned_households import SHOWN


def place_parts(actor: Actor, places: PlaceChoice) -> list[dict[str, Any]]:
    """The places inside the chosen one with their figures, gravest first."""
    level = child_level(places.place.level)
    found = figures_by_place(actor, level=level, range_low=places.range_low, range_high=places.range_high)
    drills = level != places.place.level
    densest = max(((one.red + one.orange + one.yellow) / (one.households or 1) for one in found), default=0)
    rows = []
    for one in found:
        warned = one.red + one.orange + one.yellow
        rows.append(
            {
                "name": one.name,
                "households": one.households,
                "red": one.red,
                "orange": one.orange,
                "yellow": one.yellow,
                "warned": warned,
                "density": round(1000 * warned / one.households, 1) if one.households else 0.0,
                "address": address("dashboard", one.code) if drills else address("warning_list", one.code),
                "bar": stack_bar(one.red, one.orange, one.yellow, densest * one.households),
                **{f"{name}_address": address("warning_list", one.code, level=name) for name in SHOWN},
            }
        )
    return sorted(rows, key=lambda row: (-row["density"], row["name"]))
