"""Chinese sentences said in English (短语): what code has put together is looked up whole, then by its pattern, then in parts.

Templates translate their own words. A word or sentence that comes from the layers below (a state, a refusal, a deadline with
its date) reaches the page ready-made in Chinese; its English stands in the same catalogue. A msgid with places in braces,
`已逾期 {days} 天`, is a pattern: it matches the sentence, and what stood in the places is carried over.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import get_language, gettext

from shouwang.surfaces.web.language import ENGLISH
from shouwang.surfaces.web.plurals import numbered

CATALOGUE = Path(__file__).parents[1] / "locale" / "en" / "LC_MESSAGES" / "django.mo"
CHINESE = re.compile(r"[\u3400-\u9fff]")
CHINESE_RUN = re.compile(
    r"[\u3400-\u9fff][\u3000-\u303f\u3400-\u9fff\uff01-\uff5e·0-9 -]*[\u3400-\u9fff\u300b\u3011\uff09]|[\u3400-\u9fff]"
)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
DATED = re.compile(r"(\d{4}-\d{2}-\d{2}) (.+)", re.DOTALL)
NOTED = re.compile(r"([^（）]+)（([^（）]+)）")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
PLACE = re.compile(r"\{(\w+)\}")
PARTS = (
    re.compile(r"(?<=[。！？])"),
    re.compile(r"(；)"),
    re.compile(r"(　| · )"),
    re.compile(r"(：)"),
    re.compile(r"(，)"),
    re.compile(r"(、)"),
)
SENTENCES = frozenset({"refusal", "said", "more", "problem"})
"""Places in which whole sentences stand; any other keeps within its own sentence."""
MARKS = {"；": "; ", "：": ": ", "、": ", ", "，": ", ", "　": " ", " · ": " · "}


@dataclass(frozen=True)
class Pattern:
    """A sentence with places for what changes."""

    form: re.Pattern[str]
    longest: str
    english: str
    weight: int


def english() -> bool:
    """Whether the page being drawn is an English one."""
    return get_language() == ENGLISH


def said(text: str) -> str:
    """A Chinese text in the language of the page; what the catalogue does not know stays as it is."""
    if not english():
        return text
    if DATE.fullmatch(text):
        return english_day(date.fromisoformat(text))
    if not CHINESE.search(text):
        return text
    return numbered((_whole(text) or _in_parts(text, 0)).rstrip())


def marked(text: str) -> SafeString:
    """What is left of Chinese in an English page marked as Chinese, for screen readers and fonts."""
    safe = str(conditional_escape(text))
    if "<" in safe or not english():
        return mark_safe(safe)  # noqa: S308 escaped above, or it was markup of ours before
    return mark_safe(CHINESE_RUN.sub(lambda run: f'<bdi lang="zh">{run[0]}</bdi>', safe))  # noqa: S308 escaped above


def english_day(day: date) -> str:
    """A day as 22 Nov 2026, in one piece."""
    return f"{day.day}\u00a0{MONTHS[day.month - 1]}\u00a0{day.year}"


def spoken(value: object, *, plain: bool = False) -> object:
    """A value of a template in the language of the page; in Chinese it is the very same object."""
    if not english() or value is None or isinstance(value, (int, float)):
        return value
    text = str(value)
    if not CHINESE.search(text):
        return value
    if isinstance(value, SafeData) and "<" in text:
        return value
    new = said(text)
    if isinstance(value, SafeData):
        new = mark_safe(new)  # noqa: S308 as safe as it was: the catalogue's own words are added
    return new if plain else marked(new)


def _whole(text: str) -> str:
    """The text as one phrase: word for word, or by the pattern that fixes most of it; empty where there is none."""
    word = gettext(text.replace("%", "%%")).replace("%%", "%")
    if word != text:
        return word
    for pattern in patterns():
        if pattern.longest in text and (found := pattern.form.fullmatch(text)):
            return PLACE.sub(lambda place: said(found[place[1]]), pattern.english)
    if dated := DATED.fullmatch(text):
        return f"{said(dated[1])} {said(dated[2])}"
    if (noted := NOTED.fullmatch(text)) and said(noted[1]) != noted[1]:
        return f"{said(noted[1])} ({said(noted[2])})"
    return ""


def _in_parts(text: str, depth: int) -> str:
    """The text cut at its marks, the coarsest first, each part said by itself."""
    for at, mark in enumerate(PARTS[depth:], depth):
        pieces = [piece for piece in mark.split(text) if piece]
        if len(pieces) > 1:
            new = "".join(MARKS.get(piece) or _ended(_whole(piece) or _in_parts(piece, at + 1), at) for piece in pieces)
            return new.rstrip() if CHINESE.sub("", new) != CHINESE.sub("", text) else text
    return text


def _ended(piece: str, at: int) -> str:
    return f"{piece} " if at == 0 and not piece.endswith(("。", " ")) else piece


@cache
def patterns() -> tuple[Pattern, ...]:
    """The phrases with places, those that fix most first."""
    found = [_pattern(chinese, english) for chinese, english in read_catalogue(CATALOGUE) if PLACE.search(chinese)]
    return tuple(sorted(found, key=lambda one: -one.weight))


def _pattern(chinese: str, english: str) -> Pattern:
    pieces = PLACE.split(chinese)
    fixed, names = pieces[::2], pieces[1::2]
    form = re.escape(fixed[0])
    for at, (name, literal) in enumerate(zip(names, fixed[1:], strict=True)):
        again = name in names[:at]
        form += (f"(?P={name})" if again else f"(?P<{name}>{'.' if name in SENTENCES else '[^。]'}*?)") + re.escape(
            literal
        )
    return Pattern(re.compile(form, re.DOTALL), max(fixed, key=len), english, sum(map(len, fixed)))


def read_catalogue(path: Path) -> Iterator[tuple[str, str]]:
    """The pairs of a compiled catalogue (.mo), its head left out."""
    data = path.read_bytes()
    _, _, count, here, there = struct.unpack_from("<5I", data)
    for at in range(count):
        pair = []
        for table in (here, there):
            length, start = struct.unpack_from("<2I", data, table + 8 * at)
            pair.append(data[start : start + length].decode())
        if pair[0]:
            yield pair[0], pair[1]
