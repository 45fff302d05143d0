"""What the benchmark of deliveries measures, each in a process of its own: seconds, CPU seconds, peak memory, parts."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Told = dict[str, Any]


def read_utf8(home: Path) -> Told:
    """A million rows of csv in UTF-8: opened, typed, checked."""
    return _read(home / "utf-8.csv")


def read_gb18030(home: Path) -> Told:
    """The same in GB18030."""
    return _read(home / "gb18030.csv")


def read_xlsx(home: Path) -> Told:
    """A worksheet: opened, typed, checked."""
    return _read(home / "sheet.xlsx")


def _read(path: Path) -> Told:
    from shouwang.stream.feeds.reading import read_delivery

    source = _source()
    clock = Clock()
    found = read_delivery(path, source)
    return clock.told({"rows": found.rows_in, "rejected": found.rejected, "accepted": found.accepted})


def whole(home: Path) -> Told:
    """The whole way of the csv: read, receipt with its root over every row, linked with the stored model, stored."""
    from shouwang.register.places.reading import read_places
    from shouwang.stream.feeds.reading import read_delivery
    from shouwang.stream.feeds.receipt import make_receipt
    from shouwang.stream.linkage.matching import link_feed
    from shouwang.stream.screening.inputs import village_names

    source = _source()
    residents, households = (pq.read_table(home / f"register/{name}.parquet") for name in ("residents", "households"))
    places = village_names(read_places())
    clock = Clock()
    found = read_delivery(home / "utf-8.csv", source)
    clock.lap("read")
    receipt = make_receipt(found, source, sequence=1)
    clock.lap("receipt")
    linked = link_feed(found.table, source, residents, households, places=places)
    clock.lap("link")
    kept = linked.table.select([name for name in linked.table.column_names if name not in ("name", "id_number", "phone")])
    pq.write_table(kept, home / "batch.parquet", compression="zstd")
    clock.lap("store")
    linked_rows = linked.table.num_rows - linked.table["resident_id"].null_count
    return clock.told({"rows": found.rows_in, "root": receipt["root"], "linked": linked_rows})


def _source() -> Any:
    from shouwang.policy.loading import find_pack
    from shouwang.policy.sources import load_sources

    return load_sources(find_pack("national"))["medical_settlements"]


class Clock:
    """Wall and CPU seconds, children included, since it was made."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self.started = self.lapped = time.perf_counter()
        self.cpu = _cpu()

    def lap(self, name: str) -> None:
        """Note the seconds since the last lap."""
        now = time.perf_counter()
        self.parts[name], self.lapped = round(now - self.lapped, 3), now

    def told(self, more: Told) -> Told:
        """All that is known, as JSON may hold it."""
        seconds, cpu = time.perf_counter() - self.started, _cpu() - self.cpu
        told = {"seconds": round(seconds, 3), "cpu_seconds": round(cpu, 3), "peak_mb": _peak_mb()}
        return told | ({"parts": self.parts} if self.parts else {}) | more


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak_mb() -> int:
    status = Path("/proc/self/status")
    held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(held.split()[1]) // 1024


WAYS: dict[str, Callable[[Path], Told]] = {
    "csv": read_utf8, "csv gb18030": read_gb18030, "xlsx": read_xlsx, "whole": whole,
}  # fmt: skip


def measure(way: str, home: Path) -> Told:
    """One way, once."""
    pa.set_cpu_count(max(1, pa.cpu_count()))
    return WAYS[way](home)
