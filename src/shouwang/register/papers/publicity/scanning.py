"""The second net (公示第二道防线): looks for what may never be published, whatever way it got into a cell.

The items are those of the pack's list `publicity_deny`; a county may add to it. Items that have a shape are found by
it, every other one by its words. What can only be known from the register (whose name is a minor's) is the business of
`rows.py`.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from shouwang.register.papers.publicity.text import HEALTH_WORDS, NUMERALS, plain

_DIGITS = re.compile(r"[0-9Xx]{15,}")
_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}|(?<![0-9])[0-9]{7,8}(?![0-9])")
_ACCOUNT = re.compile(r"[0-9]{12,}")
_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:[-/.年·][0-9]{1,2}|[01][0-9][0-3][0-9])")
_ADDRESS = re.compile(r"[0-9]+(?:号|室|栋|幢|单元|弄)|(?:大道|路|街|巷)[0-9]|门牌")
_MONEY = re.compile(r"[0-9]+(?:\.[0-9]+)?万?元|存款|车辆|房产|纯收入")

SHAPES: dict[str, Callable[[str], object]] = {
    "id_number": _DIGITS.search,
    "phone": _PHONE.search,
    "bank_account": _ACCOUNT.search,
    "birth_on": _DAY.search,
    "home_address": _ADDRESS.search,
    "income_and_property": _MONEY.search,
    "health_status": lambda text: any(word in text.upper() for word in HEALTH_WORDS),
    "disability_detail": re.compile("[一二三四1-4]级|肢体|听力|视力|智力|精神").search,
    "risk_reason": re.compile("因(?:病|残|学|灾)").search,
    "ethnicity": re.compile("[一-鿿]族").search,
    "religion": re.compile("教徒|信教|宗教").search,
    "political_status": re.compile("党员|团员|群众身份").search,
    "integrity_record": re.compile("失信|黑名单|处罚").search,
}
"""Item of the deny-list → what finds it. These run always: a pack can add items, never switch one off."""

SAID: dict[str, str] = {
    "id_number": "身份证件号码",
    "phone": "手机号和电话",
    "bank_account": "银行账号",
    "birth_on": "出生日期",
    "home_address": "详细住址",
    "income_and_property": "收入财产明细",
    "health_status": "健康状况",
    "disability_detail": "残疾类别和等级",
    "risk_reason": "能看出病残的风险原因",
    "ethnicity": "民族",
    "religion": "宗教信仰",
    "political_status": "政治面貌",
    "integrity_record": "诚信和处罚记录",
}


def forbidden(cells: Iterable[str], deny: Mapping[str, str]) -> list[str]:
    """Titles of the forbidden things that stand in any of the cells, none twice; an empty list is what must come out."""
    found: dict[str, None] = {}
    for cell in cells:
        text = plain(cell)
        if NUMERALS.search(text) or re.search("[0-9]{5,}", text):
            found["一长串数字"] = None
        for item, finds in SHAPES.items():
            if finds(text):
                found[deny.get(item, SAID[item])] = None
        for item, title in deny.items():
            if item not in SHAPES and plain(title) in text:
                found[title] = None
    return list(found)
