"""Pages of a county of 300,000 households while 50 people work on them: how long the server takes, by page.

    python benchmarks/pages.py --households 300000 --cases 20000 --users 50 --seconds 60
    python benchmarks/run.py --only pages       the same, and its lines in benchmarks/RESULTS.md

The county is synthetic, made once under --folder and kept there (see pages_county.py). The web server is the one that
`shouwang serve` starts, with two processes. Fifty people with posts all over the county open the pages of their own area,
each page with the fixed weight that pages_people.py gives it, in two ways:

* people: between two pages each of them reads, for an exponential time with a mean of --think seconds. Five seconds is
  quick work: a case is read in more. This is the line that the target speaks of.
* without a pause: each asks for the next page as soon as the last one is there, which no person does; it shows how
  many pages a second the machine gives, and times in it are times of a queue.

Server time is what the server says of each answer (pages_server.py): from taking a request up to the answer standing
whole. What people waited has everything else in it, the asking of fifty threads on the same cores too.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.pages_county import ready  # noqa: E402
from benchmarks.pages_people import Person, at_work, figures, sign_in  # noqa: E402
from shouwang.conf import env  # noqa: E402

PROCESSES, PORT = 2, 8765
WARM = 10


def main() -> None:
    """Make or copy the county, start the server, let people work, print the figures as JSON."""
    given = _options()
    home = given.folder / f"pages-{given.households}-{given.cases}"
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    env.provide("SHOUWANG_HOME", str(home))
    env.provide("SHOUWANG_HTTPS", "no")
    from shouwang.surfaces.cli import serve

    serve.prepare()
    try:
        county = ready(home, given.households, given.cases, fresh=given.fresh)
        people = sign_in(given.users)
        print(
            json.dumps(
                {"county": county, "users": given.users, "think_s": given.think} | _measured(home, people, given)
            )
        )
    finally:
        serve.stop_own_database()


def _measured(home: Path, people: list[Person], given: argparse.Namespace) -> dict[str, Any]:
    from shouwang.surfaces.web.assets import publish_static

    publish_static(home)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT)]
    command += ["--workers", str(PROCESSES), "--blocking-threads", "4", "--no-access-log", "--log-level", "warning"]
    command += ["benchmarks.pages_server:application"]
    web = subprocess.Popen(command, env=env.for_child(works_for="requests"), start_new_session=True, cwd=ROOT)
    try:
        _wait()
        at_work(PORT, people, WARM, 0)
        found = {}
        for name, think in (("people", given.think), ("without_pause", 0.0)):
            found[name] = figures(at_work(PORT, people, given.seconds, think), given.seconds)
            found[name]["load"] = round(os.getloadavg()[0], 1)
        return found
    finally:
        web.terminate()
        web.wait(timeout=20)


def _wait() -> None:
    for _ in range(300):
        try:
            link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
            link.request("GET", "/sign-in/")
            link.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the web server did not start")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=300_000)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=5.0, help="mean seconds that a person looks at a page")
    parser.add_argument("--folder", type=Path, default=ROOT / ".shouwang/bench")
    parser.add_argument("--fresh", action="store_true", help="make the county anew")
    return parser.parse_args()


if __name__ == "__main__":
    main()
