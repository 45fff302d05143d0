"""The demo (演示): a synthetic county in real places, all departments' files through the real way in, warned households."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from shouwang.conf import env
from shouwang.surfaces.cli import serve

Steps = dict[str, float]
SEED = 20261


def demo(
    once: Annotated[bool, typer.Option("--once", help="做完一切但不启动网页，打印 JSON 汇总")] = False,
    residents: Annotated[int, typer.Option(help="合成人口数")] = 30_000,
    port: Annotated[int, typer.Option(help="网页端口")] = 8000,
    training: Annotated[
        bool, typer.Option("--training", help="培训用的练习县：两个村六十户，另放一处，每页都写着“练习数据”")
    ] = False,
) -> int:
    """建一个合成的县：登记、各部门的数据、匹配、筛查，然后在本机打开网页。第二次启动只需几秒。"""
    env.provide("SHOUWANG_HTTPS", "no")
    env.provide("SHOUWANG_DEMO", "yes")
    if training:
        env.provide("SHOUWANG_TRAINING", "yes")
        env.provide("SHOUWANG_HOME", str(env.value("SHOUWANG_HOME") / "training"))
    env.provide("SHOUWANG_PUBLIC_ADDRESS", f"http://127.0.0.1:{port}")
    steps: Steps = {}
    say: Callable[[str], None] = (lambda _: None) if once else typer.echo
    _timed(steps, "database", "准备数据库", say, serve.prepare)
    try:
        _timed(steps, "migrate", "建表", say, serve.migrate)
        summary = _fill(residents, steps, say, training=training)
        if once:
            typer.echo(serve.as_json(summary))
            return 0
        _timed(steps, "pages", "准备网页", say, _publish_pages)
        _tell(summary, port)
        return serve.run_together(port)
    finally:
        serve.stop_own_database()


def _fill(residents: int, steps: Steps, say: Callable[[str], None], *, training: bool) -> dict[str, Any]:
    """Everything that is not there yet; gives back the summary."""
    from shouwang.surfaces.cli import demo_data, practice

    home: Path = env.value("SHOUWANG_HOME")
    made = practice.practice_county(home) if training else demo_data.large_county(home, residents, SEED)
    for name, text, step in demo_data.steps(home, made, say):
        _timed(steps, name, text, say, step)
    return demo_data.summary(home) | {"seconds": {name: round(value, 2) for name, value in steps.items()}}


def _publish_pages() -> None:
    from shouwang.surfaces.web.assets import publish_static

    publish_static(env.value("SHOUWANG_HOME"))


def _timed(steps: Steps, name: str, text: str, say: Callable[[str], None], step: Callable[[], object]) -> None:
    started = time.perf_counter()
    say(f"· {text} …")
    step()
    steps[name] = steps.get(name, 0.0) + time.perf_counter() - started


def _tell(summary: dict[str, Any], port: int) -> None:
    """Where to look, and with whose eyes."""
    levels = summary["warnings"]
    typer.secho(f"\n守望已经启动：http://127.0.0.1:{port}    （Ctrl-C 停下）\n", fg="green", bold=True)
    typer.echo(f"数据：{summary['households']:,} 户 {summary['residents']:,} 人，{summary['deliveries']} 份部门文件；")
    typer.echo(
        f"预警：红 {levels['red']:,}，橙 {levels['orange']:,}，黄 {levels['yellow']:,}，复核 {levels['review']:,}。\n"
    )
    typer.echo(f"演示账号（口令都是 {summary['password']}）：")
    for account in summary["accounts"]:
        typer.echo(f"  {account['account']:<10} {account['name']}  {account['role']}  {account['place']}")
    if summary["portal"]:
        portal, home = summary["portal"], f"http://127.0.0.1:{port}"
        typer.echo("\n农户门户（不用账号）：")
        typer.echo(f"  申请    {home}{portal['village']}")
        typer.echo(f"  查进度  {home}/portal/status/   编号 {portal['code']}，电话后四位 {portal['phone_ends_with']}")
        typer.echo(f"  公示栏  {home}{portal['board']}")
    if env.value("SHOUWANG_TRAINING"):
        typer.echo(f"\n这是练习数据，人和事都是编的。练习题：http://127.0.0.1:{port}/help/training/\n")
        return
    typer.echo("\n看什么：")
    typer.echo("  1. 用 xiaochen 登录，先看“待办”：线索、办理件和帮扶方案各有几件等着办，逾期的在前。")
    typer.echo("  2. 打开一条线索，看来由；属实的启动认定，无风险的一下办结。再用 laozhang 登记评议、看公示单后签发。")
    typer.echo("  3. 用 laofang 登录，打开一件等审定的：同意和不同意要做的一样多，依据当场留存。")
    typer.echo("  4. 用 xiaosun 登录，答复“比对请求”；在“部门数据”上传一份医保结算，看退回清单。")
    typer.echo("  5. 用 xiaozhou 看监测总览和“为什么预警”；在“规则手册”起草修改监测收入线、试算，laohe 审批。")
    typer.echo("  6. 用 xiaowu 登录看台账：谁在什么时候为什么看了哪一户，封存是否核验通过。")
    typer.echo(
        "  7. 用 xiaowang 打开 /field/：设口令、下载、断网填一户再联网；xiaochen 在“手机送来的表”里定别人先改过的那份。\n"
    )
