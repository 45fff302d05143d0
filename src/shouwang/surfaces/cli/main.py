"""The ``shouwang`` command (命令行): every answer in one clear sentence, exit code 0, 1 or 2, no tracebacks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import typer
import typer.main
from typer.exceptions import Abort, TyperException

from shouwang.kernel.errors import InputError
from shouwang.surfaces.cli import checking, demo, feeds, files, ledger, machines, packs, places, serve, simulating

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, help="守望 Shouwang：防止返贫监测和帮扶平台"
)
app.add_typer(packs.app, name="pack")
app.add_typer(feeds.app, name="feed")
app.add_typer(places.app, name="places")
app.add_typer(ledger.app, name="ledger")
app.add_typer(machines.app, name="machine")
for command in (
    files.screen,
    files.benefits,
    files.compute,
    simulating.simulate,
    files.link,
    files.synth,
    demo.demo,
    serve.serve,
    serve.worker,
    serve.db,
    checking.check_data,
):
    app.command()(command)


def tell_usage(words: Sequence[str]) -> bool:
    """Say how a command is used where nothing else is asked for (用法); whether it was.

    Typer gets ready to read values even then, for which it loads pydantic: as long as all the rest of a help together.
    """
    *names, last = words or [""]
    if last != "--help":
        return False
    command = typer.main.get_command(app)
    context = command.context_class(command, info_name=Path(sys.argv[0]).name)
    for name in names:
        inner = getattr(context.command, "commands", {}).get(name)
        if inner is None:
            return False
        context = inner.context_class(inner, info_name=name, parent=context)
    typer.echo(context.get_help())
    return True


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 found something wrong, 2 the input is at fault."""
    if tell_usage(sys.argv[1:]):
        return
    try:
        code = app(standalone_mode=False)
    except InputError as error:
        typer.secho(f"错误：{error}", fg="red", err=True)
        sys.exit(2)
    except TyperException as error:
        typer.secho(f"错误：{error} 用法见 shouwang --help。", fg="red", err=True)
        sys.exit(2)
    except (Abort, KeyboardInterrupt):
        typer.echo("已中止。", err=True)
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)
