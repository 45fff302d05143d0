"""The access matrix (权限矩阵): every role × every route × every relation of place, against the reviewed table.

A new route fails here until table.py has a line for it; how to write one stands at the head of that file. The world is
laid once for the whole file, from the villages outwards, and every request is taken back.
"""

import gc
import logging
from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.surfaces.web import fresh_factor
from tests.surfaces.web.matrix.lines import R
from tests.surfaces.web.matrix.table import OPEN, TABLE, WITH_TESTS_OF_THEIR_OWN
from tests.surfaces.web.matrix.walking import (
    BOTH,
    DATABASE_ONLY,
    QUERIES_ONLY,
    ask,
    done,
    expected,
    first_of,
    layers,
    look_across,
    own_pages,
    people,
    walk,
)
from tests.surfaces.web.matrix.world import NOBODY, POSTS, RELATIONS, STAGES, World

WIDEST = (R.VILLAGE_CADRE, R.TOWNSHIP_OFFICER, R.COUNTY_OFFICER, R.LIAISON, R.PREFECTURE_OFFICER)
"""For each width of place the role that may read the most: what it is not told, the others are not told either."""


COSTLY = sum(line.costly for line in TABLE.values())


@pytest.fixture(scope="module")
def quiet():
    """Thousands of refusals are what is asked for; they need no line each in the log."""
    logger = logging.getLogger("django.request")
    level, before = logger.level, (settings.SECURE_SSL_REDIRECT, settings.SECOND_FACTOR)
    logger.setLevel(logging.ERROR)
    settings.SECURE_SSL_REDIRECT = settings.SECOND_FACTOR = False
    yield
    gc.unfreeze()
    logger.setLevel(level)
    settings.SECURE_SSL_REDIRECT, settings.SECOND_FACTOR = before


@pytest.fixture(scope="module")
def one_day() -> Iterator[None]:
    """Pages are compared with those of minutes ago; over midnight each wait would be a day longer, which is no leak."""
    now = timezone.now
    evening = end_of_day(now())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: min(now(), evening))
        yield


def end_of_day(at: datetime) -> datetime:
    """The last moment of the local day."""
    morning = datetime.combine(timezone.localdate(at) + timedelta(days=1), time.min, timezone.get_default_timezone())
    return morning - timedelta(microseconds=1)


@pytest.fixture(scope="module")
def db(quiet, one_day, django_db_setup, django_db_blocker) -> Iterator[None]:
    """One transaction for the whole file instead of one for each test."""
    with django_db_blocker.unblock(), transaction.atomic():
        rows_within(*EVERYWHERE).__enter__()  # ends with the transaction
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def ground(db) -> tuple[World, dict, dict]:
    """The whole world, who asks, and what each page said of its own place before anything outside of it existed."""
    world, browsers, early = World(), people(), {}
    for digits in STAGES:
        world.lay(digits)
        here = [role for role in WIDEST if len(POSTS[role]) == digits]
        for which in (DATABASE_ONLY, QUERIES_ONLY):
            with pytest.MonkeyPatch.context() as patch, layers(which, patch):
                early |= {(which, *key): text for key, text in own_pages(world, browsers, here).items()}
    gc.freeze()  # packs and the world stay: thousands of requests need not look through them again and again
    return world, browsers, early


def test_every_route_has_a_line_in_the_table():
    # The machines' addresses are included as one, and have a test of their own that each names its scope.
    routes = {one.name for one in get_resolver().url_patterns if isinstance(one, URLPattern)}
    written = {name.partition(" ")[0] for name in (*TABLE, *OPEN)} | WITH_TESTS_OF_THEIR_OWN
    missing = sorted(routes - written)

    assert not missing, "write into tests/surfaces/web/matrix/table.py: " + "; ".join(
        f'"{name}": Line(WHO_MAY, lambda s: "/its/address/")' for name in missing
    )
    assert not sorted(written - routes), "these lines speak of no route any more"
    assert not set(OPEN) & set(TABLE)


@pytest.mark.parametrize("role", POSTS)
def test_every_answer_is_that_of_the_table(ground, monkeypatch, role):
    world, browsers, _ = ground
    cells, differences = 0, []
    with layers(BOTH, monkeypatch):
        for cell, line in walk(world, browsers, role):
            cells += 1
            if cell.status not in expected(cell, line) or cell.shown or cell.did != done(cell, line):
                differences.append((cell, sorted(expected(cell, line)), done(cell, line)))

    assert not differences, "\n".join(f"{cell} expected {wanted} did={did}" for cell, wanted, did in differences)
    assert cells >= (len(TABLE) - COSTLY) * len(RELATIONS)


