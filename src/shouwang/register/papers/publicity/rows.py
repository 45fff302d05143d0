"""Rows of a notice (公示名单行): an allow-list, each cell made from a closed vocabulary or a strict shape.

依据: 政府信息公开条例 第十五条; 个人信息保护法 第二十八条、第三十一条; DOMAIN §0 point 6. A cell that fits no shape is
withheld and the person who prepares the notice is told why; it is never shown as it came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.choices import HELP_CLASSES, HelpClass, ListedCategory
from shouwang.register.papers.publicity.scanning import forbidden
from shouwang.register.papers.publicity.text import GROUP, NAME, NUMERALS, plain, tells_health

MINOR = "（未成年人户）"
UNCHECKED = "（姓名待核）"
NO_GROUP = "（组别待核）"


@dataclass(frozen=True)
class Listed:
    """A household that is to be listed (拟公示农户): what the generator needs to know, most of which it never shows.

    `category` is a code of ListedCategory, `helps` are kinds of measures; `minor_names` are names of members under age.
    """

    household_id: str
    place_number: int
    head_name: str
    head_birth_on: date | None
    category: str
    group_name: str | None = None
    helps: tuple[str, ...] = ()
    minor_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terms:
    """What the policy pack says of notices (公示规定): the deny-list item → title, ages and days, names whole or masked."""

    deny: Mapping[str, str]
    adult_age: int
    least_days: int
    masked: bool = True


@dataclass(frozen=True)
class Row:
    """One row as everybody may read it (公示行); there is no other field, and no way to add one."""

    name: str
    group: str
    category: str
    help: str


@dataclass(frozen=True)
class Withheld:
    """A cell that was not shown (未显示的内容) and why, for the person who prepares the notice and nobody else."""

    household_id: str
    reason: str


def rows(listed: Sequence[Listed], *, terms: Terms, as_of: date) -> tuple[tuple[Row, ...], tuple[Withheld, ...]]:
    """The rows in the order given, and what was withheld. Raises Refusal for a category or help that is no known one."""
    if len({one.household_id for one in listed}) != len(listed):
        raise Refusal("有农户列了两次。", "一户只公示一行，请去掉重复的。")
    made: list[Row] = []
    withheld: list[Withheld] = []
    for one in listed:
        name, why_name = _name(one, terms, as_of)
        group, why_group = _group(one, terms)
        withheld += [Withheld(one.household_id, why) for why in (why_name, why_group) if why]
        made.append(Row(name=name, group=group, category=_category(one.category), help=_help(one.helps)))
    return tuple(made), tuple(withheld)


def _name(one: Listed, terms: Terms, as_of: date) -> tuple[str, str]:
    """The name as it may stand there, and why it does not when it does not."""
    if one.head_birth_on is None:
        return UNCHECKED, "户主出生日期不详，不能确定是否成年"
    if not _of_age(one.head_birth_on, terms.adult_age, as_of):
        return MINOR, "户主未成年，不公示姓名"
    name = plain(one.head_name)
    if not NAME.fullmatch(name) or NUMERALS.search(name):
        return UNCHECKED, "户主姓名不像姓名"
    if name in {plain(minor) for minor in one.minor_names}:
        return UNCHECKED, "户主姓名与未成年成员相同"
    shown = _masked(name) if terms.masked else name
    if tells_health(shown):
        shown = name[0] + "**"
    unfit = tells_health(shown) or forbidden([shown], terms.deny)
    return (UNCHECKED, "户主姓名含有不宜公示的字") if unfit else (shown, "")


def _masked(name: str) -> str:
    """李*山 for 李大山, 李* for 李山: neighbours know who is meant, a search engine does not."""
    return name[0] + "*" * (len(name) - 2) + name[-1] if len(name) > 2 else name[0] + "*"


def _of_age(birth_on: date, years: int, as_of: date) -> bool:
    had_birthday = (as_of.month, as_of.day) >= (birth_on.month, birth_on.day)
    return as_of.year - birth_on.year - (not had_birthday) >= years


def _group(one: Listed, terms: Terms) -> tuple[str, str]:
    group = plain(one.group_name)
    if not group:
        return NO_GROUP, "没有登记村民小组"
    names = {plain(name) for name in one.minor_names} | {plain(one.head_name)}
    fits = GROUP.fullmatch(group) and not tells_health(group) and not forbidden([group], terms.deny)
    if not fits or any(len(name) > 1 and name in group for name in names):
        return NO_GROUP, "村民小组的写法不宜公示"
    return group, ""


def _category(code: str) -> str:
    if code not in ListedCategory.values:
        raise Refusal("公示类别不在允许的范围内。", "只公示监测类别或结果，不公示原因。")
    return str(ListedCategory(code).label)


def _help(kinds: Sequence[str]) -> str:
    unknown = [kind for kind in kinds if kind not in HELP_CLASSES]
    if unknown:
        raise Refusal("帮扶类别不在允许的范围内。", "请选择登记表里的帮扶措施类别。")
    named = {HELP_CLASSES[kind] for kind in kinds}
    return "、".join(str(one.label) for one in HelpClass if one in named)
