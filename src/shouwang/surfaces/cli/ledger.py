"""``shouwang ledger`` (台账): seal it, verify it, hand its head to witnesses, take it out as a file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from shouwang.conf import env
from shouwang.kernel.errors import InputError, Refusal
from shouwang.surfaces.cli import serve
from shouwang.surfaces.cli.files import AsJson, Steps, console

app = typer.Typer(no_args_is_help=True, help="台账：封存、核验、检查点、导出")
SHOWN = 20


@app.command()
def seal(
    after_restore: Annotated[
        str | None, typer.Option("--after-restore", help="数据库从备份恢复过：写明原因，从恢复的地方接着封存")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """把还没有封存的记录封存并签名。平时由后台每半分钟做一次。"""
    with opened(), Steps() as steps:
        from shouwang.register.ledger.actions import accept_restored_ledger, seal_entries
        from shouwang.register.staff.queries import SYSTEM

        now = datetime.now(UTC)
        if after_restore is not None:
            accept_restored_ledger(reason=after_restore, actor=SYSTEM, at=now)
        steps.say("封存")
        done = seal_entries(at=now, every_gap=True)
    _tell(asdict(done), f"新封存 {done.entries:,} 条，{done.seals} 号封存；最后一号 {_number(done.head)}", as_json)
    return 0


@app.command()
def verify(
    checkpoint: Annotated[
        list[Path] | None, typer.Option("--checkpoint", help="交给外部见证人保存的检查点文件，可以给几个")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """逐条核验台账：改过、删掉、插入、调换、截断的，指出是哪一条。有不符时退出码为 1。"""
    started = time.perf_counter()
    with opened():
        from shouwang.register.ledger.checkpoints import read_checkpoint
        from shouwang.register.ledger.verifying import verify_ledger

        witnesses = [read_checkpoint(path) for path in checkpoint or []]
        with _bar("核验") as say:
            found = verify_ledger(checkpoints=witnesses, say=say)
    seconds = round(time.perf_counter() - started, 1)
    told = f"{found.entries:,} 条记录，{found.seals:,} 号封存，{found.waiting:,} 条等待封存，用时 {seconds} 秒"
    _tell({**asdict(found), "sound": found.sound, "seconds": seconds}, told, as_json)
    if not as_json:
        for one in found.faults[:SHOWN]:
            typer.secho(f"  {one.text}", fg="red")
        if found.fault_count > SHOWN:
            typer.echo(f"  …… 共 {found.fault_count:,} 处，用 --json 看前 {len(found.faults):,} 处")
        typer.secho("核验通过" if found.sound else "核验没有通过", fg="green" if found.sound else "red", bold=True)
    return 0 if found.sound else 1


@app.command()
def checkpoint(
    out: Annotated[Path | None, typer.Option(help="写成文件，交审计、纪检等外部见证人保存")] = None,
    leaves: Annotated[
        bool, typer.Option("--leaves", help="连同每条记录的哈希：以后不但能发现改动，还能指出哪一条")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """给出台账现在的链头（已签名）：一行字可以印在月报上，文件可以寄给见证人。"""
    if leaves and out is None:
        raise InputError("带每条哈希的检查点要写成文件。", "请加 --out 文件名。")
    with opened():
        from shouwang.register.ledger.checkpoints import current_checkpoint, write_checkpoint

        head = current_checkpoint()
        if out is not None:
            write_checkpoint(head, out, leaves=leaves)
    told = {"number": head.number, "hash": head.hash, "line": head.short(), "text": head.text}
    _tell(told | {"signature": head.signature, "public_key": head.public_key}, head.short(), as_json)
    return 0


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="写到这个文件，一行一个 JSON")],
    as_json: AsJson = False,
) -> int:
    """把全部记录和封存导出，任何人用 scripts/verify_ledger.py 都能核验。"""
    with opened(), Steps() as steps:
        from shouwang.register.ledger.exporting import export_ledger

        written = export_ledger(out, say=lambda rows: steps.say(f"已写 {rows:,} 条"))
    _tell(
        {**written, "file": str(out)}, f"{written['entries']:,} 条记录、{written['seals']:,} 号封存，在 {out}", as_json
    )
    return 0


@contextmanager
def opened() -> Iterator[None]:
    """The database for one command: ours is stopped again when nobody else had it running."""
    from shouwang.kernel import postgres

    running = env.value("DATABASE_URL") or postgres.running_url(env.value("SHOUWANG_HOME"))
    serve.prepare()
    try:
        serve.migrate()
        yield
    except Refusal as refusal:
        typer.secho(str(refusal), fg="red", err=True)
        raise typer.Exit(1) from None
    finally:
        if not running:
            serve.stop_own_database()


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=max(done, of))


def _number(head: Any) -> str:
    return str(head.number) if head else "无"


def _tell(value: dict[str, Any], text: str, as_json: bool) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str) if as_json else text)
