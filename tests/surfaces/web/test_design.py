"""The design page lives: every class of the style sheets is shown on it, or said to belong to one page."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from shouwang.surfaces.web.design import ENOUGH, LAYOUT, PAIRS, SHEETS, STATIC, classes, contrast, contrast_of, tokens

TEMPLATES = Path(__file__).parents[3] / "src/shouwang/surfaces/web/templates"


@pytest.fixture
def shown(as_person: Any) -> set[str]:
    """The classes that stand on the page."""
    page = as_person("xiaowang").get("/design/").content.decode()
    return {name for value in re.findall(r'class="([^"]*)"', page) for name in value.split()}


def listed() -> list[str]:
    return [name for words in LAYOUT.values() for name in words.split()]


def test_every_class_of_the_style_sheets_is_shown_or_belongs_to_one_page(shown: set[str]) -> None:
    styled = set().union(*map(classes, SHEETS))

    assert sorted(styled - shown - set(listed())) == []


def test_what_is_listed_is_styled_listed_once_and_not_shown_anyway(shown: set[str]) -> None:
    styled = set().union(*map(classes, SHEETS))

    assert sorted(set(listed()) - styled) == []
    assert sorted(set(listed()) & shown) == []
    assert len(listed()) == len(set(listed()))


def test_every_style_sheet_of_the_pages_is_looked_at() -> None:
    assert {path.stem for path in STATIC.glob("*.css")} == set(SHEETS)


def test_a_class_that_is_new_would_be_missed(shown: set[str]) -> None:
    assert "ribbon" not in shown | set(listed())


@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_words_stand_out_from_their_ground(front: str, back: str) -> None:
    assert contrast(tokens()[front], tokens()[back]) >= ENOUGH
    assert contrast_of(front, back)["enough"]


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


def test_every_token_is_used(shown: set[str]) -> None:
    text = "".join(path.read_text("utf-8") for path in STATIC.glob("*.css"))

    assert [name for name in tokens() if f"var(--{name})" not in text] == []


def test_the_parts_on_the_page_are_the_ones_in_use() -> None:
    used = "".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html") if "design" not in path.name)
    used += "".join(path.read_text("utf-8") for path in STATIC.parents[1].glob("*.py") if path.stem != "design")
    design = "".join(path.read_text("utf-8") for path in TEMPLATES.rglob("design*.html"))
    parts = {part for part in re.findall(r'include "([^"]+)"', design) if "design_" not in part}

    assert len(parts) >= 7
    assert [part for part in parts if part not in used] == []


def test_nobody_without_an_account_sees_it_and_everybody_with_a_post_does(client: Any, as_person: Any) -> None:
    assert client.get(reverse("design")).status_code == 302
    for person in ("xiaowang", "xiaosun", "xiaowu"):
        assert as_person(person).get("/design/").status_code == 200
    assert as_person("xiaowang").post("/design/").status_code == 405


def test_it_shows_the_sentence_of_a_refusal_and_no_form_that_does_anything(as_person: Any) -> None:
    page = as_person("xiaowang").get("/design/").content.decode()

    assert "没有写理由。" in page
    posts = re.findall(r'<form method="post" action="([^"]*)"', page)
    assert set(posts) == {"/type/", "/language/", "/sign-out/"}
