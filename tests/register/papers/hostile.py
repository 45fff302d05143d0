"""Ten thousand households that try to get onto a notice what may not stand there (敌意农户), from a fixed seed."""

import random
import re
import string
from datetime import date, timedelta
from typing import Any

from shouwang.kernel import identity_numbers
from shouwang.register.papers.choices import HELP_CLASSES, ListedCategory
from shouwang.register.papers.publicity import Listed
from tests.cast import TODAY, VILLAGE

GIVEN = "大山有田来福桂花秀英建国志强小宝乐乐思远"
SURNAMES = "李王张刘陈杨赵黄周吴"
HEALTH = [
    "糖尿病",
    "肺癌",
    "尘肺",
    "肢体二级残疾",
    "精神障碍",
    "艾滋",
    "白血病",
    "透析中",
    "瘫痪在床",
    "高血压",
    "因病",
    "因残",
]
FORMULAS = ['=HYPERLINK("http://a.b","x")', "+1+1", "-2", "@SUM(A1)", "\t=1", "＝1+1", "=cmd|' /C calc'!A0"]
MARKUP = [
    "<b>李</b>",
    "<script>alert(1)</script>",
    '"><img src=x>',
    "&lt;b&gt;",
    "{{ secret }}",
    "{% now %}",
    "#sys.inputs",
]
ADDRESSES = ["人民路18号", "3栋2单元501室", "大坪组门牌7号"]
MINOR_MARK = "童乐"
"""Names of minors carry these two characters, so that a trace of one is found whatever else was masked."""


def id_number(chance: random.Random) -> str:
    """A valid synthetic number (prefix 99)."""
    day = date(1940, 1, 1) + timedelta(days=chance.randrange(30000))
    first = f"99{chance.randrange(10000):04}{day:%Y%m%d}{chance.randrange(1000):03}"
    return first + identity_numbers.check_digit(first)


def phone(chance: random.Random) -> str:
    return f"1{chance.choice('3456789')}{chance.randrange(10**9):09}"


def account(chance: random.Random) -> str:
    return f"6222{chance.randrange(10**15):015}"


def disguised(chance: random.Random, text: str) -> str:
    """The same text in full width, spaced out, turned around, with invisible characters or with a name before it."""
    ways = [
        lambda: text,
        lambda: text.translate({ord(sign): ord(sign) + 0xFEE0 for sign in string.printable[:94]}),
        lambda: " ".join(text),
        lambda: "\u200b".join(text),
        lambda: f"\u202e{text[::-1]}\u202c",
        lambda: f"李大山{text}",
        lambda: f"{text[:6]}-{text[6:]}",
        lambda: text.translate(dict(zip(map(ord, "0123456789"), "〇一二三四五六七八九", strict=True))),
    ]
    return chance.choice(ways)()


def secret(chance: random.Random) -> str:
    """Something that may stand on no notice."""
    kind = chance.randrange(7)
    if kind < 3:
        return disguised(chance, (id_number, phone, account)[kind](chance))
    return chance.choice([HEALTH, FORMULAS, MARKUP, ADDRESSES][kind - 3])


def child(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + MINOR_MARK


def household(chance: random.Random, number: int) -> Listed:
    """One household; most of its fields lie."""
    minors = (child(chance),)
    honest = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
    name = chance.choice([honest, secret(chance), honest + secret(chance), minors[0], secret(chance)])
    group = chance.choice(
        ["3组", "大坪组", secret(chance), f"3组{secret(chance)}", f"{secret(chance)}组", f"{minors[0]}组", None]
    )
    born = chance.choice([date(1960, 1, 1), date(1985, 6, 1), TODAY - timedelta(days=chance.randrange(6570)), None])
    if born is not None and born > date(2008, 11, 22):
        name = minors[0]  # a child is head of the household
    return Listed(
        household_id=f"hostile-{number}",
        place_number=int(VILLAGE),
        head_name=name,
        head_birth_on=born,
        category=chance.choice(ListedCategory.values),
        group_name=group,
        helps=tuple(chance.sample(list(HELP_CLASSES), chance.randrange(4))),
        minor_names=minors,
    )


def households(count: int, seed: int = 4) -> list[Listed]:
    chance = random.Random(seed)
    return [household(chance, number) for number in range(count)]


FORBIDDEN = {
    "ID number": re.compile(r"[0-9]{17}[0-9Xx]|[0-9]{15}"),
    "phone": re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])"),
    "account": re.compile(r"[0-9]{12,}"),
    "number in words": re.compile("[〇零一二三四五六七八九]{6,}"),
    "health": re.compile("病|癌|瘤|残|尘肺|精神|艾滋|透析|瘫|血压"),
    "minor": re.compile(MINOR_MARK + "|乐乐乐"),
    "address": re.compile("[0-9]号|[0-9]栋|[0-9]室|门牌"),
    "markup": re.compile(r"<b>李|<script>|alert\(|img src|\{\{|\{%|sys\.inputs|HYPERLINK|cmd\|"),
    "direction": re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]"),
}
"""An oracle of its own: it shares no word list and no expression with the generator."""


def hits(text: str, *, but: Any = ()) -> dict[str, str]:
    """What of the forbidden stands in a text; `but` names lines of ours that may stand there (the official phone)."""
    for line in but:
        text = text.replace(line, "")
    return {kind: found.group() for kind, shape in FORBIDDEN.items() if (found := shape.search(text))}
