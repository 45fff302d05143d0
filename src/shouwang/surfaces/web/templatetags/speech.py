"""Filters and tags of the page's language (语言标签); every template has them without loading."""

from django import template
from django.utils.translation import get_language

from shouwang.surfaces.web.language import ENGLISH
from shouwang.surfaces.web.phrases import spoken

register = template.Library()


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
