"""Screening in file mode (筛查): register and feeds in, warnings, facts, gaps and doubts out; no server, no database."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shouwang.engine.entitlements import OUTCOMES
from shouwang.engine.frozen import Frozen, freeze
from shouwang.engine.model import LEVELS
from shouwang.engine.running import DEFAULT_ENGINE, Entitled, Outcome, entitlements, execute
from shouwang.engine.undisturbed import undisturbed
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
    program = pack.program(as_of)
    findings = [*program.rules.values(), *program.checks.values()]
    outputs = [n for n, f in pack.facts.items() if f.entity == "household"] if with_facts else []
    with _ready(pack, register, feeds, out, cache, places, progress) as ready:
        outcome = execute(program, ready.frozen, findings, ready.target, engine=engine, outputs=outputs, cache=cache)
        ready.clock.lap("screen")
        run = _loaded(outcome)
        summary = ready.summary(pack, as_of, engine) | run.summary | _warned(run)
        ready.finish(summary)
    return replace(run, summary=summary)


@dataclass(frozen=True)
class Entitlements:
    """Benefits over everyone (待遇核对): a row per benefit and person or household that it concerns, and the sums.

    Without ``lists`` there are the sums alone: nothing was put into words.
    """

    table: pa.Table | None
    summary: dict[str, Any]


def entitle(
    *,
    pack: Pack,
    register: Mapping[str, Input],
    feeds: Mapping[str, Input | Sequence[Path]],
    as_of: date,
    engine: str = DEFAULT_ENGINE,
    out: Path | None = None,
    cache: Path | None = None,
    places: pa.Table | None = None,
    progress: Progress | None = None,
    lists: bool = True,
) -> Entitlements:
    """Compute all benefits of the pack for everyone: 应享未享, 应享在享, 不应享在享 and 未能判断, with amounts in yuan.

    Inputs as for ``screen``. The lists are for people to look into; nothing is granted or stopped by them. Without
    ``lists`` just as much is found out, and no sentence written.
    Raises InputError for unknown sources, columns, engines and unreadable files.
    """
    with _ready(pack, register, feeds, out, cache, places, progress) as ready:
        found = entitlements(pack.program(as_of), ready.frozen, engine=engine, cache=cache)
        summary = {"benefits": _by_outcome(pack, found)}
        ready.clock.lap("benefits")
        table = None
        if lists:
            table = pq.read_table(found.write(out)) if out else found.told()
            ready.clock.lap("words")
        summary = ready.summary(pack, as_of, engine) | summary
        ready.finish(summary)
    return Entitlements(table, summary)


def _by_outcome(pack: Pack, found: Entitled) -> dict[str, Any]:
    sums = {(benefit, outcome): (rows, cents) for benefit, outcome, rows, cents in found.sums()}
    return {
        name: {"title": benefit.title, "period": benefit.period}
        | {
            outcome: {"count": rows, "amount": cents / 100}
            for outcome in OUTCOMES
            for rows, cents in [sums.get((name, outcome), (0, 0))]
        }
        for name, benefit in pack.benefits.items()
    }


@dataclass
class _Ready:
    """Inputs read and frozen, where results go, and the clock of the run."""

    prepared: Prepared
    frozen: Frozen
    target: Path
    keep: bool
    clock: Stopwatch

    def summary(self, pack: Pack, as_of: date, engine: str) -> dict[str, Any]:
        """What was computed from what."""
        tables = self.frozen.tables
        return {
            "pack": pack.name,
            "pack_version": pack.version,
            "as_of": as_of.isoformat(),
            "engine": engine,
            "households": tables["households"].rows,
            "residents": tables["residents"].rows,
            "sources": {n: {"rows": t.rows, "unlinked": t.unlinked, "content": t.digest} for n, t in tables.items()},
            "missing_feeds": sorted(n for n, s in pack.sources.items() if s.kind == "feed" and n not in tables),
            "linked": self.prepared.linked,
            "rejects": self.prepared.rejects,
            "seconds": self.clock.seconds,
        }

    def finish(self, summary: dict[str, Any]) -> None:
        """run.json comes last: a folder without it holds no finished run."""
        if self.keep:
            text = json.dumps(summary, ensure_ascii=False, indent=2)
            (self.target / "run.json").write_text(text, encoding="utf-8")


@contextmanager
def _ready(
    pack: Pack,
    register: Mapping[str, Input],
    feeds: Mapping[str, Input | Sequence[Path]],
    out: Path | None,
    cache: Path | None,
    places: pa.Table | None,
    progress: Progress | None,
) -> Iterator[_Ready]:
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
        folder = cache or Path(scratch)
        with undisturbed():  # from here to the end, so that memory of the freeze serves the rules
            frozen = freeze(pack.sources, prepared.register, prepared.feeds, folder, keep=cache is not None)
            clock.lap("freeze")
            say("计算指标与规则")
            yield _Ready(prepared, frozen, target, out is not None, clock)


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


def _warned(run: Run) -> dict[str, Any]:
    return {
        "warnings": _counts(run.warnings, "level", LEVELS),
        "warned_households": len(pc.unique(run.warnings["household_id"])),
        "rules_hit": _counts(run.warnings, "rule", ()),
        "gaps": run.gaps.num_rows,
        "doubts": run.doubts.num_rows,
    }


def _counts(table: pa.Table, column: str, names: Sequence[str]) -> dict[str, int]:
    counted = {row["values"]: row["counts"] for row in pc.value_counts(table[column]).to_pylist()}
    return {name: counted.pop(name, 0) for name in names} | dict(sorted(counted.items()))


def screen_folders(*, pack: Pack, register: Path, feeds: Path, as_of: date, **options: Any) -> Run:
    """Screen what lies in two folders: ``register/<table>`` and ``feeds/<feed>`` as parquet, csv or xlsx."""
    held, delivered = folder_inputs(pack, register, feeds)
    return screen(pack=pack, register=held, feeds=delivered, as_of=as_of, **options)


def entitle_folders(*, pack: Pack, register: Path, feeds: Path, as_of: date, **options: Any) -> Entitlements:
    """All benefits over what lies in two folders, as ``screen_folders`` reads them."""
    held, delivered = folder_inputs(pack, register, feeds)
    return entitle(pack=pack, register=held, feeds=delivered, as_of=as_of, **options)


def folder_inputs(pack: Pack, register: Path, feeds: Path) -> tuple[dict[str, list[Path]], dict[str, list[Path]]]:
    """Files of two folders by register table and by feed. Raises InputError for a missing folder and an unknown name."""
    return _folder(register, pack, "register"), _folder(feeds, pack, "feed")


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
