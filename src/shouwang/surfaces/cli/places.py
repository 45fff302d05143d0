"""``shouwang places`` (行政区划): load the divisions that the register stands on."""

import json
import time
from typing import Annotated

import typer

from shouwang.conf import env
from shouwang.surfaces.cli import serve
from shouwang.surfaces.cli.files import AsJson, Steps

app = typer.Typer(no_args_is_help=True, help="行政区划：载入五级区划")


@app.callback()
def places() -> None:
    """行政区划：载入五级区划。"""


@app.command()
def load(
    everything: Annotated[
        bool, typer.Option("--all", help="全国约 62 万个村；不写则只载入随程序附带的五个地区")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """把五级区划载入数据库；再载入一次不会改变什么。"""
    from shouwang.register.places.actions import load_places
    from shouwang.register.places.fetching import fetch_all_china
    from shouwang.register.places.reading import read_places

    started = time.perf_counter()
    with Steps() as steps:
        steps.say("准备数据库")
        serve.prepare()
        serve.migrate()
        home = env.value("SHOUWANG_HOME")
        steps.say("取得区划")
        source = fetch_all_china(home) if everything else None
        steps.say("载入")
        rows = load_places(places=read_places(source=source))
    report = {"places": rows, "seconds": round(time.perf_counter() - started, 1)}
    typer.echo(json.dumps(report) if as_json else f"已载入 {rows:,} 个区划，用时 {report['seconds']} 秒")
    serve.stop_own_database()
    return 0
