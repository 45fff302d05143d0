"""Tags and filters of the pages (页面标签): icons, levels, figures and dates as the screen writes them."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from shouwang.surfaces.manual import words
from shouwang.surfaces.web.phrases import english, english_day, said

register = template.Library()

LEVELS = {"red": "红色", "orange": "橙色", "yellow": "黄色", "review": "待核"}
UNKNOWN = "未知"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One drawing of the icon sheet; without a label it is decoration and hidden from screen readers."""
    where = static("web/icons.svg")
    if label:
        return format_html(
            '<svg role="img" aria-label="{}"><use href="{}#{}"></use></svg>', said(str(label)), where, name
        )
    return _drawing(where, name)


@cache
def _drawing(where: str, name: str) -> SafeString:
    return format_html('<svg aria-hidden="true"><use href="{}#{}"></use></svg>', where, name)


@register.simple_tag
def level(code: str | None, big: bool = False) -> SafeString:
    """A warning level (预警等级) as shape, word and colour; no level is written as a dash and a word."""
    known = code if code in LEVELS else "none"
    word = gettext(LEVELS.get(code or "", "无预警"))
    size = " level-big" if big else ""
    return format_html('<span class="level level-{}{}">{}{}</span>', known, size, icon(known), word)


@register.inclusion_tag("web/parts/word.html")
def word(name: str) -> dict[str, Any]:
    """A word of the field with what it means, opened where it stands; works without a script and by keyboard."""
    return {"word": words()[name]}


@register.inclusion_tag("web/parts/word.html")
def word_if_known(name: str) -> dict[str, Any]:
    """The same for a word out of the data: nothing where the manual does not explain it."""
    return {"word": words().get(name)}


@register.filter
def level_word(code: str) -> str:
    """The level's 中文."""
    return gettext(LEVELS.get(code, code))


@register.filter
def count(number: int | None) -> str:
    """A whole number with thousands separators; a dash when there is none."""
    return "–" if number is None else f"{number:,}"


@register.filter
def yuan(amount: Decimal | int | str | None) -> str:
    """An amount in yuan: thousands separators, decimals only where there are any."""
    if amount is None or amount == "":
        return gettext(UNKNOWN)
    value = Decimal(str(amount))
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as 2026-11-02, in English as 2 Nov 2026; in local time."""
    if value is None:
        return gettext(UNKNOWN)
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return english_day(local) if english() else local.strftime("%Y-%m-%d")


@register.filter
def minute(value: datetime | None) -> str:
    """A time to the minute, in local time."""
    return gettext(UNKNOWN) if value is None else f"{day(value)} {timezone.localtime(value):%H:%M}"


@register.filter
def yes_no(value: bool | None) -> str:
    """是, 否, or 未知: unknown is never written as no."""
    return gettext({True: "是", False: "否"}.get(value, UNKNOWN))  # type: ignore[arg-type]


@register.filter
def known(value: Any) -> Any:
    """The value, or 未知 where there is none."""
    return gettext(UNKNOWN) if value is None or value == "" else value


@register.filter
def share(part: int, whole: int) -> str:
    """A share of a hundred with one decimal, as the width of a bar needs it."""
    return f"{100 * part / whole:.2f}" if whole else "0"


@register.filter
def at(items: Any, place: Any) -> Any:
    """What stands at a place of a list or under a key; nothing where there is none."""
    try:
        return items[place]
    except (KeyError, IndexError):
        return ""


@register.filter
def split(text: str, mark: str) -> list[str]:
    """A text cut at a mark: short fixed lists of a form stand where they are read."""
    return text.split(mark)


@register.filter
def pairs(text: str) -> list[list[str]]:
    """Fixed choices of a form, `code:label|code:label`, as pairs."""
    return [one.split(":", 1) for one in text.split("|")]
