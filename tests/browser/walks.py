"""What every role does on its first day (第一天), step by step, on the pages of the practice county.

A step begins on the page that the manual names; what is written here is what one does there, and what must then be seen.
"""

from collections.abc import Callable
from typing import Any

from shouwang.register.staff.choices import Role

Walk = Callable[[Any], None]
WHO = {
    Role.COLLECTOR: "xiaowang",
    Role.VILLAGE_CADRE: "laozhang",
    Role.HELPER: "xiaolin",
    Role.TOWNSHIP_OFFICER: "xiaochen",
    Role.TOWNSHIP_LEADER: "laoliu",
    Role.COUNTY_OFFICER: "xiaozhou",
    Role.COUNTY_LEADER: "laofang",
    Role.LIAISON: "xiaosun",
    Role.PREFECTURE_OFFICER: "laohe",
    Role.AUDITOR: "xiaowu",
    Role.SYSTEM_ADMIN: "laozheng",
    Role.SECURITY_ADMIN: "laoshen",
    Role.AUDIT_ADMIN: "laomeng",
}
"""Role → its account in the practice county."""


def sees(*texts: str) -> Walk:
    """Nothing to do but to look."""

    def look(page: Any) -> None:
        for text in texts:
            page.wait_for_selector(f"#content >> text={text}")

    return look


def opens(link: str, *texts: str) -> Walk:
    """Follow the first link of this kind."""

    def follow(page: Any) -> None:
        page.locator(link).first.click()
        page.wait_for_load_state()
        sees(*texts)(page)

    return follow


def opens_one_with(text: str, link: str = "tbody th a") -> Walk:
    """Open the entries of a list one after the other until one shows this text."""

    def search(page: Any) -> None:
        addresses = page.eval_on_selector_all(link, "all => all.map(one => one.href)")
        for address in addresses:
            page.goto(address)
            if page.locator(f"#content >> text={text} >> visible=true").count():
                page.locator(f"#content >> text={text} >> visible=true").first.scroll_into_view_if_needed()
                return
        raise AssertionError(f"none of {len(addresses)} shows {text}")

    return search


def _reports(page: Any) -> None:
    page.fill("#name", "王大娘")
    page.fill("textarea", "眼睛看不清，家里断了收入，请去看看。")


def _sends(page: Any) -> None:
    page.wait_for_selector("#content h1:has-text('部门数据')")
    assert page.locator("input[type=file]").count() == 1


TODO = sees("第一天：")
WALKS: dict[str, dict[str, Walk]] = {
    Role.COLLECTOR: {
        "todo": TODO,
        "clue": opens("#content table a[href^='/clues/']", "来由"),
        "household": opens("#content table a[href^='/households/']", "户编号"),
        "phone": lambda page: page.wait_for_selector("h1"),
        "report": _reports,
    },
    Role.VILLAGE_CADRE: {
        "todo": TODO,
        "case": opens_one_with("登记评议结果"),
        "notice": sees("公示管理"),
        "plan": opens("#content table a[href*='/plan/']", "帮扶"),
    },
    Role.HELPER: {
        "todo": TODO,
        "plan": opens("#content table a[href*='/plan/']", "帮扶"),
        "visit": sees("跟踪回访"),
        "report": _reports,
    },
    Role.TOWNSHIP_OFFICER: {
        "todo": TODO,
        "clues": sees("线索"),
        "case": opens_one_with("现在要办"),
        "links": sees("人员比对复核"),
        "phones": sees("手机送来的表"),
    },
    Role.TOWNSHIP_LEADER: {
        "todo": TODO,
        "review": opens_one_with("提交审核意见"),
        "plans": opens_one_with("批准", "#content table a[href*='/plan/']"),
        "rules": sees("规则手册"),
    },
    Role.COUNTY_OFFICER: {
        "overview": sees("监测总览", "风险从哪里来"),
        "why": opens("#content a[href^='/warnings/']:has-text('为什么')", "看了哪些数"),
        "data": _sends,
        "case": opens_one_with("发给部门"),
        "sheet": sees("对接表格"),
        "rules": sees("规则修订"),
    },
    Role.COUNTY_LEADER: {
        "todo": TODO,
        "decide": opens_one_with("作出决定"),
        "flow": sees("全流程成效"),
        "zero": sees("动态清零"),
    },
    Role.LIAISON: {
        "enquiries": sees("比对请求"),
        "send": _sends,
        "requests": sees("帮扶办理单"),
        "reported": _reports,
    },
    Role.PREFECTURE_OFFICER: {
        "overview": sees("监测总览"),
        "flow": sees("全流程成效"),
        "rules": sees("规则修订"),
        "calendar": sees("工作日历"),
    },
    Role.AUDITOR: {
        "ledger": sees("台账"),
        "looks": sees("查看与导出"),
        "seals": sees("封存核验"),
        "data": sees("部门数据"),
    },
    Role.SYSTEM_ADMIN: {
        "accounts": sees("账号管理"),
        "open": sees("开通"),
    },
    Role.SECURITY_ADMIN: {
        "posts": sees("岗位授权"),
        "grant": sees("授予"),
        "machines": sees("部门系统"),
    },
    Role.AUDIT_ADMIN: {
        "ledger": sees("台账"),
        "looks": sees("查看与导出"),
        "seals": sees("封存核验"),
    },
}
"""Role → step → what one does on its page."""
