"""The area of the page benchmarks, a county or a prefecture: synthetic households, screened, with clues, cases and posts.

It is made once into a folder of its own (minutes), with the actions that make a real one wherever they work set
by set, and by COPY and INSERT … SELECT elsewhere. The finished database is kept as a template: every run begins with a
copy of it, brought up to the schema of now.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.pages_past import closed_clues, decided_cases
from benchmarks.pages_register import AT, counties

PERSONS = 3.05
"""People of a synthetic household, on average; the number of households is only close to what was asked for."""
TEMPLATE = "area"
AT_ONCE = 2
# An area that is lost by a power cut while it is made is made again.
IN_HASTE = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "maintenance_work_mem": "1GB",
    "max_parallel_maintenance_workers": "2",
}
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes JOIN pg_class ON relname = indexname JOIN pg_index ON indexrelid = pg_class.oid
WHERE tablename LIKE 'households_%' AND NOT indisunique AND NOT indisexclusion
"""
VILLAGE_ROLES = ("collector", "village_cadre", "helper")
TOWN_ROLES = ("township_officer", "township_leader")
CLEARANCES = 300
RELOAD = "SELECT pg_reload_conf()"
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Area:
    """What is made: the code of a county (6 digits) or a prefecture (4), and how much of what is in it."""

    code: str
    households: int
    cases: int

    @property
    def numbers(self) -> tuple[int, int]:
        """The half-open range of the place numbers within."""
        width = 10 ** (12 - len(self.code))
        return int(self.code) * width, (int(self.code) + 1) * width


def ready(home: Path, area: Area, *, fresh: bool = False) -> dict[str, Any]:
    """The area stands in the database of this home. Gives back its size and how long its making took."""
    from shouwang.surfaces.cli import serve

    told = home / "area.json"
    if fresh or not told.exists():
        serve.migrate()
        _server(*(f"ALTER SYSTEM SET {name} = '{value}'" for name, value in IN_HASTE.items()), RELOAD)
        told.write_text(json.dumps(_made(home, area)))
        _keep()
        _server("ALTER SYSTEM RESET ALL", "CHECKPOINT", RELOAD)
    else:
        _copy()
    serve.migrate()  # what came to the schema since the template was made
    with serve.as_owner():
        _run("ANALYZE")
    return dict(json.loads(told.read_text()))


def _made(home: Path, area: Area) -> dict[str, Any]:
    from shouwang.schedule.hourly.counts import gather_all_counts

    seconds: dict[str, float] = {}

    def step(name: str, work: Callable[..., Any], *given: Any) -> Any:
        print(f"  {name} …", file=sys.stderr, flush=True)
        started = time.perf_counter()
        found = work(*given)
        seconds[name] = round(time.perf_counter() - started, 1)
        return found

    folder = home / "synthetic"
    step("places", _places, area.code)
    step("synthesis", _synthesise, folder, area)
    step("register", _register, folder, area)
    step("screening", _screened, folder)
    step("accounts", _accounts, area)
    step("cases", _open_cases, area)
    step("past", _past, area)
    gather_all_counts()  # as the schedule does every hour
    shutil.rmtree(folder)
    size = {name: _count(table) for name, table in TABLES.items()}
    return {"code": area.code, **size, "made_in_s": seconds}


TABLES = {
    "households": "households_household",
    "residents": "households_resident",
    "warnings": "screening_warning",
    "clues": "clues_clue",
    "closed_clues": "clues_clue WHERE state = 'closed'",
    "cases": "procedure_case",
    "decided_cases": "procedure_case WHERE decided_at IS NOT NULL",
    "records": "procedure_record",
    "posts": "staff_post",
}


def _places(code: str) -> None:
    from shouwang.register.places.actions import load_places
    from shouwang.register.places.reading import read_places

    load_places(places=read_places([code]))


def _synthesise(folder: Path, area: Area) -> None:
    from django.conf import settings

    from shouwang import synth

    residents = int(area.households * PERSONS)
    synth.make(residents=residents, seed=7, as_of=AT.date(), out=folder, places=[area.code], pack=settings.PACK)


