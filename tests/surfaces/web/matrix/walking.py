"""Asking every route for every role and relation, with both layers of place scope or with one of them alone."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.test import Client

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.staff.actions import appoint
from shouwang.register.staff.choices import Role
from shouwang.register.staff.models import User
from shouwang.register.staff.queries import Actor, actor_of
from shouwang.surfaces import access
from shouwang.surfaces.web import middleware
from tests.surfaces.web.matrix.lines import WITH_HOUSEHOLDS, Form, Line
from tests.surfaces.web.matrix.table import TABLE
from tests.surfaces.web.matrix.world import POSTS, RELATIONS, UNIT, Subject, World

BOTH, DATABASE_ONLY, QUERIES_ONLY = "both layers", "row-level security alone", "queries alone"
ELSEWHERE = ("sibling", "parent", "other_county")
People = Mapping[str, tuple[Client, Actor]]
NOT_THE_PAGE = re.compile(
    r'csrf[^"]*"\s*(?:value|content)="[^"]*"|<dcterms:(?:created|modified)[^>]*>[^<]*<|\b\d\d:\d\d(?::\d\d)?\b'
)
"""What differs between two answers although nothing else does: tokens, and the time of day at which they were made."""
LAST, LEFT = (
    "SELECT coalesce(max(id), 0) FROM ledger_entry",
    "SELECT count(*) FROM ledger_entry WHERE id > %s AND act NOT IN ('look_household', 'look_list')",
)


@dataclass(frozen=True)
class Cell:
    """One answer: who asked for what about whom, what came, and whether it left a trace in the ledger."""

    role: str
    route: str
    relation: str
    status: int
    shown: frozenset[str]
    did: bool


class WideActor(Actor):
    """An actor whose queries are not narrowed to a place, before a database that still knows the own range."""

    @property
    def row_range(self) -> tuple[int, int]:
        """The range of the post as it was."""
        return super(WideActor, replace_range(self)).row_range

    @property
    def area(self) -> tuple[int, int]:
        """The area of the post as it was."""
        return OWN_RANGES[self.username]


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


def people() -> People:
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


def walk(world: World, browsers: People, role: str) -> Iterator[tuple[Cell, Line]]:
    """Every cell of the matrix for a role, each asked in a transaction of its own that is taken back.

    A costly page, the same for everybody, is asked for by the first role that may. A refusal by role falls before the
    page knows of any subject: it is asked for once.
    """
    client, actor = browsers[role]
    subjects = world.seen_from(actor.place_code)
    for route, line in TABLE.items():
        if line.costly and role in line.may and role != first_of(line):
            continue
        hidden, kept = _hidden(world, actor, line), None
        for relation in RELATIONS:
            kept = ask(client, line, subjects[relation]) if kept is None or _differs(line, role) else kept
            yield _cell(role, route, relation, subjects[relation], hidden, kept), line


def look_across(
    world: World, browsers: People, role: str, routes: Mapping[str, Line] = TABLE, *, may_fail: bool = False
) -> Iterator[tuple[Cell, Line]]:
    """What a role is answered about a subject of another place, wherever an address or a form names one.

    With ``may_fail`` a form may end in an error: one that only the database stops does, as it should.
    """
    client, actor = browsers[role]
    subjects = world.seen_from(actor.place_code)
    for route, line in routes.items():
        if role in line.may and not line.costly and _differs(line, role):
            hidden = _hidden(world, actor, line)
            for relation in ELSEWHERE:
                kept = ask(client, line, subjects[relation], may_fail=may_fail and line.post is not None)
                yield _cell(role, route, relation, subjects[relation], hidden, kept), line


def first_of(line: Line) -> str:
    """The first role that may open a route."""
    return next(role for role in POSTS if role in line.may)


def _cell(
    role: str, route: str, relation: str, subject: Subject, hidden: list[Subject], answer: tuple[int, str, bool]
) -> Cell:
    status, text, did = answer
    shown = frozenset(one.name for one in hidden if one.name in text or _keys(one, subject, text))
    return Cell(role, route, relation, status, shown, did)


def ask(client: Client, line: Any, subject: Subject, *, may_fail: bool = False) -> tuple[int, str, bool]:
    """One request, its answer as text and whether it left a trace; what it wrote is taken back."""
    address = line.address(subject) if callable(line.address) else line.address
    headers = {"HX-Request": "true"} if getattr(line, "fragment", False) else {}
    did = False
    with transaction.atomic():
        if line.post is None:
            answer = client.get(address, headers=headers)
        else:
            last = _number(LAST)
            answer = client.post(address, _form(line.post, subject), headers=headers)
            did = _number(LEFT, last) > 0
            client.cookies.pop("messages", None)  # told to nobody: the next page asked for is another matter
        transaction.set_rollback(True)
    assert may_fail or answer.status_code < 500, address
    return answer.status_code, _text(answer), did


def expected(cell: Cell, line: Line) -> set[int]:
    """What the table says about a cell."""
    if cell.role not in line.may:
        return {403}
    if cell.relation in line.either:
        return {*line.answers, line.missing}
    if cell.relation in line.found:
        return set(line.answers)
    return {line.missing}


def done(cell: Cell, line: Line) -> bool:
    """Whether the table says that this form changes something."""
    own_instead = cell.relation in line.either and cell.status in line.answers
    return line.post is not None and cell.role in line.does and (cell.relation in line.found or own_instead)


def own_pages(
    world: World, browsers: People, roles: Iterable[str], routes: Mapping[str, Line] = TABLE
) -> dict[tuple[str, str], str]:
    """(role, route) → what a list, count, sheet or completion of the own place says to whoever may read it."""
    found = {}
    for role in roles:
        client, actor = browsers[role]
        own = world.seen_from(actor.place_code)["own"]
        for route, line in routes.items():
            # Lists, counts, sheets and completions; a page about one thing is asked for by look_across.
            of_many = bool(line.either) or not callable(line.address)
            if of_many and role in line.may and line.post is None and not line.costly and not line.areas:
                status, text, _ = ask(client, line, own)
                found[role, route] = f"{status} {NOT_THE_PAGE.sub('', text)}"
    return found


def _differs(line: Line, role: str) -> bool:
    """Whether the answer can depend on the subject: a refusal by role, before the view is entered, cannot."""
    return (callable(line.address) or callable(line.post)) and role in line.may


def _form(post: Form, subject: Subject) -> dict[str, str]:
    return post(subject) if callable(post) else post


def _number(query: str, *values: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])


def _hidden(world: World, actor: Actor, line: Line) -> list[Subject]:
    """The subjects of which this person may see nothing, on no page and under no address."""
    if actor.role not in WITH_HOUSEHOLDS and not line.asked:
        return list(world.made.values())
    return [one for one in world.made.values() if not actor.covers(one.number)]


def _keys(one: Subject, asked: Subject, text: str) -> bool:
    """A hidden household's key on a page; the one asked for stands in the address that the page repeats."""
    return one.key != asked.key and f"{one.household}/" in text


def _text(answer: Any) -> str:
    content = answer.content
    if content[:2] != b"PK":
        return f"{answer.headers.get('Location', '')} {content.decode('utf-8', 'replace')}"
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
