"""Asking every route for every role and relation, with both layers of place scope or with one of them alone."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.test import Client

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.staff.actions import appoint
from shouwang.register.staff.choices import Role
from shouwang.register.staff.models import User
from shouwang.register.staff.queries import Actor, actor_of
from shouwang.surfaces import access
from shouwang.surfaces.web import middleware
from tests.surfaces.web.matrix.table import TABLE, WITH_HOUSEHOLDS, Line
from tests.surfaces.web.matrix.world import POSTS, RELATIONS, UNIT, Subject, build, subjects_of

BOTH, DATABASE_ONLY, QUERIES_ONLY = "both layers", "row-level security alone", "queries alone"


@dataclass(frozen=True)
class Cell:
    """One answer: who asked for what about whom, and what came."""

    role: str
    route: str
    relation: str
    status: int
    shown: frozenset[str]


class WideActor(Actor):
    """An actor whose queries are not narrowed to a place, before a database that still knows the own range."""

    @property
    def row_range(self) -> tuple[int, int]:
        """The range of the post as it was."""
        return super(WideActor, replace_range(self)).row_range


OWN_RANGES: dict[str, tuple[int, int]] = {}


def replace_range(actor: WideActor) -> WideActor:
    low, high = OWN_RANGES[actor.username]
    return replace(actor, range_low=low, range_high=high)


def widened(actor: Actor | None) -> Actor | None:
    """The actor with no place filter left in any query."""
    if actor is None:
        return None
    OWN_RANGES[actor.username] = (actor.range_low, actor.range_high)
    given = {name: getattr(actor, name) for name in actor.__dataclass_fields__}
    return WideActor(**given | {"range_low": EVERYWHERE[0], "range_high": EVERYWHERE[1], "place_code": "43"})


@contextmanager
def layers(which: str, monkeypatch: Any) -> Iterator[None]:
    """Switch one of the two layers off for a while."""
    with monkeypatch.context() as patch:
        if which == DATABASE_ONLY:
            patch.setattr(middleware, "actor_of", lambda *args, **more: widened(actor_of(*args, **more)))
        if which == QUERIES_ONLY:
            patch.setattr(access, "rows_within", lambda *_, **__: rows_within(*EVERYWHERE, role="none"))
        yield


def people() -> dict[str, tuple[Client, Actor]]:
    """A signed-in browser for every role."""
    made = {}
    for role, place in POSTS.items():
        user = User.objects.create(username=f"m_{role}"[:40], name="矩阵", password="!")
        unit = UNIT if role == Role.LIAISON else ""
        appoint(user=user, role=role, place_code=place, valid_from=date(2026, 1, 1), unit=unit)
        client = Client()
        client.force_login(user)
        client.raise_request_exception = False
        actor = actor_of(user, on=date(2026, 11, 22))
        assert actor is not None
        made[role.value] = (client, actor)
    return made


def walk(routes: dict[str, Line] = TABLE, *, only_allowed: bool = False) -> Iterator[tuple[Cell, Line, Actor]]:
    """Every cell of the matrix, each asked in a transaction of its own that is taken back."""
    made = build()
    browsers, asked = people(), set[str]()
    for role, (client, actor) in browsers.items():
        subjects = subjects_of(made, actor.place_code)
        for route, line in routes.items():
            if only_allowed and (role not in line.may or line.costly):
                continue
            if line.costly and role in line.may and route in asked:
                continue
            asked.add(route)
            hidden, kept = _hidden(made, actor, line), None
            for relation in RELATIONS:
                subject = subjects[relation]
                kept = ask(client, line, subject) if kept is None or callable(line.address) else kept
                status, text = kept
                shown = frozenset(one.name for one in hidden if one.name in text or _keys(one, subject, text))
                yield Cell(role, route, relation, status, shown), line, actor


def ask(client: Client, line: Line, subject: Subject) -> tuple[int, str]:
    """One request and its answer as text; what it wrote is taken back."""
    address = line.address(subject) if callable(line.address) else line.address
    with transaction.atomic():
        answer = client.get(address) if line.post is None else client.post(address, line.post)
        transaction.set_rollback(True)
    return answer.status_code, _text(answer)


def expected(cell: Cell, line: Line) -> set[int]:
    """What the table says about a cell."""
    if cell.role not in line.may:
        return {403}
    if cell.relation in line.either:
        return {*line.answers, line.missing}
    if cell.relation in line.found:
        return set(line.answers)
    return {line.missing}


def _hidden(made: dict[str, Subject], actor: Actor, line: Line) -> list[Subject]:
    """The subjects of which this person may see nothing, on no page and under no address."""
    if actor.role not in WITH_HOUSEHOLDS and not line.asked:
        return list(made.values())
    return [one for one in made.values() if not actor.covers(one.number)]


def _keys(one: Subject, asked: Subject, text: str) -> bool:
    """A hidden household's key on a page; the one asked for stands in the address that the page repeats."""
    return one.key != asked.key and f"{one.household}/" in text


def _text(answer: Any) -> str:
    content = answer.content
    if content[:2] != b"PK":
        return str(content.decode("utf-8", "replace"))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
