"""The access matrix (权限矩阵): every role × every route × every relation of place, against the reviewed table.

A new route fails here until table.py has a line for it; how to write one stands at the head of that file.
"""

import logging

import pytest
from django.urls import URLPattern, get_resolver

from tests.surfaces.web.matrix.table import OPEN_ROUTES, TABLE, TO_REVIEW
from tests.surfaces.web.matrix.walking import BOTH, DATABASE_ONLY, QUERIES_ONLY, expected, layers, walk
from tests.surfaces.web.matrix.world import POSTS, RELATIONS


@pytest.fixture(autouse=True)
def _quiet(settings):
    """Thousands of refusals are what is asked for; they need no line each in the log."""
    settings.SECURE_SSL_REDIRECT = False
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(level)


def test_every_route_has_a_line_in_the_table():
    routes = {one.name for one in get_resolver().url_patterns if isinstance(one, URLPattern)}
    missing = sorted(routes - set(TABLE) - OPEN_ROUTES - TO_REVIEW)

    assert not missing, "write into tests/surfaces/web/matrix/table.py: " + "; ".join(
        f'"{name}": Line(WHO_MAY, lambda s: "/its/address/")' for name in missing
    )
    assert not sorted(set(TABLE) - routes), "these lines speak of no route any more"
    assert not TO_REVIEW & set(TABLE)


def test_every_answer_is_that_of_the_table(cast, monkeypatch):
    cells, differences = 0, []
    with layers(BOTH, monkeypatch):
        for cell, line, _ in walk():
            cells += 1
            if cell.status not in expected(cell, line) or cell.shown:
                differences.append((cell, sorted(expected(cell, line))))

    assert not differences, "\n".join(f"{cell} expected {wanted}" for cell, wanted in differences[:40])
    assert cells >= (len(POSTS) - 1) * len(TABLE) * len(RELATIONS)


@pytest.mark.parametrize("which", [DATABASE_ONLY, QUERIES_ONLY])
def test_each_layer_alone_shows_nothing_of_another_place(cast, monkeypatch, which):
    with layers(which, monkeypatch):
        leaks = [cell for cell, _, _ in walk(only_allowed=True) if cell.shown]

    assert not leaks, "\n".join(str(cell) for cell in leaks[:40])


def test_without_both_layers_the_matrix_finds_the_leak(cast, monkeypatch):
    """The proof that the two tests above can fail: with neither layer, other places' households are shown."""
    routes = {name: TABLE[name] for name in ("household_list", "warning_list", "household_file", "case_list", "why")}
    with layers(DATABASE_ONLY, monkeypatch), layers(QUERIES_ONLY, monkeypatch):
        leaking = {cell.route for cell, _, _ in walk(routes, only_allowed=True) if cell.shown}

    assert leaking == set(routes)
