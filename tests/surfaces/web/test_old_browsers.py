"""Style sheets and scripts keep to what browsers of the Chromium 90 kind understand."""

import re
from pathlib import Path

import pytest

from shouwang.surfaces import portal, web

FOLDERS = [Path(surface.__file__).parent for surface in (web, portal)]


def files(pattern):
    return sorted(found for folder in FOLDERS for found in folder.glob(pattern))


TOO_NEW_IN_CSS = {
    "newer colours": r"\b(oklch|oklab|lch|lab|color-mix|color)\(",
    "cascade layers": r"@layer",
    ":has": r":has\(",
    "registered properties": r"@property",
    "container queries": r"@container",
    "nesting": r"\{[^{}]*\n\s*&",
    "range syntax": r"\(\s*(width|height)\s*[<>]",
    "new units": r"\d(dvh|svh|lvh|cqw|lh)\b",
    "accent colour": r"accent-color",
}
TOO_NEW_IN_SCRIPTS = {
    "Array.at": r"\.at\(",
    "randomUUID": r"randomUUID",
    "hasOwn": r"hasOwn\(",
    "structuredClone": r"structuredClone",
    "findLast": r"findLast",
    "copying array methods": r"\.to(Sorted|Reversed|Spliced)\(",
    "Object.groupBy": r"groupBy\(",
}


@pytest.mark.parametrize("sheet", files("static/*/*.css"), ids=lambda path: path.name)
def test_a_style_sheet_uses_nothing_newer_than_its_readers(sheet):
    text = sheet.read_text("utf-8")

    assert [name for name, pattern in TOO_NEW_IN_CSS.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("script", files("static/*/*.js"), ids=lambda path: path.name)
def test_a_script_uses_nothing_newer_than_its_readers(script):
    text = script.read_text("utf-8")

    assert [name for name, pattern in TOO_NEW_IN_SCRIPTS.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("template", files("templates/**/*.html"), ids=lambda path: path.name)
def test_a_template_holds_no_script_and_no_style_of_its_own(template):
    text = re.sub(r"{%.*?%}", "", template.read_text("utf-8"))  # a variable named `one` is no attribute

    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", text) == []
