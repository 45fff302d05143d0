"""The table of results, continued: start-up, deliveries, one feed, many people at once, a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.results_lines import Line, section, times

Report = dict[str, Any]


def startup(report: Report) -> Iterator[str]:
    """Commands, a first demo, a restart, and what is installed."""
    helped, slowest, warm = report["help"], report["slowest_help"], report["warm"]
    size = report["installed"]
    lines = [
        Line("`shouwang --help`", helped["seconds"], 0.3, unit="s", at_most=True, detail=times(helped)),
        Line(f"slowest of {report['sub_commands']} helps (`{report['slowest']}`)", slowest["seconds"], 0.3, unit="s",
             at_most=True, detail=times(slowest)),
    ]  # fmt: skip
    yield from section(f"Start and size, demo of {report['residents']:,} residents", report, lines)
    yield (
        f"\nCPU seconds of `--help`: {helped['cpu_seconds']}, of which Python alone {report['python']['cpu_seconds']}. "
        f"First demo in an empty folder: {report['cold_s']} s; started again, the first page answers after "
        f"{times(warm)} s. Installed without test tools: {size['packages']} packages, {size['mb']} MB "
        f"({', '.join(f'{name} {mb}' for name, mb in size['heaviest_mb'].items())})."
    )


def delivery(report: Report) -> Iterator[str]:
    """Reading and checking by the second; the whole way; what crosses between the two engines."""
    ways = report["ways"]
    targets = {"csv": 200_000, "csv gb18030": 200_000, "xlsx": 40_000}
    targets |= dict.fromkeys(("to postgres, adbc", "from postgres, adbc"), 1_000_000)
    said = {"csv": "csv, UTF-8: read and checked", "csv gb18030": "csv, GB18030: read and checked",
            "xlsx": "xlsx: read and checked", "to postgres, adbc": "DuckDB to PostgreSQL, ADBC",
            "from postgres, adbc": "PostgreSQL to DuckDB, ADBC"}  # fmt: skip
    lines = [
        Line(said[way], ways[way]["rows_per_s"], target, unit="rows/s", digits=0, detail=times(ways[way]))
        for way, target in targets.items()
    ]
    size = f"{report['rows']:,} rows of csv, {report['sheet_rows']:,} of xlsx, {report['residents']:,} residents"
    yield from section(f"A large delivery: {size}", report, lines)
    yield "\n| way | rows | median s | range | CPU s | rows/s | peak MB | parts, median s |"
    yield "|---|---|---|---|---|---|---|---|"
    for way, told in ways.items():
        parts = ", ".join(f"{name} {seconds}" for name, seconds in told.get("parts", {}).items())
        low, high = told["range"]
        yield (
            f"| {way} | {told['rows']:,} | {told['seconds']} | {low}–{high} | {told['cpu_seconds']} "
            f"| {told['rows_per_s']:,} | {told['peak_mb']} | {parts} |"
        )
    yield (
        "\nCPU seconds are those of the process and its children, without PostgreSQL; peak memory is without the child that "
        "opens the file. *whole* is one csv: read and checked, receipt with a root over every row, linked with the stored "
        "model to a register that is made ready first, stored."
    )


def arrival(report: Report) -> Iterator[str]:
    """Seconds from receipt to publication, by step, and what was ready before."""
    line = Line("published after receipt", report["seconds"], 5, unit="s", at_most=True, detail=times(report))
    title = f"One feed arrives: {report['rows']:,} rows, {report['residents']:,} residents"
    yield from section(title, report, [line])
    parts = ", ".join(f"{name} {seconds}" for name, seconds in report["parts"].items())
    inside = ", ".join(f"{name} {seconds}" for name, seconds in report["screening"].items())
    before = ", ".join(f"{name} {seconds}" for name, seconds in report["before"].items())
    yield (
        f"\nMedian seconds: {parts}; of the screening {inside}. CPU {report['cpu_seconds']} s without PostgreSQL. "
        f"{report['warnings']:,} warnings stand. Ready before the clock: {before}. "
        "Warnings, gaps and doubts are the same byte for byte as those of a run from nothing."
    )


SECTIONS = {"startup": startup, "delivery": delivery, "arrival": arrival}
