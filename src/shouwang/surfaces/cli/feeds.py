"""``shouwang feed`` (部门数据): look at a department's file before it is delivered; no server, no database."""

import json
from pathlib import Path
from typing import Annotated

import typer

from shouwang.kernel.errors import InputError
from shouwang.surfaces.cli.files import AsJson, Steps

app = typer.Typer(no_args_is_help=True, help="部门数据：核对文件")


@app.callback()
def feed() -> None:
    """部门数据：核对文件。"""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="xlsx、csv 或 parquet 文件")],
    feed_name: Annotated[str, typer.Option("--feed", help="部门数据名称，如 medical_settlements")],
    pack: Annotated[str, typer.Option(help="政策包名称或文件夹")] = "national",
    rejects: Annotated[Path | None, typer.Option(help="把退回的行连同原因写到这个 xlsx")] = None,
    as_json: AsJson = False,
) -> int:
    """读一份部门文件，说明收下多少行、退回哪些行以及为什么。有退回的行时退出码为 1。"""
    from shouwang.policy import load_pack
    from shouwang.stream.feeds.reading import read_delivery
    from shouwang.stream.feeds.receipt import make_receipt
    from shouwang.stream.feeds.rejects import write_rejects

    sources = load_pack(pack).sources
    if feed_name not in sources:
        known = "、".join(n for n, s in sources.items() if s.kind == "feed")
        raise InputError(f"没有名为“{feed_name}”的部门数据。", f"可用：{known}。")
    with Steps() as steps:
        steps.say("读取文件")
        delivery = read_delivery(file, sources[feed_name])
    if rejects is not None and delivery.rejects:
        write_rejects(delivery, rejects)
    if as_json:
        receipt = make_receipt(delivery, sources[feed_name], sequence=1)
        typer.echo(json.dumps(receipt, ensure_ascii=False, indent=2, default=str))
    else:
        typer.echo(f"{sources[feed_name].title}：收到 {delivery.rows_in:,} 行，可收下 {delivery.table.num_rows:,} 行")
        for reject in delivery.rejects[:20]:
            typer.echo(f"  第 {reject.row_no} 行 {reject.column}：{reject.reason}")
        if len(delivery.rejects) > 20:
            typer.echo(f"  …… 共 {len(delivery.rejects):,} 处，用 --rejects 写出全部")
    return 1 if delivery.rejects else 0
