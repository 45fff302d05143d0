"""The table of results, continued: start-up, deliveries, one feed, many people at once, a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.results_lines import Line, kind_of, section, times

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


def febrl(report: Report) -> Iterator[str]:
    """Public truth of another country: links, and what a person is asked about."""
    ways = report["ways"]
    ours, peer = ways["shouwang"], ways["splink defaults"]
    lines = [
        Line("F1 of links", ours["f1"], 0.99, unit="", digits=4, detail=times(ours)),
        Line("F1 less that of Splink's defaults", ours["f1"] - peer["f1"], 0, unit="", digits=4, detail=times(peer)),
    ]
    yield from section(f"Public truth: febrl4, {report['records']:,} records twice", report, lines)
    yield from _linkers(ways)
    yield (
        "\nThe records are Australian. Ours are compared by the scheme for Latin letters, with weights learnt from the two files "
        "without their truth. *shouwang* is told that both are lists of the same people, each once; *as a delivery* it is not, and "
        "what a relative might explain goes to a person, which counts as not linked. *recordlinkage* and Splink have the comparisons of "
        "their documentation, the same candidates, and of each record the best above 0.95."
    )
    if "pseudopeople" in report:
        other = report["pseudopeople"]
        yield (
            f"\n*pseudopeople*, invented and blurred by others: {other['records']:,} people of a census sought on a social security "
            f"list of {other['residents']:,}, by name, birth date and sex. Recall counts those who stand on both."
        )
        yield from _linkers(other["ways"])


def _linkers(ways: dict[str, Report]) -> Iterator[str]:
    yield "\n| way | seconds | precision | recall | F1 | wrong links | put before a person | of these the first is right |"
    yield "|---|---|---|---|---|---|---|---|"
    for way, told in ways.items():
        quality = " | ".join(f"{told[name]:.4f}" for name in ("precision", "recall", "f1"))
        yield (
            f"| {way} | {told['seconds']} | {quality} | {told['wrong']} | {told['proposed']:,} | {told['proposed_right']:,} |"
        )


def crowd(report: Report) -> Iterator[str]:
    """What people waited while everyone was screened, by page."""
    area, boards, runs = report["area"], report["dashboards"], report["screenings"]
    detail = f"{report['waited_median_ms']} median, {report['answers']:,} pages, {report['per_second']} a second"
    lines = [
        Line("people waited, 95th percentile", report["waited_p95_ms"], 300, unit="ms", at_most=True, digits=0,
             detail=detail),
        Line("dashboards, 95th percentile", boards["waited_p95_ms"], 200, unit="ms", at_most=True, digits=0,
             detail=f"{boards['waited_median_ms']} median, {boards['answers']:,} pages"),
        Line("pages that failed", report["failed"], 0, unit="", at_most=True, digits=0),
    ]  # fmt: skip
    title = (
        f"{report['users']} people at once during a screening: a {kind_of(area)} of {area['households']:,} households"
    )
    yield from section(title, report, lines)
    seconds = ", ".join(str(run["seconds"]) for run in runs)
    yield (
        f"\nOne person in five is a household on the portal. Each reads for {report['think_s']:g} s between two pages, on "
        f"average. Meanwhile {len(runs)} screenings of all of it, register read, judged and published, took {seconds} "
        "seconds. Milliseconds; *waited* has network and queue in it.\n"
    )
    names = ("answers", "waited_median_ms", "waited_p95_ms", "server_median_ms", "server_p95_ms")
    yield "| page | answers | waited median | waited p95 | server median | server p95 |"
    yield "|---|---|---|---|---|---|"
    for name, found in report["pages"].items():
        yield f"| {name} | {' | '.join(str(found[one]) for one in names)} |"


def cluster(report: Report) -> Iterator[str]:
    """Both ways at every size, and from where on a larger cluster would overtake one machine."""
    sizes = report["sizes"]
    rules = next(iter(sizes.values()))["rules"]
    title = f"Spark standalone cluster of {report['workers']} workers ({report['memory']} each), {rules} rules"
    yield from section(title, report, [])
    yield "\n| residents | rows | one machine s | range | Spark s | range | ÷ | session s | same hits |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for residents, told in sizes.items():
        one, other = told["ours"], told["spark"]
        spread = [f"{low}–{high}" for low, high in (one["range"], other["range"])]
        same = "yes" if one["hash"] == other["hash"] else "**no**"
        yield (
            f"| {int(residents):,} | {told['rows']:,} | {one['seconds']} | {spread[0]} | {other['seconds']} | {spread[1]} "
            f"| {other['seconds'] / one['seconds']:.1f} | {other['session_s']} | {same} |"
        )
    if "lines" in report:
        lines, at = report["lines"], report["overtakes_at"]
        told = "; ".join(f"{cores} cores: {f'{n:,} residents' if n else 'never'}" for cores, n in at.items())
        level = 2 * lines["spark"]["per_million_s"] / lines["ours"]["per_million_s"]
        yield (
            f"\nLines through these sizes: one machine {lines['ours']['fixed_s']} s + {lines['ours']['per_million_s']} s a "
            f"million residents, Spark on two cores {lines['spark']['fixed_s']} s + {lines['spark']['per_million_s']} s. A cluster "
            f"that shared the work perfectly would overtake one machine with two cores at: {told}. With {level:,.0f} cores a resident "
            "would cost it as much time as one machine."
        )


def linkage_large(report: Report) -> Iterator[str]:
    """A million records against three million residents."""
    ours = report["departments"]["shouwang"]
    low, high = ours["seconds_range"]
    lines = [
        Line("precision", ours["precision"], 0.9999, unit="", digits=5),
        Line("recall", ours["recall"], 0.998, unit="", digits=4),
        Line("recall from name, birth date and number alone", report["bare"]["shouwang"]["recall"], 0.99, unit="", digits=4),
        Line("seconds with a stored model", ours["seconds"], 40, unit="s", at_most=True, digits=1,
             detail=f"{ours['seconds']} ({low}–{high}), {report['runs']}"),
        Line("peak memory", ours["peak_mb"], 3072, unit="MB", at_most=True, digits=0),
    ]  # fmt: skip
    title = f"Linkage: {report['records']:,} records against {report['residents']:,} residents"
    yield from section(title, report, lines)
    bare = report["bare"]["shouwang"]
    yield (
        f"\nCPU {ours['cpu_seconds']} s. With nothing but name, birth date and number: {bare['seconds']} s "
        f"({bare.get('runs', report['runs'])} runs), precision "
        f"{bare['precision']:.5f}. The register is made ready within these seconds."
    )


def page_weight(report: Report) -> Iterator[str]:
    """A list and the dashboard on a slow line, beside the same list in Vue and Element Plus."""
    ways = report["ways"]
    lines = []
    for way, said, seconds, kilobytes in (("list", "list page", 1.0, 60), ("dashboard", "dashboard", 2.5, 350)):
        told = ways[way]
        low, high = told["range_s"]
        detail = f"{told['ready_s']} ({low}–{high}), {told['runs']}; first paint {told['paint_s']} s"
        lines += [
            Line(f"{said} ready", told["ready_s"], seconds, unit="s", at_most=True, detail=detail),
            Line(f"{said} over the line", told["kb"], kilobytes, unit="KB", at_most=True, digits=0),
        ]
    yield from section(
        "Pages on a slow line: 1.5 Mbit/s, 120 ms there and back, processor slowed four times", report, lines
    )
    peer = ways["vue_list"]
    yield (
        f"\nThe same list in Vue 3 and Element Plus, in the same run: ready after {peer['ready_s']} s, {peer['kb']:.0f} KB. Ready "
        "is the latest of: the rows stand there, everything asked for has come, something was painted; the cache is empty."
    )


SECTIONS = {
    "page_weight": page_weight,
    "febrl": febrl,
    "linkage_large": linkage_large,
    "startup": startup,
    "delivery": delivery,
    "arrival": arrival,
    "crowd": crowd,
    "cluster": cluster,
}
