"""``shouwang simulate`` (模拟): what a draft of the rules would change, before anybody decides on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shouwang.kernel.errors import InputError
from shouwang.surfaces.cli.files import AsJson, AsOf, CacheFolder, FeedsFolder, RegisterFolder, day

if TYPE_CHECKING:
    from shouwang.policy.pack import Pack


def simulate(
    register: RegisterFolder,
    feeds: FeedsFolder,
    baseline: Annotated[str, typer.Option(help="现行政策包")],
    as_of: AsOf,
    out: Annotated[Path, typer.Option(help="结果文件夹：changes.parquet、simulation.json、simulation.xlsx")],
    draft: Annotated[str | None, typer.Option(help="草案政策包；不写则在现行的上面改参数")] = None,
    setting: Annotated[list[str] | None, typer.Option("--set", help="改一个参数，如 monitoring_line=8000")] = None,
    hours_per_visit: Annotated[float | None, typer.Option(help="核实一户要几小时，用来估算干部工时")] = None,
    decisions: Annotated[
        Path | None,
        typer.Option(help="后来的决定，用来回测：户编号 household_id、决定日期 decided_on、是否认定 confirmed"),
    ] = None,
    cache: CacheFolder = None,
    as_json: AsJson = False,
) -> int:
    """在同一份数据上比较现行规则和草案：谁会新增或不再预警，在哪些村，待遇金额差多少。"""
    from shouwang.policy import load_pack
    from shouwang.stream.screening.decisions import read_decisions
    from shouwang.stream.screening.running import folder_inputs
    from shouwang.stream.screening.simulation import simulate as compare
    from shouwang.stream.screening.simulation_workbook import workbook

    current = load_pack(baseline)
    held, delivered = folder_inputs(current, register, feeds)
    found = compare(
        baseline=current,
        draft=_draft(current, draft, setting or []),
        register=held,
        feeds=delivered,
        as_of=day(as_of),
        cache=cache,
        out=out,
        hours_per_visit=hours_per_visit,
        decisions=read_decisions(decisions) if decisions else None,
    )
    (out / "simulation.xlsx").write_bytes(workbook(found, current))
    text = json.dumps(found.summary, ensure_ascii=False, indent=2)
    (out / "simulation.json").write_text(text, encoding="utf-8")
    if as_json:
        typer.echo(text)
    else:
        _tell(found.summary)
        typer.echo(f"逐户名单和图在 {out / 'simulation.xlsx'}；这只是模拟，没有改动任何规则和记录")
    return 0


def _draft(current: Pack, draft: str | None, settings: list[str]) -> Pack:
    from shouwang.policy import load_pack
    from shouwang.policy.drafts import with_parameters

    if draft is None and not settings:
        raise InputError("没有说明草案。", "请给出 --draft 政策包，或 --set 参数=值。")
    pack = load_pack(draft) if draft else current
    values = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign:
            raise InputError(f"“{setting}”不是“参数=值”。", "请写成 --set monitoring_line=8000。")
        values[name.strip()] = value.strip()
    return with_parameters(pack, values) if values else pack


def _tell(summary: dict[str, Any]) -> None:
    from shouwang.engine.model import LEVEL_TITLES
    from shouwang.stream.screening.simulation_workbook import MOVED, TESTED

    typer.secho(f"{summary['baseline']} → {summary['draft']}，{summary['as_of']}", bold=True)
    for level, count in summary["levels"].items():
        if count["before"] or count["after"]:
            typer.echo(f"  {LEVEL_TITLES[level]} {count['before']:,} 户 → {count['after']:,} 户")
    typer.echo(
        f"  新增预警 {summary['newly_warned']:,} 户，不再预警 {summary['no_longer_warned']:,} 户，"
        f"级别变化 {summary['level_changed']:,} 户"
    )
    if summary["visit_hours"] is not None:
        typer.echo(f"  新增核实约 {summary['visit_hours']:,} 小时")
    if "back_test" in summary:
        for key, title in TESTED.items():
            before, after = (summary["back_test"][side][key] for side in ("before", "after"))
            typer.echo(f"  {title} {before:,} 户 → {after:,} 户")
    for place, count in [*summary["by_place"].items()][:10]:
        moved = "，".join(f"{title} {count[word]:,}" for word, title in MOVED.items() if word in count)
        typer.echo(f"  {place}：{moved}")
    if len(summary["by_place"]) > 10:
        typer.echo(f"  …… 共 {len(summary['by_place'])} 个村，全部在 simulation.json")
    for name, cost in summary["benefits"].items():
        typer.echo(f"  待遇 {name} {cost['before']:,.2f} 元 → {cost['after']:,.2f} 元")
