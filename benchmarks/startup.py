"""How long it takes until something stands there: a command's help, a first demo, a restart; and how much is installed.

    python benchmarks/startup.py --runs 15 --residents 30000
    python benchmarks/run.py --only startup

* help: `shouwang --help` and the help of every sub-command, each in a process of its own, Python's own start included;
* cold: `shouwang demo --once` in an empty folder, from no database to a county with clues, cases and pages to look at;
* warm: from `shouwang demo` in that folder to the first page that answers, signed out.

Seconds of a process tree are wall time; CPU seconds are those of all its processes that have ended.
"""

from __future__ import annotations

import argparse
import http.client
import importlib.metadata
import json
import os
import re
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-c", "from shouwang.surfaces.cli.main import main; main()"]


def main() -> None:
    """Measure all and print the figures as JSON."""
    given = _options()
    helps = {" ".join(words): _help(words, given.runs if not words else given.sub_runs) for words in commands()}
    slowest = max((name for name in helps if name), key=lambda name: helps[name]["seconds"])
    figures = {"help": helps[""], "slowest": slowest, "slowest_help": helps[slowest], "sub_commands": len(helps) - 1}
    bare = _help([], given.runs, [sys.executable, "-c", "pass"])
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        started = time.perf_counter()
        demo = [*COMMAND, "demo", "--once", "--residents", str(given.residents)]
        done = subprocess.run(demo, env=env_of(folder), capture_output=True, text=True, check=False, cwd=ROOT)
        if done.returncode:
            raise SystemExit(done.stderr)
        cold = time.perf_counter() - started
        steps = json.loads(done.stdout[done.stdout.index("{") :])["seconds"]
        warm = [_until_served(folder) for _ in range(given.warm_runs)]
    print(
        json.dumps(
            figures
            | {"python": bare, "residents": given.residents, "cold_s": round(cold, 1), "cold_steps": steps}
            | {"warm": _spread(warm), "installed": installed()}
        )
    )


def commands() -> Iterator[list[str]]:
    """Every word list that `--help` can follow."""
    import typer.main

    from shouwang.surfaces.cli.main import app

    yield []
    for name, command in sorted(typer.main.get_command(app).commands.items()):  # type: ignore[attr-defined]
        yield [name]
        yield from ([name, one] for one in sorted(getattr(command, "commands", {})))


def _help(words: list[str], runs: int, command: list[str] | None = None) -> dict[str, Any]:
    seconds, before = [], resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command or [*COMMAND, *words, "--help"], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        seconds.append(time.perf_counter() - started)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / runs
    return _spread(seconds) | {"cpu_seconds": round(cpu, 3)}


def _spread(seconds: list[float]) -> dict[str, Any]:
    low, high = round(min(seconds), 3), round(max(seconds), 3)
    return {"seconds": round(statistics.median(seconds), 3), "range": [low, high], "runs": len(seconds)}


def _until_served(folder: str) -> float:
    """Seconds from the command to the first whole page; then everything is stopped again."""
    port = free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "demo", "--port", str(port)], env=env_of(folder), stdout=subprocess.DEVNULL, cwd=ROOT
    )
    try:
        answered(process, port)
        return time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def answered(process: subprocess.Popen[Any], port: int, seconds: float = 120) -> None:
    """Wait until a demo answers with a whole page. Ends the benchmark when it does not."""
    started = time.perf_counter()
    while process.poll() is None and time.perf_counter() - started < seconds:
        with suppress(OSError, http.client.HTTPException):
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            link.request("GET", "/sign-in/")
            if link.getresponse().status == 200:
                return
        time.sleep(0.02)
    raise SystemExit("the demo did not start")


def env_of(folder: str) -> dict[str, str]:
    """The environment of a command whose home is a folder, with nothing of the machine's own installation."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHOUWANG_", "DATABASE_"))}
    return kept | {"SHOUWANG_HOME": folder}


def installed() -> dict[str, Any]:
    """What an installation without test tools weighs: every package that the project needs, by the files on record."""
    sizes: dict[str, int] = {}
    waiting = ["shouwang"]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in sizes:
            continue
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system or another Python
        paths = (Path(str(found.locate_file(one))) for one in found.files or ())
        sizes[name] = sum(path.stat().st_size for path in paths if path.is_file())
        needed = [one for one in found.requires or () if "extra ==" not in one]
        waiting += [re.split(r"[\s\[<>=!~;(]", one, maxsplit=1)[0] for one in needed]
    heaviest = sorted(sizes, key=lambda name: -sizes[name])[:8]
    told = {name: round(sizes[name] / 2**20) for name in heaviest}
    return {"packages": len(sizes), "mb": round(sum(sizes.values()) / 2**20), "heaviest_mb": told}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--sub-runs", type=int, default=3)
    parser.add_argument("--warm-runs", type=int, default=3)
    parser.add_argument("--residents", type=int, default=30_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
