"""Left navigation (导航): the river's words, only what exists and what the post may open."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.surfaces.web.help_link import help_address


@dataclass(frozen=True)
class Item:
    """One entry: route name, title, icon, the permission it needs and its key after `g`."""

    route: str
    title: str
    icon: str
    permission: Permission
    key: str = ""


RIVER: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        "办理",
        (
            Item("inbox", "待办", "next", Permission.SEE_CASES, "i"),
            Item("clue_list", "线索", "clue", Permission.SEE_CLUES, "s"),
            Item("case_list", "办理件", "draft", Permission.SEE_CASES, "c"),
            Item("enquiry_list", "比对请求", "link", Permission.ANSWER_COMPARISON, "q"),
            Item("plan_list", "帮扶方案", "household", Permission.SEE_PLANS, "b"),
            Item("request_list", "帮扶办理单", "next", Permission.REPLY_MEASURE),
            Item("self_service", "网上来件", "clue", Permission.SEE_CLUES),
            Item("new_clue", "登记线索", "draft", Permission.REPORT_CLUE, "n"),
            Item("phone_list", "外出采集", "eye", Permission.CHECK_CLUE),
            Item("field_form_list", "手机送来的表", "file", Permission.DISPATCH_CLUE),
        ),
    ),
    (
        "监测",
        (
            Item("dashboard", "监测总览", "overview", Permission.SEE_DASHBOARD, "d"),
            Item("insight", "全流程成效", "good", Permission.SEE_DASHBOARD, "e"),
            Item("warning_list", "预警名单", "warning", Permission.SEE_HOUSEHOLDS, "w"),
            Item("household_list", "农户查询", "household", Permission.SEE_HOUSEHOLDS, "h"),
        ),
    ),
    (
        "动态管理",
        (
            Item("zero_board", "动态清零", "good", Permission.SEE_CASES, "z"),
            Item("round_list", "季度动态管理", "calendar", Permission.SEE_CASES),
            Item("follow_up_list", "跟踪回访", "eye", Permission.SEE_CASES, "v"),
        ),
    ),
    (
        "数据",
        (
            Item("delivery_list", "部门数据", "delivery", Permission.SEE_DELIVERIES, "f"),
            Item("exchange", "对接表格", "file", Permission.EXCHANGE_SHEETS, "x"),
            Item("link_review", "人员比对复核", "link", Permission.RESOLVE_LINKS, "l"),
            Item("doubt_list", "疑点数据", "doubt", Permission.SEE_HOUSEHOLDS),
            Item("gap_list", "未能判断", "gap", Permission.SEE_HOUSEHOLDS),
        ),
    ),
    (
        "文书",
        (
            Item("posting_list", "公示管理", "notice", Permission.ISSUE_PAPER, "p"),
            Item("village_codes", "村二维码", "print", Permission.ISSUE_PAPER),
            Item("paper_list", "文书", "paper", Permission.ISSUE_PAPER),
            Item("release_list", "导出审批", "file", Permission.ISSUE_PAPER),
        ),
    ),
    (
        "规则",
        (
            Item("rule_list", "规则手册", "book", Permission.SEE_RULES, "r"),
            Item("amendment_list", "规则修订", "draft", Permission.SEE_RULES, "m"),
            Item("working_calendar", "工作日历", "calendar", Permission.MANAGE_CALENDAR),
        ),
    ),
    (
        "人员",
        (
            Item("account_list", "账号管理", "household", Permission.MANAGE_STAFF),
            Item("post_list", "岗位授权", "file", Permission.GRANT_POSTS),
            Item("machine_list", "部门系统", "link", Permission.MANAGE_MACHINES),
        ),
    ),
    (
        "监督",
        (
            Item("ledger", "台账", "file", Permission.SEE_LEDGER, "t"),
            Item("look_patterns", "查看与导出", "eye", Permission.SEE_LEDGER),
            Item("seal_list", "封存核验", "good", Permission.SEE_LEDGER),
        ),
    ),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The groups of the left navigation for the actor of a request, and where the help of the page stands."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {"navigation": [], "help_address": help_address(request)}
    here = _here(actor, request.path)
    groups = [{"title": title, "entries": _entries(items, actor, request.path, here)} for title, items in RIVER]
    return {"navigation": [group for group in groups if group["entries"]], "help_address": help_address(request)}


def _here(actor: Actor, path: str) -> str:
    """The entry under which a page lies: the longest address that begins its own."""
    addresses = (_address(item.route) for _, items in RIVER for item in items if actor.may(item.permission))
    return max((address for address in addresses if path.startswith(address)), key=len, default="")


@cache
def _address(route: str) -> str:
    """Where an entry leads; a page has fifty of them, and they never move."""
    return reverse(route)


def _entries(items: tuple[Item, ...], actor: Actor, path: str, here: str) -> list[dict[str, Any]]:
    entries = []
    for item in items:
        if actor.may(item.permission):
            address = _address(item.route)
            entries.append(
                {
                    "address": address,
                    "title": item.title,
                    "icon": item.icon,
                    "key": item.key,
                    "here": address == here,
                    "exact": path == address,
                }
            )
    return entries


def first_page(actor: Actor) -> str:
    """The route where an actor's day starts: the first entry of the navigation that is allowed."""
    return next((item.route for _, items in RIVER for item in items if actor.may(item.permission)), "")
