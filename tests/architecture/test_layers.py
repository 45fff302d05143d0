"""What import-linter cannot see: foreign keys, signals, clocks, prints and the environment."""

import ast

import pytest
from django.apps import apps

from tests.architecture.sources import PACKAGE, ROOT, calls, contracts, python_files, rank, tree, where

DOMAIN = ("kernel", "engine", "policy", "register", "stream", "watch", "synth")
CLOCKS = ("datetime.now", "datetime.today", "datetime.utcnow", "date.today", "timezone.now", "timezone.localdate")


def ours(model):
    return model.__module__.startswith("shouwang.")


def test_foreign_keys_point_upstream():
    breaks = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in filter(ours, apps.get_models())
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and ours(field.related_model)
        if rank(field.related_model.__module__) > rank(model.__module__)
    ]

    assert breaks == []


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        ("shouwang.stream.feeds.models", "shouwang.register.households.models"),
        ("shouwang.stream.screening.models", "shouwang.stream.linkage.models"),
        ("shouwang.register.households.models", "shouwang.register.places.models"),
        ("shouwang.surfaces.web.apps", "shouwang.stream.screening.models"),
    ],
)
def test_the_rank_of_a_module_follows_the_contracts(higher, lower):
    assert rank(higher) > rank(lower)


def test_no_import_contract_has_an_exception():
    assert [contract["name"] for contract in contracts() if "ignore_imports" in contract] == []


def test_nothing_listens_to_signals():
    listeners = [
        where(path, node)
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        if node.module in {"django.dispatch", "django.db.models.signals"}
    ]

    assert listeners == []


def test_the_domain_reads_no_clock():
    """Times come in as `at=` or `as_of=`, so that a run of last year can be repeated."""
    readings = [
        where(path, node)
        for path in python_files(*DOMAIN)
        if path.name != "jobs.py"  # a job is where the time of day comes in
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        if ast.unparse(node).endswith(CLOCKS)
    ]

    assert readings == []


def test_only_the_command_line_prints():
    prints = [
        where(path, call)
        for path in python_files()
        if PACKAGE / "surfaces/cli" not in path.parents
        for call, name in calls(path)
        if name == "print"
    ]

    assert prints == []


def test_only_one_file_reads_the_environment():
    readers = {
        str(path.relative_to(ROOT))
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}
    }

    assert readers - SETS_DJANGO_UP == {"src/shouwang/conf/env.py"}


SETS_DJANGO_UP = {"src/shouwang/conf/wsgi.py"}
"""Django's own door names the settings module in the environment; there is no other way to tell it."""
