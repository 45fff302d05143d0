"""Villages (行政村) that the synthetic people live in: real codes and names, and how many people live in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.kernel.errors import InputError
from shouwang.register.places.reading import read_places
from shouwang.synth.chance import Draws, Numbers, around

SMALLEST = 90
"""People per village on average, at least: a small run uses fewer villages rather than empty ones."""

_TAILS = ("村村民委员会", "村民委员会", "村村委会", "村委会", "社区居民委员会", "社区居委会", "居民委员会", "居委会")


@dataclass(frozen=True)
class Villages:
    """The villages in the order of their codes; every list has one entry per village."""

    code: list[str]
    name: list[str]
    short: list[str]
    township: Numbers
    county: Numbers
    township_names: list[str]
    county_codes: list[str]
    county_names: list[str]
    city_names: list[str]
    until: Numbers
    """Residents up to and including each village: the running total that deals people out to villages."""

    def of(self, resident_number: Numbers) -> Numbers:
        """The village of the household that begins with the given running number (from 0)."""
        return np.searchsorted(self.until, resident_number, side="right").clip(0, len(self.code) - 1)


def settle(residents: int, *, seed: int, places: Sequence[str] | None = None) -> Villages:
    """Deal a number of residents out to real villages below the given code prefixes.

    Raises InputError when a prefix fits no place or no village lies below it.
    """
    table = read_places(places)
    names = dict(zip(table["code"].to_pylist(), table["name"].to_pylist(), strict=True))
    codes = table.filter(pc.equal(table["level"], "village"))["code"]
    if not len(codes):
        raise InputError("no village lies below the given places", "give the code of a county, township or village")
    rng = Draws(seed, 0).of("villages")
    chosen = _sample(rng, sorted(codes.to_pylist()), max(1, residents // SMALLEST))
    return _arranged(rng, chosen, names, residents)


def _sample(rng: np.random.Generator, codes: list[str], count: int) -> list[str]:
    """At most ``count`` villages spread evenly over the sorted list, so that every county has its share."""
    if len(codes) <= count:
        return codes
    step = len(codes) / count
    rows = np.floor((np.arange(count) + rng.random(count)) * step).astype(int)
    return [codes[row] for row in np.unique(rows)]


def _arranged(rng: np.random.Generator, codes: list[str], names: dict[str, str], residents: int) -> Villages:
    townships, township = np.unique([code[:9] for code in codes], return_inverse=True)
    counties, county = np.unique([code[:6] for code in codes], return_inverse=True)
    weight = around(rng, 1.0, 0.45, len(codes))
    until = np.round(np.cumsum(weight) / weight.sum() * residents).astype(np.int64)
    called = [names[code] for code in codes]
    return Villages(
        code=codes,
        name=called,
        short=[shortened(name) for name in called],
        township=township,
        county=county,
        township_names=[names.get(code, code) for code in townships],
        county_codes=[str(code) for code in counties],
        county_names=[names.get(code, code) for code in counties],
        city_names=[names.get(code[:4], "") for code in counties],
        until=until,
    )


def shortened(name: str) -> str:
    """The village as people write it: 塘溪村村民委员会 → 塘溪村."""
    for tail in _TAILS:
        if name.endswith(tail) and len(name) > len(tail):
            stem = name[: -len(tail)]
            return stem + ("社区" if tail.startswith("社区") else "" if stem.endswith(("村", "社区")) else "村")
    return name


def place_texts(villages: Villages) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Three ways in which a department writes a village: full name, short name, township and short name."""
    joined = [villages.township_names[t] + s for t, s in zip(villages.township, villages.short, strict=True)]
    return pa.array(villages.name), pa.array(villages.short), pa.array(joined)
