"""Pages of a county of 300,000 households while 50 people work on them: time to answer, by page.

    python benchmarks/pages.py --households 300000 --cases 20000 --users 50 --seconds 60

The county is synthetic and lies in a database of its own; the web server is the one that `shouwang serve` starts, with
two processes. Every user has a post and a session, opens a page, reads for a second or two and opens the next. Times are
what the user's side measures, from sending the request to the last byte, so that waiting for a free process is in it.
Medians and 95th percentiles are printed as JSON.
"""

import argparse
import http.client
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from shouwang.conf import env

AT = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
COUNTY = "431003"
ROLES = ("collector", "village_cadre", "township_officer", "township_leader", "county_officer", "county_leader")
DIGITS = {"collector": 12, "village_cadre": 12, "township_officer": 9, "township_leader": 9}
PROCESSES = 2


def build(households: int, cases: int) -> dict[str, Any]:
    """The county: places, households, cases at their first steps. Gives back what pages can be opened."""
    from shouwang.register.households.actions import import_register
    from shouwang.register.places.actions import load_places
    from shouwang.register.places.queries import places_at
    from shouwang.register.places.reading import read_places
    from shouwang.register.staff.queries import SYSTEM

    load_places(places=read_places([COUNTY]))
    low = int(COUNTY) * 10**6
    villages = [one.code for one in places_at("village", range_low=low, range_high=low + 10**6)]
    started = time.perf_counter()
    import_register(tables=register(households, villages), actor=SYSTEM, at=AT)
    imported = time.perf_counter() - started
    numbers = open_cases(cases)
    return {"villages": villages, "cases": numbers, "import_s": round(imported, 1)}


