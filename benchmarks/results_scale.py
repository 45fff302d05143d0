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


SECTIONS = {"startup": startup}
