"""The language a page is shown in (界面语言): Chinese unless this browser asked for English by the switch.

The house speaks Chinese: sentences are made, kept and sent in Chinese, by every layer. English exists only while a page is
drawn, so nothing that is stored, signed, posted or delivered can come out in another language. What the browser would
prefer does not count.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends.django import DjangoTemplates, Template, reraise
from django.utils import translation
from django.utils.safestring import SafeString

from shouwang.surfaces.web.paging import wants_sheet
from shouwang.surfaces.web.plurals import numbered

COOKIE = "language"
ENGLISH = "en"


def language_of(request: HttpRequest | None) -> str:
    """The language in which this request's page is drawn; a table that leaves as a sheet is always Chinese."""
    if request is None or wants_sheet(request) or request.COOKIES.get(COOKIE) != ENGLISH:
        return settings.LANGUAGE_CODE
    return ENGLISH


class Page(Template):
    """A template that is drawn in the reader's language; without a reader, in Chinese."""

    def render(self, context: dict[str, Any] | None = None, request: HttpRequest | None = None) -> SafeString:
        """The page; the language before it is back when it is drawn."""
        with translation.override(language_of(request)):
            drawn = super().render(context, request)
        return SafeString(numbered(drawn) if language_of(request) == ENGLISH else drawn)


class Pages(DjangoTemplates):
    """The template engine of the surfaces (模板引擎)."""

    def get_template(self, template_name: str) -> Page:
        """The template of a name."""
        try:
            return Page(self.engine.get_template(template_name), self)
        except TemplateDoesNotExist as missing:
            reraise(missing, self)
            raise
