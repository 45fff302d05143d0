"""``shouwang pack`` (政策包): check, show and compare packs; no server, no database."""

from __future__ import annotations

import json
import time
from typing import Annotated, Any

import typer

from shouwang.engine.model import Dated
from shouwang.engine.values import plain
from shouwang.policy import Pack, load_pack, pack_names
from shouwang.policy.checking import CheckReport, check_pack
from shouwang.policy.comparing import compare_packs
from shouwang.policy.mandates import ITEM, KINDS

app = typer.Typer(no_args_is_help=True, help="政策包：校验、查看、比较")
AsJson = Annotated[bool, typer.Option("--json", help="以 JSON 输出")]


@app.command()
def check(
    pack: Annotated[str | None, typer.Argument(help="政策包名称或文件夹；不写则校验全部")] = None,
    as_json: AsJson = False,
) -> int:
    """校验政策包：格式、类型、引用，并运行算例。"""
    started = time.perf_counter()
    reports = [check_pack(name) for name in ([pack] if pack else pack_names())]
    if as_json:
        typer.echo(json.dumps([_report(r) for r in reports], ensure_ascii=False, indent=2))
    else:
        for report in reports:
            _print_report(report)
        typer.echo(f"用时 {time.perf_counter() - started:.1f} 秒")
    return 0 if all(r.ok for r in reports) else 1


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
    """列出政策包的全部内容：参数及出处、指标、规则、疑点、待遇。"""
    content = describe(load_pack(pack))
    if as_json:
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2, default=str))
        return 0
    typer.secho(f"{content['title']}（{content['pack']}）", bold=True)
    for kind in ("parameters", "facts", "rules", "checks", "benefits", *KINDS):
        typer.secho(f"\n{kind} {len(content[kind])}", bold=True)
        for name, item in content[kind].items():
            typer.echo(f"  {name}  {item['title']}")
    return 0


def describe(pack: Pack) -> dict[str, Any]:
    """All content of a pack as plain data: the JSON of ``pack show``."""
    return {
        "pack": pack.name,
        "title": pack.title,
        "parent": pack.parent.name if pack.parent else None,
        "place_code": pack.place_code,
        "version": pack.version,
        "documents": list(pack.documents),
        "sources": {n: {"title": s.title, "kind": s.kind, "columns": list(s.columns)} for n, s in pack.sources.items()},
        "parameters": {
            n: {
                "title": p.title,
                "type": p.kind.value,
                "unit": p.unit,
                "values": [_dated(d, p.kind) for d in p.values],
                "places": {place: [_dated(d, p.kind) for d in values] for place, values in p.places.items()},
            }
            for n, p in pack.parameters.items()
        },
        **{kind: {n: _plain(d) for n, d in getattr(pack, kind).items()} for kind in ("facts", "rules", "checks")},
        "benefits": {n: _plain(d) for n, d in pack.benefits.items()},
        **{kind: {n: vars(item) for n, item in pack.mandates.of(kind).items()} for kind in ITEM},
        "units": {n: vars(unit) for n, unit in pack.mandates.units.items()},
        "coverage": [vars(s) | {"taken": pack.mandates.taken(s)} for s in pack.mandates.sections],
        "cases": [{"case": c.name, "covers": list(c.covers), "file": c.file, "line": c.line} for c in pack.cases],
    }


def _dated(dated: Dated, kind: Any) -> dict[str, Any]:
    return {
        "from": dated.valid_from,
        "until": dated.valid_until,
        "value": plain(dated.value, kind),
        "formula": dated.formula,
        "source": dated.source,
        "clause": dated.clause,
        "verified": dated.verified,
        "note": dated.note,
    }


def _plain(definition: Any) -> dict[str, Any]:
    skipped = ("file", "lines")
    found = {k: v for k, v in vars(definition).items() if k not in skipped}
    return {k: v.value if hasattr(v, "scale") else list(v) if isinstance(v, tuple) else v for k, v in found.items()}


@app.command()
def diff(old: str, new: str, as_json: AsJson = False) -> int:
    """比较两个政策包：新增、删除和改动了什么。"""
    changes = compare_packs(describe(load_pack(old)), describe(load_pack(new)))
    if as_json:
        typer.echo(json.dumps(changes, ensure_ascii=False, indent=2, default=str))
        return 0
    for change in changes:
        typer.echo(change["text"])
    if not changes:
        typer.echo("两个政策包内容相同。")
    return 0
