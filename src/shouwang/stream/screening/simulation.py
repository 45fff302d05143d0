"""Simulation (模拟): two sets of rules over the same people; who would be warned, where, and at what cost."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shouwang.engine.frozen import Frozen, freeze
from shouwang.engine.model import LEVELS
from shouwang.engine.running import entitlements, execute
from shouwang.kernel.errors import InputError
from shouwang.policy import Pack
from shouwang.stream.screening.inputs import Input, prepare

KEYS = ["household_id", "place_code"]
ENTITLED = ("owed", "received", "eligible")


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
) -> Simulation:
    """Run both packs on one freeze of the data and compare (B6).

    ``changes`` has household_id, place_code, before, after (levels, empty for none). What both packs have in common is
    computed once; with ``cache`` it comes from earlier runs. ``hours_per_visit`` turns newly warned households into
    hours of cadres. Raises InputError where the packs read different data.
    """
    if baseline.sources != draft.sources:
        raise InputError("两个政策包的数据约定不同，不能在同一份数据上比较。", "请让草案继承同一个上级包。")
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shouwang-")))
        kept = cache or scratch / "cache"
        prepared = prepare(baseline, register, feeds, scratch)
        frozen = freeze(baseline.sources, prepared.register, prepared.feeds, kept)
        sides = [_side(pack, frozen, as_of, kept, scratch / name) for name, pack in _named(baseline, draft)]
    changes = _changes(*(levels for levels, *_ in sides))
    summary = _summary(baseline, draft, as_of, changes, sides, hours_per_visit)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        pq.write_table(changes, out / "changes.parquet")
    return Simulation(changes, summary)


Side = tuple[pa.Table, dict[str, int], dict[str, float]]


def _named(baseline: Pack, draft: Pack) -> list[tuple[str, Pack]]:
    return [("baseline", baseline), ("draft", draft)]


def _side(pack: Pack, frozen: Frozen, as_of: date, cache: Path, folder: Path) -> Side:
    """Level of every warned household, hits by rule, and yuan by benefit."""
    folder.mkdir()
    program = pack.program(as_of)
    outcome = execute(program, frozen, [*program.rules.values()], folder, cache=cache)
    warnings = pq.read_table(outcome.rendered.warnings, columns=[*KEYS, "level", "rule"])
    rank = pc.index_in(warnings["level"], pa.array(LEVELS))
    levels = warnings.append_column("rank", rank).group_by(KEYS).aggregate([("rank", "min")])
    rules = {row["values"]: row["counts"] for row in pc.value_counts(warnings["rule"]).to_pylist()}
    return levels, rules, _cost(entitlements(program, frozen, folder, cache=cache))


def _cost(file: Path) -> dict[str, float]:
    table = pq.read_table(file, columns=["benefit", "outcome", "amount"])
    entitled = table.filter(pc.is_in(table["outcome"], pa.array(ENTITLED)))
    sums = entitled.group_by("benefit").aggregate([("amount", "sum")])
    return {row["benefit"]: float(row["amount_sum"] or 0) for row in sums.to_pylist()}


def _changes(before: pa.Table, after: pa.Table) -> pa.Table:
    both = before.rename_columns([*KEYS, "before"]).join(
        after.rename_columns([*KEYS, "after"]), keys=KEYS, join_type="full outer"
    )
    differs = pc.invert(pc.equal(pc.fill_null(both["before"], -1), pc.fill_null(both["after"], -1)))
    changed = both.filter(differs).sort_by([("place_code", "ascending"), ("household_id", "ascending")])
    words = pa.array(LEVELS)
    columns = {key: changed[key] for key in KEYS}
    return pa.table(columns | {side: words.take(changed[side].combine_chunks()) for side in ("before", "after")})


def _summary(
    baseline: Pack, draft: Pack, as_of: date, changes: pa.Table, sides: Sequence[Side], hours_per_visit: float | None
) -> dict[str, Any]:
    gained = changes.filter(pc.is_null(changes["before"]))
    lost = changes.filter(pc.is_null(changes["after"]))
    (levels_before, rules_before, cost_before), (levels_after, rules_after, cost_after) = sides
    rules = sorted({*rules_before, *rules_after})
    return {
        "baseline": f"{baseline.name} {baseline.version}",
        "draft": f"{draft.name} {draft.version}",
        "as_of": as_of.isoformat(),
        "levels": {
            level: {"before": before, "after": after}
            for level, before, after in zip(LEVELS, _by_level(levels_before), _by_level(levels_after), strict=True)
        },
        "newly_warned": gained.num_rows,
        "no_longer_warned": lost.num_rows,
        "level_changed": changes.num_rows - gained.num_rows - lost.num_rows,
        "visit_hours": None if hours_per_visit is None else round(gained.num_rows * hours_per_visit, 1),
        "by_place": _by_place(gained, lost),
        "rules": {
            name: {"before": rules_before.get(name, 0), "after": rules_after.get(name, 0)}
            for name in rules
            if rules_before.get(name, 0) != rules_after.get(name, 0)
        },
        "benefits": {
            name: {"before": cost_before.get(name, 0.0), "after": cost_after.get(name, 0.0)}
            for name in sorted({*cost_before, *cost_after})
            if cost_before.get(name) != cost_after.get(name)
        },
    }


def _by_level(levels: pa.Table) -> list[int]:
    return [pc.sum(pc.equal(levels["rank_min"], rank)).as_py() or 0 for rank in range(len(LEVELS))]


def _by_place(gained: pa.Table, lost: pa.Table) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for word, table in (("newly_warned", gained), ("no_longer_warned", lost)):
        for row in pc.value_counts(table["place_code"]).to_pylist():
            found.setdefault(row["values"] or "", {})[word] = row["counts"]
    return dict(sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0])))
