"""Filters and tags of the page's language (语言标签); every template has them without loading."""

import re
from functools import cached_property

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.templatetags.i18n import do_translate
from django.utils.translation import get_language, gettext

from shouwang.surfaces.web.language import ENGLISH
from shouwang.surfaces.web.phrases import spoken

register = template.Library()
LITERAL = re.compile(r"""translate\s+(?:"([^"]*)"|'([^']*)')""")


@register.tag
def translate(parser: Parser, token: Token) -> template.Node:
    """Django's `{% translate %}`; a fixed text is looked up once per process: a page has hundreds of them."""
    found = LITERAL.fullmatch(token.contents.strip())
    return FixedText(found[1] or found[2]) if found else do_translate(parser, token)


class FixedText(template.Node):
    """A text that stands in the template itself (固定文字)."""

    def __init__(self, chinese: str) -> None:
        self.chinese = chinese

    def render(self, context: Context) -> str:
        """The text in the language of the page."""
        return self.english if get_language() == ENGLISH else self.chinese

    @cached_property
    def english(self) -> str:
        """Its English, asked for while an English page is being drawn."""
        return gettext(self.chinese.replace("%", "%%")).replace("%%", "%")


@register.filter(is_safe=True)
def say(value: object) -> object:
    """A ready-made word or sentence in the language of the page; Chinese that remains in an English page is marked so."""
    return spoken(value)


@register.filter(is_safe=True)
def say_plain(value: object) -> object:
    """The same where no markup may stand: in attributes, titles and options."""
    return spoken(value, plain=True)


@register.simple_tag
def page_language() -> str:
    """The language of the page for <html lang>."""
    return "en" if get_language() == ENGLISH else "zh-CN"
