"""The repository keeps what its pages promise: targets, commands, files, words."""

import re

import pytest
import typer.main

from shouwang.surfaces.cli.main import app
from tests.architecture.sources import PACKAGE, ROOT

PAGES = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
FLOORS = ("register", "stream", "services", "watch", "surfaces")


def text(page):
    return (ROOT / page).read_text("utf-8")


def targets():
    return set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))


def commands():
    root = typer.main.get_command(app)
    return {name: set(getattr(command, "commands", {})) for name, command in root.commands.items()}


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_a_page_names_exists(page):
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text(page), re.MULTILINE))

    assert named - targets() == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_shows_exists(page):
    shown = re.findall(r"^(?:\$ )?(?:\.venv/bin/)?shouwang ([a-z-]+)(?: ([a-z-]+))?", text(page), re.MULTILINE)
    known = commands()

    missing = [
        f"{group} {name}" for group, name in shown if group not in known or (known[group] and name not in known[group])
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_links_to_exists(page):
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text(page))

    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


def rooms():
    inside = [folder.name for floor in FLOORS for folder in (PACKAGE / floor).glob("*/") if _is_room(folder)]
    return sorted({*inside, *(folder.name for folder in PACKAGE.glob("*/") if _is_room(folder))})


def _is_room(folder):
    return (folder / "__init__.py").exists()


@pytest.mark.parametrize("room", rooms())
def test_every_room_of_the_house_has_its_word_in_the_glossary(room):
    assert f"`{room}`" in text("GLOSSARY.md")


def test_ci_runs_what_a_developer_runs():
    assert re.findall(r"^make (\w+)", text(".ci/run"), re.MULTILINE) == ["check", "test"]
