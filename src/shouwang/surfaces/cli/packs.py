"""``shouwang pack`` (政策包): check, show and compare packs; no server, no database."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shouwang.surfaces.cli.files import AsOf, day

if TYPE_CHECKING:
    from shouwang.policy.checking import CheckReport

app = typer.Typer(no_args_is_help=True, help="政策包：校验、查看、比较")
AsJson = Annotated[bool, typer.Option("--json", help="以 JSON 输出")]


@app.command()
def check(
    pack: Annotated[str | None, typer.Argument(help="政策包名称或文件夹；不写则校验全部")] = None,
    as_json: AsJson = False,
    show_boundaries: Annotated[
        bool, typer.Option("--boundaries", help="另列出没有算例站在边界下、边界上、边界上方的每个门槛")
    ] = False,
) -> int:
    """校验政策包：格式、类型、引用，并运行算例。"""
    from shouwang.policy import pack_names
    from shouwang.policy.checking import check_packs

    started = time.perf_counter()
    names = [pack] if pack else pack_names()
    reports = check_packs(names)
    if as_json:
        typer.echo(json.dumps([_report(r) for r in reports], ensure_ascii=False, indent=2))
    else:
        for report in reports:
            _print_report(report)
        typer.echo(f"用时 {time.perf_counter() - started:.1f} 秒")
    unguarded = _boundaries(names) if show_boundaries else 0
    return 0 if all(r.ok for r in reports) and not unguarded else 1


def _boundaries(names: Iterable[str]) -> int:
    """Print the thresholds that no case guards; gives back how many."""
    from shouwang.policy.boundaries import boundaries
    from shouwang.policy.loading import load_packs

    unguarded = 0
    for pack in load_packs(names):
        for one in boundaries(pack):
            if one.missing:
                unguarded += 1
                typer.echo(f"{pack.name} {one.kind}/{one.name}：{one.text}，缺少{'、'.join(one.missing)}的算例")
    typer.secho(f"{unguarded} 个边界缺少算例" if unguarded else "每个边界都有算例", fg="red" if unguarded else "green")
    return unguarded


def _report(report: CheckReport) -> dict[str, Any]:
    return {
        "pack": report.pack,
        "ok": report.ok,
        "counts": report.counts,
        "dates": report.dates,
        "cases": report.cases,
        "failures": report.failures,
    }


def _print_report(report: CheckReport) -> None:
    counts = "，".join(f"{name} {count}" for name, count in report.counts.items())
    verdict = "通过" if report.ok else f"{len(report.failures)} 处不符"
    typer.secho(f"{report.pack}：{verdict}（{counts}，算例 {report.cases}）", fg="green" if report.ok else "red")
    for failure in report.failures:
        typer.echo(f"  {failure}")


@app.command()
def show(pack: str, as_json: AsJson = False) -> int:
    """列出政策包的全部内容：参数及出处、指标、规则、疑点、待遇、程序、清单，以及文件要求的指标和任务。"""
    from shouwang.policy import load_pack
    from shouwang.policy.comparing import KINDS
    from shouwang.policy.describing import describe

    content = describe(load_pack(pack))
    if as_json:
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2, default=str))
        return 0
    typer.secho(f"{content['title']}（{content['pack']}）", bold=True)
    for kind, title in KINDS.items():
        typer.secho(f"\n{title} {len(content[kind])}", bold=True)
        for name, item in content[kind].items():
            typer.echo(f"  {name}  {item['title']}")
    return 0


@app.command()
def diff(old: str, new: str, as_json: AsJson = False) -> int:
    """比较两个政策包：新增、删除和改动了什么。"""
    from shouwang.policy import load_pack
    from shouwang.policy.comparing import compare_packs
    from shouwang.policy.describing import describe

    changes = compare_packs(describe(load_pack(old)), describe(load_pack(new)))
    if as_json:
        typer.echo(json.dumps(changes, ensure_ascii=False, indent=2, default=str))
        return 0
    for change in changes:
        typer.echo(change["text"])
    if not changes:
        typer.echo("两个政策包内容相同。")
    return 0


@app.command()
def book(
    pack: str,
    out: Annotated[Path, typer.Option(help="写到哪个 HTML 文件")],
    as_of: AsOf,
    place: Annotated[str | None, typer.Option(help="按哪个地方显示数值，区划代码")] = None,
) -> int:
    """把政策包写成一页规则手册：可查找、可打印（在浏览器里存为 PDF）。"""
    from shouwang.policy import load_pack
    from shouwang.surfaces.cli.book import book_page

    loaded = load_pack(pack)
    out.write_text(book_page(loaded, day(as_of), place or loaded.place_code), encoding="utf-8")
    typer.echo(f"已写出 {out}")
    return 0


@app.command()
def tariff(
    pack: str,
    name: str,
    as_of: AsOf,
    given: Annotated[list[str] | None, typer.Argument(help="输入，如 workers=12 months_paid=0")] = None,
    as_json: AsJson = False,
) -> int:
    """按算法算一笔补助（付给车间、村集体等），列出每一步。"""
    from shouwang.policy import load_pack
    from shouwang.policy.computing import work_out

    pairs = [one.partition("=") for one in given or ()]
    result = work_out(load_pack(pack), name, {key: value for key, _, value in pairs}, day(as_of))
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, indent=2, default=str))
        return 0
    typer.secho(f"{result['title']}，付给{result['payee']}", bold=True)
    marks = {True: "符合", False: "不符合", None: "未能判断"}
    for step in result["steps"]:
        typer.echo(f"  {marks[step['met']]}  {step['title']}：{step['because']}")
    typer.echo(result.get("working") or marks[result["eligible"]])
    if result.get("missing"):
        typer.echo(f"缺 {'、'.join(result['missing'])}")
    return 0
