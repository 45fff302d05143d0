"""The table of results: every target of the project beside what was measured, reached or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks import results_scale
from benchmarks.results_lines import Line, kind_of, section, times

Report = dict[str, Any]

BENEFITS = (
    ("raw", "from deliveries: read, freeze, compute, sentences", 3),
    ("frozen", "from frozen inputs, nothing kept", 3),
    ("find", "who gets how much, from frozen inputs", 3),
    (
        "outcomes",
        "all found anew, facts kept: outcomes, amounts, what is unknown, values told; sentences when read",
        0.3,
    ),
    ("kept", "the same and every sentence written", 0.3),
    ("changed", "one amount changed, facts and other hits kept, every sentence written", 0.3),
    ("find_kept", "who gets how much, facts kept", 0.3),
)
PEERS = (
    ("postgres", "postgres", 12),
    ("pandas", "pandas", 8),
    ("sql_by_hand", "DuckDB SQL by hand", 1),
    ("polars", "polars", 1.5),
    ("orm", "a loop over Django objects", 1000),
)
FLOORS = (
    ("ours_to_floor", "screening ÷ scan floor", 4),
    ("changed_to_floor", "one changed threshold ÷ scan floor", 1),
)
UP_TO_FOUR = 3_000_000  # residents, up to whom screening may take four times the floor
SIMULATION = (
    ("filled", "first numbers, in a worker that is ready", 1),
    ("filled", "the whole table, in a worker that is ready", 3),
    ("empty", "the whole table, cache empty", 3),
    ("condition", "the whole table, a condition changed, cache filled", 3),
)


def page(reports: dict[str, Report], machine: str) -> str:
    """RESULTS.md from the figures of all benchmarks that were run."""
    parts = [
        "# Results of the benchmarks\n",
        (
            "Written by `make bench` (`python benchmarks/run.py`); do not edit. Ratios compare medians of runs that took "
            "turns in one session, each in a process of its own. Where the load average is well above 0, other work "
            f"shared the machine and times are longer than they need to be.\n\nMachine: {machine}.\n"
        ),
    ]
    for name, writer in SECTIONS.items():
        if name in reports:
            parts.append("\n".join(writer(reports[name])) + "\n")
    return "\n".join(parts)


def screening(report: Report) -> Iterator[str]:
    """Ratios first, then what every way took."""
    ways, ratios = report["ways"], report["ratios"]
    lines = []
    for ratio, said, target in FLOORS:
        if ratio in ratios:
            detail = times(ways[ratio.partition("_to_")[0]])
            lines.append(Line(said, ratios[ratio], target, at_most=True, detail=detail))
    lines += _from_delivered(report, "", 4)
    for way, said, target in PEERS:
        if f"{way}_to_ours" in ratios:
            lines.append(Line(f"faster than {said}", ratios[f"{way}_to_ours"], target, detail=times(ways[way])))
    if counted := [one["differences"] for one in ways.values() if "differences" in one]:
        lines.append(Line("hits that another way finds otherwise", sum(counted), 0, "", at_most=True, digits=0))
    if "ours" in ways:
        peak = max(ways[way]["peak_mb"] for way in ("ours", "sentences", "changed") if way in ways)
        lines.append(Line("peak memory", peak, 1024, unit="MB", at_most=True, digits=0))
    for larger in _larger(report):
        said, detail = f"{larger['residents']:,} residents", times(larger["ways"]["ours"])
        limit = 4 if larger["residents"] <= UP_TO_FOUR else 5
        lines += [
            Line(
                f"screening ÷ scan floor, {said}", larger["ratios"]["ours_to_floor"], limit, at_most=True, detail=detail
            ),
            *_from_delivered(larger, f", {said}", limit),
            Line(f"growth exponent to {said}", larger["growth"]["ours_seconds"], 1.05, unit="", at_most=True),
            Line(f"peak memory, {said}", larger["ways"]["ours"]["peak_mb"], 12_288, "MB", at_most=True, digits=0),
        ]
    size = f"{report['residents']:,} residents, {report['input_rows']:,} rows, {report['feeds_read']} feeds"
    yield from section(f"Screening: {size}, {report['rules']} rules", report, lines)
    yield "\n| way | median s | range | CPU s | ÷ floor | peak MB | runs | hits | parts, median s |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for way, told in ways.items():
        yield _way(way, told, ways.get("floor", told)["seconds"])
    hashes = {told["hash"] for told in ways.values() if told.get("share", 1) == 1 and "hash" in told}
    same = "the same" if len(hashes) == 1 else "DIFFERENT"
    yield f"\nHits of all ways, with values and what is missing, are {same} ({', '.join(sorted(hashes))})."
    for way, told in ways.items():
        if told.get("share", 1) < 1:
            judged = round(report["residents"] * told["share"])
            yield (
                f"*{way}* judged {judged:,} residents in their households, and its hits are ours of the same households; its "
                "seconds are those of all residents at the same pace."
            )
    yield f"Reading and checking the pack took {report['pack_s']} s more, once per process; it is in none of the ways."
    if "sql_by_hand" in ways:
        yield (
            "*sql_by_hand*, *polars*, *openfisca* and *orm* were written by hand (benchmarks/peers_*), with the same conditions and "
            "their own facts (OpenFisca takes sums of the feeds from DuckDB); "
            "*duckdb*, *pandas* and *postgres* carry out our own plan or expressions."
        )
    yield (
        "CPU of PostgreSQL is the client's alone. By CPU time: "
        + ", ".join(
            f"{name.removesuffix('_cpu').replace('_', ' ')} {value}" for name, value in ratios.items() if "cpu" in name
        )
        + "."
    )


def _from_delivered(report: Report, said: str, limit: int) -> list[Line]:
    """What it takes from delivered files, and how much of that is left once ids are looked up, which a file needs once."""
    ways = report["ways"]
    if not {"raw", "raw_floor", "floor"} <= {*ways}:
        return []
    told, parts = ways["raw"], ways["raw"]["parts"]
    after = sum(parts.values()) - parts["freeze"]
    known = Line(f"from delivered files, ids looked up ÷ scan floor{said}", after / ways["floor"]["seconds"], limit,
                 at_most=True, detail=f"{after:.3f} of {told['seconds']}")  # fmt: skip
    whole = Line(f"from delivered files, nothing looked up ÷ reading them{said}", report["ratios"]["raw_to_raw_floor"],
                 limit, at_most=True, detail=times(told))  # fmt: skip
    return [known, whole]


def _larger(report: Report) -> list[Report]:
    """Larger sizes; figures of former days have one at most, with its growth beside it."""
    held = report.get("larger", [])
    return held if isinstance(held, list) else [{"growth": report["growth"]} | held]


def _way(way: str, told: Report, floor: float) -> str:
    parts = ", ".join(f"{name} {seconds}" for name, seconds in told.get("parts", {}).items())
    low, high = told["range"]
    return (
        f"| {way} | {told['seconds']} | {low}–{high} | {told['cpu_seconds']} | {told['seconds'] / floor:.1f} "
        f"| {told['peak_mb']} | {told['runs']} | {told.get('hits', '')} | {parts} |"
    )


def benefits(report: Report) -> Iterator[str]:
    """Seconds against the targets, what OpenFisca found otherwise, and what was found at all."""
    ways, entitled = report["ways"], report["compared"]
    lines = [
        Line(what, ways[way]["seconds"], target, unit="s", at_most=True, detail=times(ways[way]))
        for way, what, target in BENEFITS
        if way in ways
    ]
    if entitled:
        lines.append(Line("rows that OpenFisca tells otherwise", report["differences"], 0, "", at_most=True, digits=0))
    size = f"{report['residents']:,} residents, {report['rows']:,} rows"
    yield from section(f"Benefits: all {report['benefits']} of Chenzhou, {size}", report, lines)
    yield "\n" + "\n".join(_ways(ways))
    if "openfisca" in ways:
        ratio = report["ratios"]
        yield (
            "\nThe same formulas were written a second time, by hand, in OpenFisca: all benefits, who is entitled, who "
            "receives it, what cannot be told, amounts to the 分. It takes per person what DuckDB has summed of the feeds before "
            "(sums) and writes no sentences. Its time ÷ ours from frozen inputs: "
            f"{ratio['openfisca_to_frozen']} with the sums, {ratio['formulas_to_frozen']} without. Numbers of policy that "
            "nobody knows are made up, and nothing here says what a county pays."
        )
    if entitled:
        yield "\n| benefit | entitled | not due, received | cannot tell | yuan due | differences |\n|---|---|---|---|---|---|"
    for name, one in entitled.items():
        counts = f"{one['entitled']:,} | {one['undue']:,} | {one['cannot_tell']:,} | {one['cents'] / 100:,.2f}"
        yield f"| {name} | {counts} | {one['differences']} |"


def simulation(report: Report) -> Iterator[str]:
    """The whole table of a draft: first numbers come with it, so one call stands against both targets."""
    ways = report["ways"]
    lines = [
        Line(what, ways[way]["seconds"], target, unit="s", at_most=True, detail=times(ways[way]))
        for way, what, target in SIMULATION
    ]
    lines.append(
        Line("peak memory", max(told["peak_mb"] for told in ways.values()), 1024, unit="MB", at_most=True, digits=0)
    )
    judged = f"{report['rules']} rules and {report['benefits']} benefits, before and after"
    size = f"{report['residents']:,} residents, {report['rows']:,} rows"
    yield from section(f"Simulation of a draft: {size}, {judged}", report, lines)
    yield "\n" + "\n".join(_ways(ways))
    hits = ", ".join(f"{way} {told['hits']:,}" for way, told in ways.items())
    yield f"\nHouseholds whose level changes in the first round: {hits}. With a filled and an empty cache they are the same."


def _ways(ways: dict[str, Report]) -> Iterator[str]:
    yield "| way | median s | range | CPU s | peak MB | runs | parts, median s |\n|---|---|---|---|---|---|---|"
    for way, told in ways.items():
        parts = ", ".join(f"{name} {seconds}" for name, seconds in told.get("parts", {}).items())
        low, high = told["range"]
        yield (
            f"| {way} | {told['seconds']} | {low}–{high} | {told['cpu_seconds']} | {told['peak_mb']} | {told['runs']} "
            f"| {parts} |"
        )


def reading(report: Report) -> Iterator[str]:
    detail = f"ours {report['ours_s']}, openpyxl {report['openpyxl_s']}, {report['runs']}"
    title = f"Reading an xlsx of {report['rows']:,} × 20, with row-level errors"
    yield from section(title, report, [Line("faster than openpyxl's bare pass", report["ratio"], 6, detail=detail)])


def linkage(report: Report) -> Iterator[str]:
    """The target is on what departments deliver; the harder set is noise of our own beyond it."""
    sets = {name: told for name, told in report.items() if isinstance(told, dict) and "shouwang" in told}
    ours = report["departments"]["shouwang"]
    low, high = ours["seconds_range"]
    detail = f"{ours['seconds']} ({low}–{high}), {report['runs']}"
    lines = [
        Line("precision", ours["precision"], 0.9999, unit="", digits=5),
        Line("recall", ours["recall"], 0.995, unit="", digits=4),
        Line("seconds with a stored model", ours["seconds"], 20, unit="s", at_most=True, detail=detail, digits=1),
    ]
    if "bare" in sets:
        recall = sets["bare"]["shouwang"]["recall"]
        lines.append(Line("recall from name, birth date and number alone", recall, 0.99, unit="", digits=4))
    title = f"Linkage: {report['records']:,} records against {report['residents']:,} residents"
    yield from section(title, report, lines)
    yield "\nThe targets are for records as departments deliver them (synth); *harder* has more and other slips, without target."
    yield "\n| set | way | median s | runs | peak MB | precision | recall |\n|---|---|---|---|---|---|---|"
    for name, told in sets.items():
        for way, r in told.items():
            speed = f"{r['seconds']} | {r.get('runs', report['runs'])} | {r['peak_mb']:.0f}"
            yield f"| {name} | {way} | {speed} | {r['precision']:.5f} | {r['recall']:.4f} |"
    for name, told in sets.items():
        yield f"\nBy kind of slip, *{name}*:\n"
        yield from kinds_table(told)


def kinds_table(found: Report) -> list[str]:
    """Recall of every way per kind of slip."""
    ways = list(found)
    lines = [
        f"| kind of slip | records | {' | '.join(f'recall {way}' for way in ways)} |",
        "|---" * (len(ways) + 2) + "|",
    ]
    for kind, count in found[ways[0]]["records_per_kind"].items():
        recalls = " | ".join(f"{found[way]['recall_per_kind'][kind]:.4f}" for way in ways)
        lines.append(f"| {kind} | {count:,} | {recalls} |")
    return lines


def publishing(report: Report) -> Iterator[str]:
    detail = (
        f"ours {report['publish_s']}, save() {report['save_s']} from {report['save_sample']:,} rows, {report['runs']}"
    )
    title = f"Publishing {report['rows']:,} warnings to PostgreSQL"
    yield from section(title, report, [Line("faster than one save() each", report["ratio"], 60, detail=detail)])
    yield f"\nAll save() in one transaction: {report['ratio_together']} ×. The same findings again: {report['again_s']} s."


def synth(report: Report) -> Iterator[str]:
    seconds = sorted(report["seconds"])
    middle = seconds[len(seconds) // 2]
    line = Line(
        "seconds, all feeds", middle, 180, unit="s", at_most=True, digits=1,
        detail=f"{middle} ({seconds[0]}–{seconds[-1]}), {report['runs']}",
    )  # fmt: skip
    yield from section(f"Synthetic prefecture of {report['residents']:,} residents", report, [line])


def pages(report: Report) -> Iterator[str]:
    """Server time at fifty people who read what they open; the queue without a pause; every page by itself."""
    area, people, queue = report["area"], report["people"], report["without_pause"]
    detail = f"{people['server_median_ms']} median, {people['answers']:,} pages, {people['per_second']} a second"
    title = f"Pages of a {kind_of(area)}: {area['households']:,} households, {area['cases']:,} cases, {report['users']} people"
    lines = [
        Line("server time, 95th percentile", people["server_p95_ms"], 100, unit="ms", at_most=True, digits=0,
             detail=detail),
        Line("pages that failed", people["failed"] + queue["failed"], 0, unit="", at_most=True, digits=0),
    ]  # fmt: skip
    yield from section(title, report, lines)
    yield (
        f"\nPeople read for {report['think_s']:g} s between two pages, on average (exponential). Without any pause: "
        f"{queue['per_second']} pages a second, server time {queue['server_median_ms']} ms (95th percentile "
        f"{queue['server_p95_ms']} ms), and people waited {queue['waited_median_ms']} ms, most of it in the queue. Figures in "
        f"milliseconds. {area['residents']:,} residents, {area['clues']:,} clues ({area.get('closed_clues', 0):,} of them closed), "
        f"{area.get('decided_cases', 0):,} of the cases decided, {area['warnings']:,} warnings, "
        f"{area['posts']:,} people in posts.\n"
    )
    yield "| page | answers | server median | server p95 | CPU median | waited median | waited p95 |"
    yield "|---|---|---|---|---|---|---|"
    names = ("answers", "server_median_ms", "server_p95_ms", "cpu_median_ms", "waited_median_ms", "waited_p95_ms")
    for name, found in people["pages"].items():
        yield f"| {name} | {' | '.join(str(found[one]) for one in names)} |"


SECTIONS = {
    "screening": screening,
    "benefits": benefits,
    "simulation": simulation,
    "reading_xlsx": reading,
    "linkage": linkage,
    "publishing": publishing,
    "pages": pages,
    "synth": synth,
    **results_scale.SECTIONS,
}