def _register(folder: Path, area: Area) -> None:
    """County by county, as a prefecture's register comes, two at a time; what only readers need is indexed afterwards."""
    from shouwang.conf import env

    def load(county: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.pages_register", str(county)]
        subprocess.run(command, env=env.for_child(works_for="system"), cwd=ROOT, check=True)

    indexes = rows(INDEXES)
    _run("; ".join(f"DROP INDEX {name}" for name, _ in indexes), as_owner=True)
    with ThreadPoolExecutor(AT_ONCE) as both:
        list(both.map(load, counties(folder / "register")))
        list(both.map(lambda one: _server(one[1], base="shouwang"), indexes))


def _screened(folder: Path) -> None:
    """One screening over the area's own data, published, and its warnings taken up as clues."""
    import pyarrow.parquet as pq
    from django.conf import settings

    from shouwang.register.households.queries import register_tables
    from shouwang.register.staff.queries import SYSTEM
    from shouwang.stream.clues.actions import take_up_warnings
    from shouwang.stream.feeds.storage import put_table
    from shouwang.stream.rules.queries import pack_in_force
    from shouwang.stream.screening.actions import publish_run, queue_screening
    from shouwang.stream.screening.actions.vocabulary import vocabulary
    from shouwang.stream.screening.running import screen

    day = AT.date()
    run = queue_screening(pack=settings.PACK, as_of=day, actor=SYSTEM, at=AT)
    pack = pack_in_force(settings.PACK, on=day)
    given: dict[str, dict[str, Path]] = {"register": {}, "feed": {}}
    inputs = []
    for name, table in register_tables(run.range_low, run.range_high).items():
        wanted = [column for column in table.column_names if column in pack.sources[name].columns]
        inputs.append((name, "register", table.select(wanted)))
    delivered = [path for path in sorted((folder / "feeds").glob("*.parquet")) if path.stem in pack.sources]
    inputs += [(path.stem, "feed", pq.read_table(path)) for path in delivered]
    for name, kind, table in inputs:
        inside, digest = put_table("snapshots" if kind == "register" else "batches", table)
        given[kind][name] = settings.STORE / inside
        origin = {"table": name, "kind": kind, "path": inside, "sha256": digest, "rows": table.num_rows}
        run.inputs.append(origin | ({"deliveries": []} if kind == "feed" else {}))
    run.vocabulary = vocabulary(pack, day)
    run.save()
    found = screen(
        pack=pack,
        register=given["register"],
        feeds=given["feed"],
        as_of=day,
        cache=settings.HOME / "cache",
        with_facts=False,
    )
    publish_run(
        run_id=run.pk,
        warnings=found.warnings,
        gaps=found.gaps,
        doubts=found.doubts,
        summary=found.summary,
        actor=SYSTEM,
        at=AT,
    )
    take_up_warnings(run_id=run.pk, actor=SYSTEM, at=AT)


def _accounts(area: Area) -> None:
    """People in posts as counties have them: three in every village, a dozen in every township, thirty in a county."""
    from shouwang.register.places.queries import places_at
    from shouwang.register.staff.models import Post, User

    low, high = area.numbers
    held = [
        (role, place)
        for level, roles in (
            ("village", VILLAGE_ROLES),
            ("township", TOWN_ROLES * 6),
            ("county", ("county_officer", "county_leader", "auditor") * 10),
            ("prefecture", ("prefecture_officer", "auditor") * 10),
        )
        for place in places_at(level, range_low=low, range_high=high)
        for role in roles
    ]
    people = [User(username=f"p{number}", name=f"用户{number}") for number in range(len(held))]
    User.objects.bulk_create(people)
    Post.objects.bulk_create(
        Post(user=one, role=role, place=place, valid_from=date(2026, 1, 1))
        for one, (role, place) in zip(people, held, strict=True)
    )


def _open_cases(area: Area) -> None:
    """Determinations, half of them a record or two along, and clearances; as rows, so that the trigger works for each."""
    _begin(area, "determination", 0, area.cases, "ORDER BY md5(household_id)")
    _begin(area, "clearance", area.cases, CLEARANCES, "WHERE monitored_class IS NOT NULL AND cleared_on IS NULL")
    for number, (step, act) in enumerate((("pledge", "pledge"), ("authorisation", "authorisation")), start=1):
        _run(
            """
            INSERT INTO procedure_record (case_id, number, step, act, actor, role, level, unit, at, acted_on,
              content, reason_code, evidence, next_due_on)
            SELECT id, %s, %s, %s, 'p1', 'township_officer', 'township', '', opened_at, opened_at::date,
              '{"scope": "x", "valid_until": "2027-01-01", "how": "signature"}'::jsonb, '', '{}', due_on
            FROM procedure_case WHERE matter = 'determination' AND id %% 4 > %s
            """,
            [number, step, act, number],
        )


def _past(area: Area) -> None:
    """What figures over time walk over: a closed clue before each that is open, and a quarter more cases, decided."""
    under_way, day = area.cases + CLEARANCES, AT.date().isoformat()
    _begin(area, "determination", under_way, area.cases // 4, f"ORDER BY md5(household_id) OFFSET {area.cases}")
    decided_cases(_run, day, last=f"{area.code}-2026-{under_way:06d}")
    closed_clues(_run, day)


def _begin(area: Area, matter: str, after: int, count: int, among: str) -> None:
    from django.conf import settings

    from shouwang.stream.clearance.queries import needed_gates
    from shouwang.stream.rules.queries import pack_in_force
    from shouwang.stream.rules.steps import frozen_procedure

    day = AT.date()
    pack = pack_in_force(settings.PACK, on=day)
    gates = [{"gate": name, "title": pack.gates[name].title} for name in needed_gates(pack, matter, on=day)]
    low, _ = area.numbers
    frozen = frozen_procedure(
        matter, settings.PACK, on=day, place_number=low, deciding={"gates": gates} if gates else {}
    )
    first = frozen.steps[0]
    _run(
        f"""
        INSERT INTO procedure_case (number, matter, household_id, head_name, place_number, pack, pack_version,
          steps, origin, self_applied, opened_by, opened_at, done, next_step, next_act, next_level, records, state,
          outcome, decided_by, objections_open, authorised, green_channel, relative_tagged, recused, due_on)
        SELECT %s || lpad((%s + row_number() OVER ())::text, 6, '0'), %s, household_id, head_name,
          place_number, %s, %s, %s::jsonb, '', false, 'p1', %s, '{{}}', %s, %s, %s, 0, 'open', '', '', 0, false,
          false, false, '{{}}', %s::date + (row_number() OVER () %% 90)::int
        FROM (SELECT household_id, head_name, place_number FROM households_household {among} LIMIT %s) chosen
        """,
        [
            *(
                f"{area.code}-2026-",
                after,
                matter,
                frozen.pack,
                frozen.pack_version,
                json.dumps(list(frozen.steps)),
                AT,
            ),
            *(first["step"], first["act"], first["level"], day, count),
        ],
    )


def _keep() -> None:
    """The database as it stands becomes the template."""
    _run("VACUUM ANALYZE", as_owner=True)
    _server(f"DROP DATABASE IF EXISTS {TEMPLATE}", f"CREATE DATABASE {TEMPLATE} TEMPLATE shouwang")


def _copy() -> None:
    _server("DROP DATABASE IF EXISTS shouwang WITH (FORCE)", f"CREATE DATABASE shouwang TEMPLATE {TEMPLATE}")


def _server(*statements: str, base: str = "postgres") -> None:
    """Statements of the server's owner; whole databases are made and dropped from outside."""
    import psycopg
    from django.conf import settings
    from django.db import connection

    from shouwang.kernel import postgres

    connection.close()
    url = postgres.running_url(settings.HOME) or postgres.NOT_RUNNING
    with psycopg.connect(url.rsplit("/", 1)[0] + f"/{base}", autocommit=True) as server:
        for statement in statements:
            server.execute(statement)


def _run(statement: str, given: list[Any] | dict[str, Any] | None = None, *, as_owner: bool = False) -> None:
    from django.db import connection

    from shouwang.surfaces.cli import serve

    if as_owner:
        with serve.as_owner():
            return _run(statement, given)
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
    return None


def rows(query: str, given: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """What the area's database answers."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return list(cursor.fetchall())


def _count(table: str) -> int:
    return int(rows(f"SELECT count(*) FROM {table}")[0][0])
