"""Households to list, and what the pack says of notices, for the tests of publicity."""

from datetime import date
from typing import Any

from shouwang.register.papers.actions import NoticeWish
from shouwang.register.papers.publicity import Listed, Terms
from tests.cast import VILLAGE

FROM, UNTIL = date(2026, 11, 23), date(2026, 11, 28)
LINE = "0735-2888888"
DENY = {
    "id_number": "身份证件号码",
    "phone": "手机号和电话",
    "bank_account": "银行账号",
    "health_status": "健康状况",
    "minor_person": "未成年人的姓名和情况",
}
TERMS = Terms(deny=DENY, adult_age=18, least_days=5)
ADULT = date(1980, 5, 1)


def listed(**given: Any) -> Listed:
    """老李's household, as it would be listed."""
    values: dict[str, Any] = {
        "household_id": "H1",
        "place_number": int(VILLAGE),
        "head_name": "李大山",
        "head_birth_on": ADULT,
        "category": "marginal",
        "group_name": "3组",
        "helps": ("industry", "health"),
    }
    return Listed(**(values | given))


def wish(*households: Listed, **given: Any) -> NoticeWish:
    """A notice of five days about them."""
    values: dict[str, Any] = {
        "kind": "determination",
        "place_number": int(VILLAGE),
        "listed": households or (listed(),),
        "from_on": FROM,
        "until_on": UNTIL,
        "phone": LINE,
        "about": ("C-2026-0001",),
    }
    return NoticeWish(**(values | given))
