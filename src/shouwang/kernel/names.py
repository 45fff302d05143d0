"""Personal names (姓名): one written form, and the two ways in which a clerk mishears or misreads it.

Hearing: pinyin without tones, character by character, so that both sides of a comparison read alike.
Seeing: classes of characters of similar shape (形近字). Names without a surname (Tibetan, Mongolian, Yi) are
treated like all others: their first character stands where a surname would.
"""

import re
import unicodedata
from functools import cache

from pypinyin.pinyin_dict import pinyin_dict

from shouwang.kernel.similar_shapes import SHAPES

# Surnames read differently from the character's usual reading.
SURNAME_READINGS = {
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "曾": "zeng", "覃": "qin", "任": "ren", "区": "ou",
    "朴": "piao", "盖": "ge", "乐": "yue", "尉": "wei", "缪": "miao", "翟": "zhai", "冼": "xian", "洗": "xian",
    "繁": "po", "种": "chong", "召": "shao", "逄": "pang", "员": "yun", "折": "she", "黑": "he", "那": "na",
    "秘": "bi", "句": "gou", "谌": "chen", "隗": "wei", "郇": "xun", "适": "kuo", "能": "nai", "哈": "ha",
    "牟": "mou", "宿": "su", "薄": "bo", "燕": "yan", "佴": "nai", "令": "ling", "长": "zhang", "重": "chong",
}  # fmt: skip
COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "诸葛",
        "上官",
        "司徒",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "东方",
        "夏侯",
        "长孙",
        "宇文",
        "轩辕",
        "端木",
        "南宫",
        "独孤",
        "闻人",
        "申屠",
        "呼延",
        "赫连",
        "澹台",
        "拓跋",
    ]
)
PLACEHOLDERS = frozenset(
    [
        "无",
        "不详",
        "未知",
        "暂无",
        "空",
        "姓名",
        "测试",
        "某某",
        "佚名",
        "无名",
        "无名氏",
        "NULL",
        "NONE",
        "NAN",
        "NA",
        "UNKNOWN",
    ]
)

_DOTS = re.compile(r"[·•‧∙⋅・･ㆍ.]")
_NOTE = re.compile(r"\(.*?\)|\(.*$|\[.*?\]|<.*?>")
_CJK = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NOT_CJK = re.compile(f"[^{_CJK}·]")
_NOT_LATIN = re.compile(r"[^A-Z]")
_MERGED_FINALS = (("ing", "in"), ("eng", "en"), ("ang", "an"))
_MERGED_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("hu", "f"))


def normalise(raw: str | None) -> str:
    """The name in one written form: CJK characters and one kind of dot; notes in brackets and blanks dropped.

    A name without any CJK character keeps its Latin letters in capitals; placeholders such as 不详 give "".
    """
    if not raw:
        return ""
    text = _NOTE.sub("", unicodedata.normalize("NFKC", raw))
    kept = _NOT_CJK.sub("", _DOTS.sub("·", text)).strip("·")
    kept = kept or _NOT_LATIN.sub("", text.upper())
    return "" if kept in PLACEHOLDERS else kept


def comparable(raw: str | None) -> str:
    """The normalised name without its dots: 扎西·才让 and 扎西才让 are one name."""
    return normalise(raw).replace("·", "")


def surname(name: str) -> str:
    """The surname (姓), two characters for the compound ones; the first character of a name that has none."""
    key = comparable(name)
    return key[:2] if len(key) > 2 and key[:2] in COMPOUND_SURNAMES else key[:1]


def pinyin(name: str) -> str:
    """Toneless syllables joined by blanks, the surname in its surname reading: 单小芳 is "shan xiao fang"."""
    key = comparable(name)
    return " ".join(syllable(c, as_surname=at == 0) for at, c in enumerate(key))


def surname_pinyin(name: str) -> str:
    """Toneless syllables of the surname."""
    return " ".join(pinyin(name).split(" ")[: len(surname(name))])


def shape(name: str) -> str:
    """The name with every character replaced by the first of its similar-shape class: 未 and 末 become one."""
    return "".join(SHAPES.get(c, c) for c in comparable(name))


@cache
def syllable(character: str, *, as_surname: bool = False) -> str:
    """The toneless reading of one character; a character without a known reading stands for itself."""
    if as_surname and character in SURNAME_READINGS:
        return SURNAME_READINGS[character]
    readings = pinyin_dict.get(ord(character))
    return _without_tone(readings.split(",")[0]) if readings else character


def southern(reading: str) -> str:
    """A reading with the sounds merged that southern speakers do not part: zh/z, n/l, hu/f, ing/in, eng/en, ang/an."""
    for initial, merged in _MERGED_INITIALS:
        if reading.startswith(initial):
            reading = merged + reading[len(initial) :]
            break
    for final, merged in _MERGED_FINALS:
        if reading.endswith(final):
            return reading[: -len(final)] + merged
    return reading


def _without_tone(reading: str) -> str:
    letters = unicodedata.normalize("NFD", reading.replace("ü", "v").replace("ǖ", "v"))
    letters = letters.replace("u\u0308", "v")
    return "".join(c for c in letters if c.isascii() and c.isalpha())
