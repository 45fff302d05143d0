"""Screening in file mode (筛查): register and feeds in, warnings, facts, gaps and doubts out; no server, no database."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shouwang.engine.frozen import Frozen, freeze
from shouwang.engine.model import LEVELS
from shouwang.engine.running import DEFAULT_ENGINE, Outcome, execute
from shouwang.kernel.errors import InputError
from shouwang.policy import Pack
from shouwang.stream.screening.inputs import Input, Prepared, prepare

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """A screening run (筛查批次): its tables and what went in."""

    warnings: pa.Table
    facts: pa.Table | None
    gaps: pa.Table
    doubts: pa.Table
    summary: dict[str, Any]


def screen(
    *,
    pack: Pack,
    register: Mapping[str, Input],
    feeds: Mapping[str, Input | Sequence[Path]],
    as_of: date,
    engine: str = DEFAULT_ENGINE,
    out: Path | None = None,
    cache: Path | None = None,
    with_facts: bool = True,
    places: pa.Table | None = None,
    progress: Progress | None = None,
) -> Run:
    """Screen all households (依据 DESIGN §4).

    ``register`` and ``feeds`` map names of the pack's sources to files (parquet, csv, xlsx), folders' worth of files, or
    Arrow tables; money in yuan. A feed that is not given makes its facts unknown. ``cache`` keeps frozen inputs and
    computed steps by content, so that a changed rule aggregates nothing again.
    Raises InputError for unknown sources, columns, engines and unreadable files.
    """
    say = progress or (lambda _: None)
    clock = Stopwatch()
    with tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        target = out or Path(scratch)
        target.mkdir(parents=True, exist_ok=True)
        (target / "run.json").unlink(missing_ok=True)
        say("读取数据")
        prepared = prepare(pack, register, feeds, Path(scratch), places=places)
        clock.lap("read")
        say("冻结输入")
        frozen = freeze(pack.sources, prepared.register, prepared.feeds, cache or Path(scratch))
        clock.lap("freeze")
        say("计算指标与规则")
        program = pack.program(as_of)
        findings = [*program.rules.values(), *program.checks.values()]
        outputs = [n for n, f in pack.facts.items() if f.entity == "household"] if with_facts else []
        outcome = execute(program, frozen, findings, target, engine=engine, outputs=outputs, cache=cache)
        clock.lap("screen")
        run = _loaded(outcome)
        summary = _summary(pack, as_of, engine, frozen, prepared, run, clock.seconds)
        if out is not None:
            # run.json comes last: a folder without it holds no finished run.
            (out / "run.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2), encoding="utf-8")
    return replace(run, summary=summary)


@dataclass
class Stopwatch:
    """Seconds per step of a run (用时)."""

    started: float = field(default_factory=time.perf_counter)
    seconds: dict[str, float] = field(default_factory=dict)

    def lap(self, step: str) -> None:
        """Note the time since the last step."""
        now = time.perf_counter()
        self.seconds[step] = round(now - self.started, 3)
        self.started = now


def _loaded(outcome: Outcome) -> Run:
    files = outcome.rendered
    facts = pq.read_table(outcome.facts) if outcome.facts else None
    tables = [pq.read_table(path) for path in (files.warnings, files.gaps, files.doubts)]
    return Run(tables[0], facts, tables[1], tables[2], {"reused_steps": len(outcome.reused)})


def _summary(
    pack: Pack, as_of: date, engine: str, frozen: Frozen, prepared: Prepared, run: Run, seconds: dict[str, float]
) -> dict[str, Any]:
    return run.summary | {
        "pack": pack.name,
        "pack_version": pack.version,
        "as_of": as_of.isoformat(),
        "engine": engine,
        "households": frozen.tables["households"].rows,
        "residents": frozen.tables["residents"].rows,
        "sources": {
            name: {"rows": t.rows, "unlinked": t.unlinked, "content": t.digest} for name, t in frozen.tables.items()
        },
        "missing_feeds": sorted(n for n, s in pack.sources.items() if s.kind == "feed" and n not in frozen.tables),
        "linked": prepared.linked,
        "rejects": prepared.rejects,
        "warnings": _counts(run.warnings, "level", LEVELS),
        "warned_households": len(pc.unique(run.warnings["household_id"])),
        "rules_hit": _counts(run.warnings, "rule", ()),
        "gaps": run.gaps.num_rows,
        "doubts": run.doubts.num_rows,
        "seconds": seconds,
    }


def _counts(table: pa.Table, column: str, names: Sequence[str]) -> dict[str, int]:
    counted = {row["values"]: row["counts"] for row in pc.value_counts(table[column]).to_pylist()}
    return {name: counted.pop(name, 0) for name in names} | dict(sorted(counted.items()))


def screen_folders(
    *, pack: Pack, register: Path, feeds: Path, as_of: date, out: Path | None = None, **options: Any
) -> Run:
    """Screen what lies in two folders: ``register/<table>`` and ``feeds/<feed>`` as parquet, csv or xlsx."""
    return screen(
        pack=pack,
        register=_folder(register, pack, "register"),
        feeds=_folder(feeds, pack, "feed"),
        as_of=as_of,
        out=out,
        **options,
    )


def _folder(folder: Path, pack: Pack, kind: str) -> dict[str, list[Path]]:
    if not folder.is_dir():
        raise InputError(f"没有文件夹“{folder}”。", "请给出存放数据文件的文件夹。")
    known = [n for n, s in pack.sources.items() if s.kind == kind]
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")) or path.suffix.lower() not in (".parquet", ".csv", ".xlsx"):
            continue
        name = path.stem.partition("-")[0]
        if name not in known:
            raise InputError(f"“{path.stem}”不是政策包里的数据源。", f"可用：{'、'.join(known)}。", file=path)
        found.setdefault(name, []).append(path)
    return found
