"""Reading the manual (读使用手册): Markdown files with a head in YAML, one per role or topic, and the field's words.

The head of a role says the steps of its first day: `see` is the page where a step is done, by the name of its route, and
a picture of the same name as the step stands in static/web/help, made by tests/browser/test_first_days.py.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

HERE = Path(__file__).parent
WORDS = HERE / "words.yaml"
HEAD = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One step of a first day (第一天的一步): what to do, what one sees there, and the page."""

    key: str
    do: str
    more: str
    see: str
    picture: str
    """The name of its pictures, without size and suffix."""


@dataclass(frozen=True)
class Chapter:
    """One chapter (一章): for a role or about a matter."""

    name: str
    title: str
    order: int
    lead: str
    text: str
    """As HTML, written from our own files."""
    role: str
    steps: tuple[Step, ...]
    pages: tuple[str, ...]
    """Routes whose help this chapter is."""
    words: tuple[str, ...]


@dataclass(frozen=True)
class Word:
    """A word of the field (词语): what it means, in a sentence or two."""

    word: str
    means: str
    place: int

    @property
    def anchor(self) -> str:
        """Where it stands in the list of words."""
        return f"word-{self.place}"


@cache
def chapters() -> dict[str, Chapter]:
    """Every chapter by its name: the roles from the village upwards, then the matters."""
    found = [_chapter(path) for path in sorted(HERE.glob("*/*.md"))]
    found.sort(key=lambda chapter: (not chapter.role, chapter.order))
    return {chapter.name: chapter for chapter in found}


@cache
def words() -> dict[str, Word]:
    """The field's words with what they mean, in the order of the file."""
    kept = yaml.safe_load(WORDS.read_text("utf-8"))
    return {word: Word(word, means.strip(), place) for place, (word, means) in enumerate(kept.items(), start=1)}


def first_day(role: str) -> Chapter | None:
    """The chapter of a role."""
    return next((chapter for chapter in chapters().values() if chapter.role == role), None)


@cache
def chapter_of_page(route: str) -> str:
    """The chapter that explains a page, else nothing."""
    return next((chapter.name for chapter in chapters().values() if route in chapter.pages), "")


def _chapter(path: Path) -> Chapter:
    parts = HEAD.match(path.read_text("utf-8"))
    if parts is None:
        raise ValueError(f"{path.name} has no head")
    head: dict[str, Any] = yaml.safe_load(parts[1])
    name = path.stem
    return Chapter(
        name=name,
        title=head["title"],
        order=head["order"],
        lead=head["lead"],
        text=_written().render(parts[2]),
        role=head.get("role", ""),
        steps=tuple(_step(name, one) for one in head.get("steps", ())),
        pages=tuple(head.get("pages", "").split()),
        words=tuple(head.get("words", "").split()),
    )


def _step(chapter: str, said: dict[str, str]) -> Step:
    return Step(said["key"], said["do"], said["more"], said["see"], f"{chapter}-{said['key']}")


@cache
def _written() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