@pytest.mark.parametrize("which", [DATABASE_ONLY, QUERIES_ONLY])
@pytest.mark.parametrize("role", POSTS)
def test_each_layer_alone_shows_nothing_of_another_place(ground, monkeypatch, which, role):
    """Nor does a form change anything there."""
    world, browsers, _ = ground
    with layers(which, monkeypatch):
        leaks = [
            cell
            for cell, line in look_across(world, browsers, role, may_fail=which == DATABASE_ONLY)
            if cell.shown or (cell.did and not done(cell, line))
        ]

    assert not leaks, "\n".join(map(str, leaks))


@pytest.mark.parametrize("which", [DATABASE_ONLY, QUERIES_ONLY])
def test_each_layer_alone_counts_nothing_of_another_place(ground, monkeypatch, which):
    """No list, count, sheet or completion of one's own place changes by a sign when other places fill up."""
    world, browsers, early = ground
    with layers(which, monkeypatch):
        late = own_pages(world, browsers, WIDEST)

    changed = [(role, route) for (role, route), text in late.items() if text != early[which, role, route]]
    assert not changed, _first_change(early[which, *changed[0]], late[changed[0]]) + f" … {changed}"
    assert len(late) > 100


def test_without_both_layers_the_matrix_finds_the_leak(ground, monkeypatch):
    """The proof that the tests above can fail: with neither layer, other places' households are shown and counted."""
    world, browsers, early = ground
    routes = {name: TABLE[name] for name in ("household_list", "warning_list", "household_file", "case_list", "why")}
    with layers(DATABASE_ONLY, monkeypatch), layers(QUERIES_ONLY, monkeypatch):
        leaking = {cell.route for cell, _ in look_across(world, browsers, R.COLLECTOR, routes) if cell.shown}
        counted = own_pages(world, browsers, [R.VILLAGE_CADRE])

    assert leaking == set(routes)
    assert {"clue_ladder"} <= {
        route for (role, route), text in counted.items() if text != early[DATABASE_ONLY, role, route]
    }


def test_a_fresh_code_is_asked_for_exactly_where_the_table_says(ground, settings, monkeypatch):
    """S-15: each route once, by the first role that may open it and has a second factor, with no code given lately."""
    settings.SECOND_FACTOR = True
    monkeypatch.setattr(fresh_factor, "has_second_factor", lambda user: True)
    world, browsers, _ = ground
    differences = []
    for route, line in TABLE.items():
        client, actor = browsers[first_of(line)]
        _, text, did = ask(client, line, world.seen_from(actor.place_code)["own"])
        asked = 'name="factor_code"' in text or text.startswith("/sign-in/again/")
        if asked != line.code or (asked and did):
            differences.append((route, asked, did))

    assert differences == []


@pytest.mark.parametrize("name", OPEN)
def test_an_outsider_learns_nothing_about_a_household(ground, name):
    line, (world, _, _) = OPEN[name], ground
    answers = {one.key: ask(Client(), line, one) for one in [*world.made.values(), NOBODY]}
    wanted = dict.fromkeys(answers, line.answers) | ({"none": {line.missing}} if callable(line.address) else {})

    assert {key: status for key, (status, _, _) in answers.items() if status not in wanted[key]} == {}
    assert [
        one.name for one in world.made.values() if one.name in "".join(text for _, text, _ in answers.values())
    ] == []
    assert [
        one for one in world.made.values() if f"{one.household}" in "".join(text for _, text, _ in answers.values())
    ] == []


def test_nobody_without_an_account_gets_further_than_the_sign_in_page(ground):
    world, _, _ = ground
    village = world.made["village"]
    answers = {route: ask(Client(), line, village) for route, line in TABLE.items()}

    # A part of a page is answered with a header that sends the whole page to sign in.
    wanted = {route: 200 if line.fragment else 302 for route, line in TABLE.items()}
    assert {route: status for route, (status, _, _) in answers.items() if status != wanted[route]} == {}
    assert {route for route, (_, text, did) in answers.items() if did or village.name in text} == set()


def _first_change(before: str, after: str) -> str:
    at = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), len(before))
    return f"…{before[max(0, at - 80) : at + 80]}… became …{after[max(0, at - 80) : at + 80]}…"
