"""``shouwang machine`` (部门系统): register systems and the public halves of their keys from the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from shouwang.kernel.errors import InputError
from shouwang.surfaces.cli.files import AsJson
from shouwang.surfaces.cli.ledger import opened
from shouwang.surfaces.cli.serve import as_json as told

app = typer.Typer(no_args_is_help=True, help="部门系统：登记、公钥、停用、未送达的通知")
Name = Annotated[str, typer.Argument(help="系统账号")]
Reason = Annotated[str, typer.Option(help="理由，记入台账")]


@app.command()
def key(
    out: Annotated[Path, typer.Argument(help="私钥写到这个文件，只有自己能读")],
) -> int:
    """（部门用）生成一把 Ed25519 密钥，显示要交去登记的公钥。私钥不要交给任何人。"""
    from shouwang.client.signing import make_key

    try:
        typer.echo(make_key(out), nl=False)
    except FileExistsError:
        raise InputError(f"{out} 已经有了，没有覆盖。", "请换一个文件名。") from None
    return 0


@app.command()
def register(
    name: Name,
    title: Annotated[str, typer.Option(help="系统名称，如 医保结算系统")],
    place: Annotated[str, typer.Option(help="区划代码，它只管这个地方")],
    unit: Annotated[str, typer.Option(help="单位，如 医保局")],
    feed: Annotated[list[str] | None, typer.Option("--feed", help="可报送的数据，可以给几个")] = None,
    field: Annotated[list[str] | None, typer.Option("--field", help="可取的认定结果字段，可以给几个")] = None,
    purpose: Annotated[str, typer.Option(help="取认定结果的用途")] = "",
    per_minute: Annotated[int, typer.Option(help="每分钟最多几次请求")] = 60,
    per_day: Annotated[int, typer.Option(help="每日最多几次请求")] = 5000,
    as_json: AsJson = False,
) -> int:
    """登记一个部门系统：在哪里、哪个单位、能报送什么、能取什么、多少次。"""
    with opened():
        from shouwang.register.machines.actions import register_machine
        from shouwang.register.staff.queries import SYSTEM
        from shouwang.stream.feeds.contracts import feed_contract

        now = datetime.now(UTC)
        made = register_machine(
            username=name,
            name=title,
            place_code=place,
            unit=unit,
            feeds=[feed_contract(one).name for one in feed or []],
            fields=field or [],
            purpose=purpose,
            per_minute=per_minute,
            per_day=per_day,
            on=_today(),
            actor=SYSTEM,
            at=now,
        )
        _tell({"machine": name, "feeds": made.feeds, "fields": made.fields}, f"已登记 {title}（{name}）", as_json)
    return 0


@app.command("add-key")
def add_key(
    name: Name,
    file: Annotated[Path, typer.Argument(help="部门交来的公钥文件（PEM）")],
    days: Annotated[int, typer.Option(help="从今天起几天有效，最多 731 天")] = 365,
    as_json: AsJson = False,
) -> int:
    """登记一把公钥；原来的仍然有效，直到到期或吊销。"""
    with opened():
        from shouwang.register.machines.actions import add_key as register_key
        from shouwang.register.staff.queries import SYSTEM

        if not file.is_file():
            raise InputError(f"没有文件 {file}。")
        day = _today()
        made = register_key(
            username=name,
            public=file.read_text("utf-8", errors="replace"),
            valid_from=day,
            valid_until=day + timedelta(days=days),
            actor=SYSTEM,
            at=datetime.now(UTC),
        )
        said = {"machine": name, "key_id": made.key_id, "valid_until": made.valid_until.isoformat()}
        _tell(said, f"公钥 {made.key_id} 有效到 {made.valid_until}", as_json)
    return 0


@app.command("revoke-key")
def revoke_key(
    name: Name, key_id: Annotated[str, typer.Argument(help="密钥编号")], reason: Reason, as_json: AsJson = False
) -> int:
    """吊销一把公钥：从现在起，用它签名的一概不收。"""
    with opened():
        from shouwang.register.machines.actions import revoke_key as revoke
        from shouwang.register.staff.queries import SYSTEM

        revoke(username=name, key_id=key_id, reason=reason, actor=SYSTEM, at=datetime.now(UTC))
        _tell({"machine": name, "key_id": key_id, "revoked": True}, f"已吊销 {key_id}", as_json)
    return 0


@app.command()
def revoke(name: Name, reason: Reason, as_json: AsJson = False) -> int:
    """停用一个部门系统，连同它的全部公钥和订阅；它报送过的数据不变。"""
    with opened():
        from shouwang.register.machines.actions import revoke_machine
        from shouwang.register.staff.queries import SYSTEM

        revoke_machine(username=name, reason=reason, actor=SYSTEM, at=datetime.now(UTC))
        _tell({"machine": name, "revoked": True}, f"已停用 {name}", as_json)
    return 0


@app.command("list")
def list_machines(as_json: AsJson = False) -> int:
    """列出部门系统、它们的公钥和未送达的通知数。"""
    with opened():
        from shouwang.register.machines.queries import dead_messages_within, machines_within
        from shouwang.register.staff.queries import SYSTEM

        rows = [_row(one) for one in machines_within(SYSTEM)]
        dead = dead_messages_within(SYSTEM).count()
    if as_json:
        typer.echo(told({"machines": rows, "dead_messages": dead}))
        return 0
    for row in rows:
        state = "已停用" if row["revoked"] else f"{len(row['keys'])} 把公钥"
        typer.echo(f"{row['machine']}  {row['name']}  {row['unit']}  {state}")
    typer.echo(f"{len(rows)} 个系统，{dead} 条通知未送达")
    return 0


def _row(machine: Any) -> dict[str, Any]:
    posts = list(machine.user.posts.all())
    return {
        "machine": machine.user.username,
        "name": machine.user.name,
        "unit": posts[-1].unit if posts else "",
        "revoked": machine.revoked_at is not None,
        "feeds": machine.feeds,
        "fields": machine.fields,
        "keys": [
            {"key_id": one.key_id, "valid_until": one.valid_until.isoformat()}
            for one in machine.keys.all()
            if one.revoked_at is None
        ],
    }


def _today() -> date:
    from django.utils.timezone import localdate

    return localdate()


def _tell(value: dict[str, Any], text: str, as_json: bool) -> None:
    typer.echo(told(value) if as_json else text)
