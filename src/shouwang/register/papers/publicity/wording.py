"""The sentences around a notice (公示用语): the same on page, paper and workbook."""

from datetime import date, timedelta

from shouwang.register.papers.publicity.notice import Notice


def day_words(day: date) -> str:
    """2026年11月22日."""
    return f"{day.year}年{day.month}月{day.day}日"


def period_line(notice: Notice) -> str:
    """From which day to which last day it stands."""
    last = notice.until_on - timedelta(days=1)
    days = (notice.until_on - notice.from_on).days
    return f"公示期：{day_words(notice.from_on)}至{day_words(last)}，共{days}天"


def foot_lines(notice: Notice) -> list[str]:
    """How to object, and what happens to who objects: nothing."""
    return [
        f"对名单有不同意见的，请在公示期内向村民委员会或乡镇人民政府提出，可以不当面。受理电话：{notice.phone}",
        "提出意见的人不公开。公示期满，本公示自行撤下。",
    ]