def register(households: int, villages: list[str]) -> dict[str, Any]:
    """Households of three, spread over the villages."""
    import numpy as np
    import pyarrow as pa

    home = np.arange(households)
    names = np.array(["李大山", "王桂花", "赵有田", "陈安伟", "刘志先", "周小平", "黄金永", "何春成"])
    ids = np.char.add("H", home.astype(str))
    who = np.repeat(home, 3)
    place = np.arange(3 * households) % 3
    return {
        "households": pa.table({
            "household_id": ids,
            "place_code": np.array(villages)[home * len(villages) // households],
            "kind": np.where(home % 5 == 0, "exited_poverty", "ordinary"),
        }),
        "residents": pa.table({
            "resident_id": np.char.add("R", np.arange(3 * households).astype(str)),
            "household_id": ids[who],
            "name": names[(who * 7 + place * 3) % len(names)],
            "birth_on": pa.array([date(1950 + number % 60, 3, 12) for number in range(3 * households)]),
            "sex": np.where(place == 1, "female", "male"),
            "relation": np.array(["head", "spouse", "son"])[place],
        }),
    }  # fmt: skip


def open_cases(count: int) -> list[str]:
    """Cases by the county's procedure, most of them a few records along, inserted as rows so that the trigger works for each."""
    from django.conf import settings
    from django.db import connection

    from shouwang.stream.rules.steps import frozen_procedure

    frozen = frozen_procedure("determination", settings.PACK, on=AT.date(), place_number=int(COUNTY) * 10**6)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO procedure_case (number, matter, household_id, head_name, place_number, pack, pack_version,
              steps, origin, self_applied, opened_by, opened_at, done, next_step, next_act, next_level, records, state,
              outcome, decided_by, objections_open, authorised, green_channel, relative_tagged, recused, due_on)
            SELECT '431003-2026-' || lpad(row_number() OVER ()::text, 6, '0'), 'determination', household_id, head_name,
              place_number, %s, %s, %s::jsonb, '', false, 'bench', %s, '{}', '', '', '', 0, 'open', '', '', 0, false,
              false, false, '{}', %s::date + (row_number() OVER () %% 90)::int
            FROM households_household TABLESAMPLE SYSTEM (60) REPEATABLE (1) LIMIT %s
            """,
            [frozen.pack, frozen.pack_version, json.dumps(list(frozen.steps)), AT, AT.date(), count],
        )
        for number, (step, act) in enumerate((("pledge", "pledge"), ("authorisation", "authorisation")), start=1):
            cursor.execute(
                """
                INSERT INTO procedure_record (case_id, number, step, act, actor, role, level, unit, at, acted_on,
                  content, reason_code, evidence, next_due_on)
                SELECT id, %s, %s, %s, 'bench', 'township_officer', 'township', '', opened_at, opened_at::date,
                  '{"scope": "x", "valid_until": "2027-01-01", "how": "signature"}'::jsonb, '', '{}', due_on
                FROM procedure_case WHERE id %% 4 >= %s
                """,
                [number, step, act, number],
            )
        cursor.execute("ANALYZE")
        cursor.execute("SELECT number, place_number, household_id FROM procedure_case ORDER BY id")
        return list(cursor.fetchall())


def sign_in(users: int, villages: list[str]) -> list[dict[str, Any]]:
    """Accounts over the whole county with open sessions."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from shouwang.register.staff.actions import appoint
    from shouwang.register.staff.models import User

    signed = []
    for number in range(users):
        role = ROLES[number % len(ROLES)]
        place = villages[number * len(villages) // users][: DIGITS.get(role, 6)]
        user = User(username=f"bench{number}", name=f"用户{number}")
        user.set_unusable_password()
        user.save()
        appoint(user=user, role=role, place_code=place, valid_from=date(2026, 1, 1))
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        signed.append({"cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}", "role": role, "place": place})
    return signed


def work(port: int, user: dict[str, Any], cases: list[Any], until: float, think: float, out: Any, seed: int) -> None:
    """One person at work."""
    chance = random.Random(seed)
    mine = [one for one in cases if str(one[1]).startswith(user["place"])] or cases[:1]
    while time.perf_counter() < until:
        case = chance.choice(mine)
        name, path = chance.choice(
            [
                ("to-do", "/todo/"),
                ("case list", "/cases/"),
                ("case", f"/cases/{case[0]}/"),
                ("case", f"/cases/{case[0]}/"),
                ("household list", "/households/"),
                ("household search", "/households/?q=%E6%9D%8E"),
                ("household", f"/households/{case[2]}/"),
            ]
        )
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        began = time.perf_counter()
        link.request("GET", path, headers={"Cookie": user["cookie"], "Accept-Encoding": "gzip"})
        answer = link.getresponse()
        answer.read()
        out[name, answer.status].append(time.perf_counter() - began)
        link.close()
        time.sleep(chance.uniform(0.5, 1.5) * think)


def load(port: int, signed: list[Any], cases: list[Any], seconds: float, think: float) -> dict[Any, list[float]]:
    """All of them at once."""
    out: dict[Any, list[float]] = defaultdict(list)
    until = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=work, args=(port, user, cases, until, think, out, seed))
        for seed, user in enumerate(signed)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return out


def figures(out: dict[Any, list[float]]) -> dict[str, Any]:
    pages: dict[str, Any] = {}
    for name in sorted({name for name, _ in out}):
        times = sorted(one for (page, _), found in out.items() if page == name for one in found)
        pages[name] = {
            "answers": len(times),
            "median_ms": round(1000 * statistics.median(times), 1),
            "p95_ms": round(1000 * times[int(0.95 * (len(times) - 1))], 1),
        }
    times = sorted(one for found in out.values() for one in found)
    failed = sum(len(found) for (_, status), found in out.items() if status != 200)
    return {
        "pages": pages,
        "answers": len(times),
        "failed": failed,
        "median_ms": round(1000 * statistics.median(times), 1),
        "p95_ms": round(1000 * times[int(0.95 * (len(times) - 1))], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=300_000)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=2.0, help="seconds that a person looks at a page, on average")
    given = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="shouwang-pages-", dir="/var/tmp"))
    home.chmod(0o755)
    env.provide("SHOUWANG_HOME", str(home))
    env.provide("SHOUWANG_HTTPS", "no")
    from shouwang.surfaces.cli import serve

    serve.prepare()
    port, web = 8765, None
    try:
        serve.migrate()
        built = build(given.households, given.cases)
        signed = sign_in(given.users, built["villages"])
        from shouwang.surfaces.web.assets import publish_static

        publish_static(home)
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--workers", str(PROCESSES), "--blocking-threads", "4", "--no-access-log", "--log-level", "warning"]
        command += ["shouwang.surfaces.web.wsgi:application"]
        web = subprocess.Popen(command, env=env.for_child(works_for="requests"), start_new_session=True)
        _wait_for(port)
        load(port, signed, built["cases"], 10, given.think)
        found = figures(load(port, signed, built["cases"], given.seconds, given.think))
        size = {"households": given.households, "cases": len(built["cases"]), "users": given.users}
        print(json.dumps(size | {"import_s": built["import_s"], "think_s": given.think} | found, ensure_ascii=False))
    finally:
        if web is not None:
            web.terminate()
            web.wait(timeout=20)
        serve.stop_own_database()
        shutil.rmtree(home, ignore_errors=True)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            link.request("GET", "/sign-in/")
            link.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the web server did not start")


if __name__ == "__main__":
    main()
