"""``shouwang check-data`` (数据核验): whether everything that is stored fits together, said in plain sentences."""

import json
import time
from dataclasses import asdict

import typer

from shouwang.surfaces.cli.files import AsJson, Steps
from shouwang.surfaces.cli.ledger import opened

SHOWN = 50


def check_data(as_json: AsJson = False) -> int:
    """核对全部数据：办理件与记录、决定与依据、送达、文书、后台任务、存放的文件、台账。有不符时退出码为 1。"""
    started = time.perf_counter()
    with opened(), Steps() as steps:
        from shouwang.watch.integrity.queries import check_data as checked

        found = checked(say=steps.say)
    seconds = round(time.perf_counter() - started, 1)
    if as_json:
        told = {"sound": found.sound, "seconds": seconds, "broken": [asdict(one) for one in found.broken]}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return 0 if found.sound else 1
    for title, count in found.looked_at.items():
        typer.secho(f"{title}：{'没有不符' if not count else f'{count} 处不符'}", fg="red" if count else None)
    for one in found.broken[:SHOWN]:
        typer.secho(f"  {one.sentence}", fg="red")
    if len(found.broken) > SHOWN:
        typer.echo(f"  …… 共 {len(found.broken)} 处，用 --json 看全部")
    typer.secho(
        f"{'核验通过' if found.sound else '核验没有通过'}，用时 {seconds} 秒",
        fg="green" if found.sound else "red",
        bold=True,
    )
    return 0 if found.sound else 1
