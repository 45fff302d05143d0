"""Pages of a prefecture of a million households while 50 people work on them: how long the server takes, by page.

    python benchmarks/pages.py --users 50 --seconds 60
    python benchmarks/pages.py --area 431003 --households 300000 --cases 20000      one large county instead
    python benchmarks/run.py --only pages       the same, and its lines in benchmarks/RESULTS.md

The prefecture (three million people, 200,000 open cases and a quarter as many decided ones, as many closed clues as
open ones) is synthetic, made once under --folder and kept there (see pages_area.py). The web server is the one that
`shouwang serve` starts, with two processes. Fifty people with posts all over it, two of each kind of post to one in the
prefecture itself, open the pages of their own area, each page with the fixed weight that pages_people.py gives it, in
two ways:

* people: between two pages each of them reads, for an exponential time with a mean of --think seconds. Five seconds is
  quick work: a case is read in more. This is the line that the target speaks of.
* without a pause: each asks for the next page as soon as the last one is there, which no person does; it shows how
  many pages a second the machine gives, and times in it are times of a queue.

Server time is what the server says of each answer (pages_server.py): from taking a request up to the answer standing
whole. What people waited has everything else in it, the asking of fifty threads on the same cores too.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.area_at_home import PORT, area_at_home, asked_of, web_server  # noqa: E402
from benchmarks.pages_people import Person, at_work, figures, sign_in  # noqa: E402


def main() -> None:
    """Make or copy the area, start the server, let people work, print the figures as JSON."""
    given = _options()
    with area_at_home(given) as (home, area):
        people = sign_in(given.users, given.area)
        with web_server(home):
            found = _measured(people, given)
        print(json.dumps({"area": area, "users": given.users, "think_s": given.think} | found))


def _measured(people: list[Person], given: argparse.Namespace) -> dict[str, Any]:
    at_work(PORT, people, given.warm, 0)
    found = {}
    for name, think in (("people", given.think), ("without_pause", 0.0)):
        found[name] = figures(at_work(PORT, people, given.seconds, think), given.seconds)
        found[name]["load"] = round(os.getloadavg()[0], 1)
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked_of(parser)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--warm", type=float, default=10, help="seconds of work before any is counted")
    parser.add_argument("--think", type=float, default=5.0, help="mean seconds that a person looks at a page")
    return parser.parse_args()


if __name__ == "__main__":
    main()
