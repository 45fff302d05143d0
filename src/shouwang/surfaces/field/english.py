"""English on the phone's page (手机页的英文): the page carries both languages, so that switching needs no signal.

Only what is shown becomes English. The page's own words lie in it as data, for everybody alike; the words of what was taken
along (questions, choices, titles of rules) come with it, as far as the catalogue knows them. The rest stays Chinese.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from django.utils import translation

from shouwang.surfaces.web.language import ENGLISH, language_of
from shouwang.surfaces.web.phrases import CHINESE, said

HERE = Path(__file__).parent
IN_SCRIPT = re.compile(r'"([^"\n]*[\u3400-\u9fff][^"\n]*)"')
IN_PAGE = re.compile(r'data-say="([^"]+)"')


@lru_cache(maxsize=1)
def page_words() -> dict[str, str]:
    """Every Chinese text of the page and its scripts → its English, in a fixed order."""
    page = (HERE / "templates" / "field" / "field.html").read_text("utf-8")
    found = set(IN_PAGE.findall(page))
    for script in (HERE / "static" / "field").glob("*.js"):
        found |= set(IN_SCRIPT.findall(script.read_text("utf-8")))
    return _english(found)


def words_of(content: Mapping[str, Any]) -> dict[str, str]:
    """The English of what a phone takes along: of forms, titles and reasons, never of anything that somebody said."""
    found, post = set(_form_words(content["forms"].values())), content["person"]["post"]
    for visit in content["visits"]:
        card = visit["household"]
        found |= {visit["title"], *visit["why"], card["monitored"], *(one["relation"] for one in card["members"])}
    with translation.override(ENGLISH):
        return {post: said(post), **_english(found)}


def answered(request: HttpRequest, sentence: str) -> str:
    """A sentence for whoever asks, in the language of their page."""
    with translation.override(language_of(request)):
        return said(sentence)


def _form_words(forms: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for form in forms:
        for field in form["fields"]:
            yield from (field["title"], field["hint"], *(title for _, title in field["choices"]))


def _english(texts: Iterable[str]) -> dict[str, str]:
    with translation.override(ENGLISH):
        pairs = {text: said(text) for text in sorted(texts) if CHINESE.search(text)}
    return {text: english for text, english in pairs.items() if not CHINESE.search(english)}  # half a label is none
