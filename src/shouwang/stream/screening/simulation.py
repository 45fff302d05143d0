"""Simulation (模拟): two sets of rules over the same people; who would be warned, where, at what cost, and how rightly."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shouwang.engine.frozen import Frozen, freeze
from shouwang.engine.model import LEVELS
from shouwang.kernel.errors import InputError
from shouwang.policy import Pack
from shouwang.stream.screening.inputs import Input, prepare
from shouwang.stream.screening.standing import NOBODY, Standing, stand

CLASSES = (
    "monitored_class",
    "kind",
)  # columns of households by which changes are counted, the first that says something


@dataclass(frozen=True)
class Simulation:
    """What a draft would change: a row per household whose level changes, and sums by level, place, rule and benefit."""

    changes: pa.Table
    summary: dict[str, Any]


def simulate(
    *,
    baseline: Pack,
    draft: Pack,
    register: Mapping[str, Input],
    feeds: Mapping[str, Input | Sequence[Path]],
    as_of: date,
    cache: Path | None = None,
    out: Path | None = None,
    hours_per_visit: float | None = None,
    decisions: pa.Table | None = None,
) -> Simulation:
    """Run both packs on one freeze of the data and compare (B6).

    ``changes`` has household_id, place_code, before, after (levels, empty for none). What both packs have in common is
    computed once; with ``cache`` it comes from earlier runs. ``hours_per_visit`` turns newly warned households into
    hours of cadres. ``decisions`` (household_id, decided_on, confirmed) are what people found later: with them both packs
    are tested against it. Raises InputError where the packs read different data.
    """
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shouwang-")))
        kept = cache or scratch / "cache"
        prepared = prepare(baseline, register, feeds, scratch)
        frozen = freeze(baseline.sources, prepared.register, prepared.feeds, kept)
        found = compare(
            baseline=baseline,
            draft=draft,
            frozen=frozen,
            as_of=as_of,
            cache=kept,
            hours_per_visit=hours_per_visit,
            decisions=decisions,
        )
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        pq.write_table(found.changes, out / "changes.parquet")
    return found


def compare(
    *,
    baseline: Pack,
    draft: Pack,
    frozen: Frozen,
    as_of: date,
    cache: Path,
    hours_per_visit: float | None = None,
    decisions: pa.Table | None = None,
    within: tuple[int, int] | None = None,
) -> Simulation:
    """As ``simulate``, on inputs that are frozen already; ``within`` (from, exclusive until) bounds the places told of."""
    if baseline.sources != draft.sources:
        raise InputError("两个政策包的数据约定不同，不能在同一份数据上比较。", "请让草案继承同一个上级包。")
    people = frozen.households
    people = people.set_column(2, "place_code", people["place_code"].cast(pa.string()))
    inside = None if within is None else _inside(people, within)
    before = stand(baseline.program(as_of), frozen, cache, inside)
    after = stand(draft.program(as_of), frozen, cache, inside)
    changes = _changes(people, before.levels, after.levels)
    summary: dict[str, Any] = {
        "baseline": f"{baseline.name} {baseline.version}",
        "draft": f"{draft.name} {draft.version}",
        "as_of": as_of.isoformat(),
        "households": people.num_rows if inside is None else int(inside.sum()),
        **_moved(changes, before, after),
        "by_place": _by(changes, changes["place_code"]),
        "by_class": _by(changes, _classes(frozen, changes)),
        "rules": _differing(before.rules, after.rules, 0),
        "benefits": _differing(before.costs, after.costs, 0.0),
        "entitled": _differing(before.entitled, after.entitled, 0),
    }
    gained = summary["newly_warned"]
    summary["visit_hours"] = None if hours_per_visit is None else round(gained * hours_per_visit, 1)
    if decisions is not None:
        later = _later(people, decisions, as_of)
        summary["back_test"] = {"before": _tested(before, later), "after": _tested(after, later)}
    return Simulation(changes.drop_columns(["hid"]), summary)


def _inside(people: pa.Table, within: tuple[int, int]) -> np.ndarray:
    low, high = within
    numbers = pc.fill_null(people["place_code"].cast(pa.int64()), -1).to_numpy()
    found: np.ndarray = (numbers >= low) & (numbers < high)
    return found


def _changes(people: pa.Table, before: np.ndarray, after: np.ndarray) -> pa.Table:
    """Households whose level differs, in the order of villages; a null level stands for no warning."""
    at = np.flatnonzero(before != after)
    words = pa.array([*LEVELS, None])
    levels = {"before": words.take(pa.array(before[at])), "after": words.take(pa.array(after[at]))}
    rows = people.take(pa.array(at))
    return pa.table({name: rows[name] for name in ("hid", "household_id", "place_code")} | levels)


def _moved(changes: pa.Table, before: Standing, after: Standing) -> dict[str, Any]:
    gained, lost = (pc.sum(pc.is_null(changes[side])).as_py() or 0 for side in ("before", "after"))
    return {
        "levels": {
            level: {"before": int(np.sum(before.levels == rank)), "after": int(np.sum(after.levels == rank))}
            for rank, level in enumerate(LEVELS)
        },
        "newly_warned": gained,
        "no_longer_warned": lost,
        "level_changed": changes.num_rows - gained - lost,
    }


def _by(changes: pa.Table, group: pa.ChunkedArray | pa.Array) -> dict[str, dict[str, int]]:
    """Households newly, no longer and otherwise warned by what they are grouped by, the largest groups first."""
    gained, lost = pc.is_null(changes["before"]), pc.is_null(changes["after"])
    moved = {"newly_warned": gained, "no_longer_warned": lost, "level_changed": pc.invert(pc.or_(gained, lost))}
    found: dict[str, Counter[str]] = {}
    for word, rows in moved.items():
        for row in pc.value_counts(group.filter(rows)).to_pylist():
            found.setdefault(row["values"] or "", Counter())[word] = row["counts"]
    return {name: dict(found[name]) for name in sorted(found, key=lambda name: (-sum(found[name].values()), name))}


def _classes(frozen: Frozen, changes: pa.Table) -> pa.ChunkedArray:
    table = frozen.tables["households"]
    held = [name for name in CLASSES if name in table.columns]
    rows = table.table(held)
    at = pc.index_in(changes["hid"], rows["hid"])
    empty = pa.chunked_array([pa.nulls(changes.num_rows, pa.string())])
    return pc.coalesce(*(rows[name].take(at) for name in held), empty)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], none: Any) -> dict[str, dict[str, Any]]:
    both = {name: (before.get(name, none), after.get(name, none)) for name in sorted({*before, *after})}
    return {name: {"before": old, "after": new} for name, (old, new) in both.items() if old != new}


# --- back-test --------------------------------------------------------------------------------------------------------


def _later(people: pa.Table, decisions: pa.Table, as_of: date) -> dict[str, np.ndarray]:
    """Places of the households on which people decided after the day looked at: confirmed, and not confirmed."""
    after = decisions.filter(pc.greater(decisions["decided_on"], pa.scalar(as_of)))
    at = pc.index_in(after["household_id"].cast(pa.string()), people["household_id"])
    known = after.append_column("at", at).filter(pc.is_valid(at))
    confirmed = known["confirmed"]
    yes = np.unique(known["at"].filter(pc.fill_null(confirmed, False)).to_numpy())
    no = np.unique(known["at"].filter(pc.fill_null(pc.invert(confirmed), False)).to_numpy())
    return {"confirmed": yes, "not_confirmed": np.setdiff1d(no, yes)}


def _tested(standing: Standing, later: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """How a pack would have done: determined households it warned of, warned ones that turned out fine, missed ones."""
    warned = standing.levels < NOBODY
    found, false = (int(np.sum(warned[later[side]])) for side in ("confirmed", "not_confirmed"))
    rules = {
        name: {
            "confirmed": int(np.isin(later["confirmed"], hit).sum()),
            "not_confirmed": int(np.isin(later["not_confirmed"], hit).sum()),
        }
        for name, hit in standing.warned_by.items()
    }
    return {
        "confirmed": found,
        "not_confirmed": false,
        "missed": len(later["confirmed"]) - found,
        "never_decided": int(np.sum(warned)) - found - false,
        "rules": {name: counts for name, counts in rules.items() if any(counts.values())},
    }
