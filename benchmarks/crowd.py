"""Two hundred people at once on a prefecture of a million households while it is screened: what they wait, by page.

    python benchmarks/crowd.py --users 200 --seconds 120
    python benchmarks/run.py --only crowd

The prefecture is that of pages.py (made once, every run works on a copy); the web server is started as `shouwang serve`
starts it, with two processes. locust plays the people: four in five have posts all over it, from collector to prefecture
officer, and open the pages of their work, dashboards of those who may see them among these; one in five is a household on
the portal. Between two pages each reads for an exponential time with a mean of --think seconds. Meanwhile a process of
its own screens the whole prefecture over and over: the register read from the database, all rules, published. What is
reported is what people waited, network and queue included, after a warm-up of --warm seconds.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.area_at_home import PORT, area_at_home, asked_of, web_server  # noqa: E402
from benchmarks.pages_people import Person, sign_in  # noqa: E402
from shouwang.conf import env  # noqa: E402
from shouwang.kernel.priority import give_way  # noqa: E402

HOUSEHOLDS = 5  # every fifth person is a household
DASHBOARDS = ("dashboard", "insight")
WHOLE = " of the prefecture"
"""Dashboards of whoever sees all of it stand in lines of their own: they count ten times as much as a county's."""


def main() -> None:
    """Copy the area, let everybody work, print the figures as JSON."""
    given = _options()
    with area_at_home(given) as (home, area), tempfile.TemporaryDirectory(prefix="shouwang-crowd-") as folder:
        scratch = Path(folder)
        told = {"people": _crowd(given.users, given.area), "think": given.think, "seconds": given.warm + given.seconds}
        (scratch / "crowd.json").touch(0o600)
        (scratch / "crowd.json").write_text(json.dumps(told), encoding="utf-8")
        found = _measured(home, scratch, given)
        print(json.dumps({"area": area, "users": given.users, "think_s": given.think} | found))


def _crowd(users: int, area: str) -> list[dict[str, Any]]:
    staff = sign_in(users - users // HOUSEHOLDS, area)
    people = [{"cookie": one.cookie, "pages": _with_dashboards(one)} for one in staff]
    places = [one.place for one in staff if len(one.place) == 12]
    people += [{"cookie": "", "pages": _portal(places[at % len(places)])} for at in range(users // HOUSEHOLDS)]
    random.Random(1).shuffle(people)
    return people


def _with_dashboards(person: Person) -> list[tuple[str, list[str]]]:
    if not person.role.startswith(("prefecture", "county", "township")):
        return person.pages
    whose = WHOLE if person.role.startswith("prefecture") else ""
    return [*person.pages, *((f"{name}{whose}", [f"/{name}/"]) for name in DASHBOARDS)]


def _portal(village: str) -> list[tuple[str, list[str]]]:
    return [
        ("portal", ["/portal/"]), ("portal village", [f"/p/{village}"]), ("portal form", [f"/portal/apply/{village}/"]),
        ("portal rules", [f"/portal/rules/{village}/"]), ("portal status", ["/portal/status/"]),
    ]  # fmt: skip


def _measured(home: Path, scratch: Path, given: argparse.Namespace) -> dict[str, Any]:
    with web_server(home), _screened_over_and_over(scratch) as screening:
        while screening.poll() is None and not (scratch / "screening").exists():
            time.sleep(0.2)
        answers = _played(scratch, given)
        while screening.poll() is None and not (scratch / "runs").exists():
            time.sleep(0.2)  # one whole run at least
        runs = [json.loads(line) for line in (scratch / "runs").read_text(encoding="utf-8").splitlines()]
    began = min(one["at"] for one in answers)
    return figures([one for one in answers if one["at"] > began + given.warm], given.seconds) | {"screenings": runs}


@contextmanager
def _screened_over_and_over(scratch: Path) -> Iterator[subprocess.Popen[bytes]]:
    screening = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.crowd_screening", str(scratch)],
        env=env.for_child(works_for="system"), cwd=ROOT, start_new_session=True,
    )  # fmt: skip
    give_way(screening.pid)  # as `shouwang serve` does with its worker
    try:
        yield screening
    finally:
        screening.terminate()
        screening.wait(timeout=60)


def _played(scratch: Path, given: argparse.Namespace) -> list[dict[str, Any]]:
    told = scratch / "answers.json"
    around = os.environ | {"CROWD_FILE": str(scratch / "crowd.json"), "CROWD_ANSWERS": str(told)}
    command = [sys.executable, "-m", "locust", "-f", "benchmarks/crowd_locust.py", "--headless", "--only-summary"]
    command += ["--users", str(given.users), "--spawn-rate", str(max(1, given.users)), "--stop-timeout", "30"]
    command += ["--host", f"http://127.0.0.1:{PORT}"]
    done = subprocess.run(command, env=around, capture_output=True, text=True, check=False, cwd=ROOT)
    if not told.exists():
        raise SystemExit(f"locust failed:\n{done.stderr[-3000:]}")
    found = list(json.loads(told.read_text(encoding="utf-8")))
    if not found:
        raise SystemExit(f"nobody opened a page:\n{done.stderr[-3000:]}")
    return found


def figures(answers: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
    """Milliseconds that people waited and the server took, over all, of dashboards, and by page."""
    by_page: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in answers:
        by_page[one["page"]].append(one)
    wrong: dict[str, int] = defaultdict(int)
    for one in answers:
        if one["failed"]:
            wrong[f"{one['page']}: {one['failed'][:60]}"] += 1
    boards = [one for name in DASHBOARDS for whose in ("", WHOLE) for one in by_page.get(f"{name}{whose}", [])]
    return {
        **_told(answers), "per_second": round(len(answers) / seconds, 1), "failed": sum(wrong.values()),
        "wrong": dict(wrong), "dashboards": _told(boards),
        "pages": {name: _told(found) for name, found in sorted(by_page.items())},
    }  # fmt: skip


def _told(found: list[dict[str, Any]]) -> dict[str, Any]:
    waited, served = [one["waited_ms"] for one in found], [one["served_ms"] for one in found if one["served_ms"]]
    told = {"answers": len(found)}
    for name, times in (("waited", waited), ("server", served)):
        told |= {f"{name}_median_ms": _at(0.5, times), f"{name}_p95_ms": _at(0.95, times)}
    return told


def _at(share: float, times: list[float]) -> float:
    ordered = sorted(times)
    return round(ordered[int(share * (len(ordered) - 1))], 1) if ordered else 0.0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked_of(parser)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--warm", type=int, default=20)
    parser.add_argument("--think", type=float, default=20.0, help="mean seconds that a person looks at a page")
    return parser.parse_args()


if __name__ == "__main__":
    main()
