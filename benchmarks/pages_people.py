"""People who work on the pages of an area: who they are, what each of them can open, and how they go about it."""

import http.client
import random
import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from benchmarks.pages_area import rows

ROLES = ("collector", "village_cadre", "township_officer", "township_leader", "county_officer", "county_leader")
DIGITS = {"collector": 12, "village_cadre": 12, "township_officer": 9, "township_leader": 9, "prefecture_officer": 4}
OWN = 60
"""Cases, households and clues of the own area among which a person opens pages."""
TIMING = re.compile(r"all;dur=([\d.]+), cpu;dur=([\d.]+)")


@dataclass
class Person:
    """One account with an open session, and the pages that its post may open."""

    cookie: str
    role: str
    place: str
    pages: list[tuple[str, list[str]]] = field(default_factory=list)
    """Name of a page → addresses; a name that stands twice is opened twice as often."""


@dataclass(frozen=True)
class Answer:
    """One page: how long its sender waited, how long the server took, how much of that it computed; seconds."""

    page: str
    status: int
    waited: float
    served: float
    cpu: float


def sign_in(count: int, area: str) -> list[Person]:
    """Accounts with open sessions, in villages where there is work and what is above them; the posts take turns."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from shouwang.register.staff.actions import appoint
    from shouwang.register.staff.models import User
    from shouwang.register.staff.queries import actor_of

    roles = ROLES if len(area) > DIGITS["prefecture_officer"] else (*ROLES, *ROLES, "prefecture_officer")
    villages, people = _villages(), []
    for number in range(count):
        role = roles[number % len(roles)]
        place = villages[number * len(villages) // count][: DIGITS.get(role, 6)]
        user = User(username=f"bench{number}", name=f"测试{number}")
        user.set_unusable_password()
        user.save()
        appoint(user=user, role=role, place_code=place, valid_from=date(2026, 1, 1))
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
        actor = actor_of(user, on=date(2026, 6, 1))
        people.append(Person(cookie, role, place, _pages(actor)))
    return people


def _villages() -> list[str]:
    """Villages in which cases of both kinds and clues wait, in code order; in a county too small for that, any with cases."""
    with_cases = "SELECT place_number::text FROM procedure_case"
    busy = f"""
        {with_cases} GROUP BY 1 HAVING count(*) > 3
        INTERSECT SELECT place_number::text FROM clues_clue GROUP BY 1 HAVING count(*) > 3
        INTERSECT {with_cases} WHERE matter = 'clearance' ORDER BY 1
        """
    return [row[0] for row in rows(busy) or rows(f"{with_cases} GROUP BY 1 ORDER BY 1")]


def _pages(actor: Any) -> list[tuple[str, list[str]]]:
    """What a person opens in a day's work: nothing that the post may not, nothing of another place."""
    from shouwang.register.staff.choices import Permission

    area = [actor.range_low, actor.range_high, OWN]
    where = "place_number >= %s AND place_number < %s ORDER BY md5(id::text) LIMIT %s"
    cases = rows(f"SELECT number, household_id FROM procedure_case WHERE matter = 'determination' AND {where}", area)
    leaving = rows(f"SELECT number FROM procedure_case WHERE matter = 'clearance' AND {where}", area)
    clues = rows(f"SELECT id FROM clues_clue WHERE {where}", area)
    homes = rows(
        f"SELECT household_id FROM households_household WHERE {where.replace('id::text', 'household_id')}", area
    )
    offered = [
        (Permission.SEE_CASES, "to-do", ["/todo/"]),
        (Permission.SEE_CASES, "case list", ["/cases/", "/cases/?page=2"]),
        (Permission.SEE_CASES, "case", [f"/cases/{row[0]}/" for row in cases]),
        (Permission.SEE_CASES, "case", [f"/cases/{row[0]}/" for row in cases]),
        (Permission.SEE_CASES, "clearance case", [f"/cases/{row[0]}/" for row in leaving]),
        (Permission.SEE_HOUSEHOLDS, "household list", ["/households/", "/households/?page=3"]),
        (Permission.SEE_HOUSEHOLDS, "household search", ["/households/?q=%E6%9D%8E", "/households/?q=wang"]),
        (Permission.SEE_HOUSEHOLDS, "household", [f"/households/{row[0]}/" for row in homes]),
        (Permission.SEE_CLUES, "clue list", ["/clues/"]),
        (Permission.SEE_CLUES, "clue", [f"/clues/{row[0]}/" for row in clues]),
    ]
    return [(name, addresses) for allowed, name, addresses in offered if addresses and actor.may(allowed)]


def at_work(port: int, people: list[Person], seconds: float, think: float) -> list[Answer]:
    """All of them at once for so long; `think` is the mean of an exponential time between two pages, 0 = none."""
    answers: list[Answer] = []
    until = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=_work, args=(port, one, until, think, answers, seed)) for seed, one in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _work(port: int, person: Person, until: float, think: float, answers: list[Answer], seed: int) -> None:
    chance = random.Random(seed)
    time.sleep(chance.uniform(0, think))
    while time.perf_counter() < until:
        page, addresses = chance.choice(person.pages)
        answers.append(_opened(port, person, page, chance.choice(addresses)))
        if think:
            time.sleep(min(chance.expovariate(1 / think), max(0.0, until - time.perf_counter())))


def _opened(port: int, person: Person, page: str, address: str) -> Answer:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    link.request("GET", address, headers={"Cookie": person.cookie, "Accept-Encoding": "gzip"})
    answer = link.getresponse()
    answer.read()
    waited = time.perf_counter() - began
    link.close()
    told = TIMING.match(answer.headers.get("Server-Timing", ""))
    served, cpu = (float(one) / 1000 for one in told.groups()) if told else (waited, 0.0)
    return Answer(page, answer.status, waited, served, cpu)


def figures(answers: list[Answer], seconds: float) -> dict[str, Any]:
    """Per page and over all: answers, and in milliseconds what the server took, its CPU, and what people waited."""
    by_page: dict[str, list[Answer]] = defaultdict(list)
    for one in answers:
        by_page[one.page].append(one)
    wrong: dict[str, int] = defaultdict(int)
    for one in answers:
        if one.status != 200:
            wrong[f"{one.page} {one.status}"] += 1
    return {
        **_told(answers),
        "per_second": round(len(answers) / seconds, 1),
        "failed": sum(wrong.values()),
        "wrong": dict(wrong),
        "pages": {name: _told(found) for name, found in sorted(by_page.items())},
    }


def _told(found: list[Answer]) -> dict[str, Any]:
    return {
        "answers": len(found),
        "server_median_ms": _at(0.5, [one.served for one in found]),
        "server_p95_ms": _at(0.95, [one.served for one in found]),
        "cpu_median_ms": _at(0.5, [one.cpu for one in found]),
        "waited_median_ms": _at(0.5, [one.waited for one in found]),
        "waited_p95_ms": _at(0.95, [one.waited for one in found]),
    }


def _at(share: float, times: list[float]) -> float:
    ordered = sorted(times)
    return round(1000 * ordered[int(share * (len(ordered) - 1))], 1) if ordered else 0.0


__all__ = ["Answer", "Person", "at_work", "figures", "sign_in"]
