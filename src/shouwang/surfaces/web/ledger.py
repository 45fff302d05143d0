"""Ledger (台账): who did what and when, for the auditor; it never says whom the data are about by name."""

import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from shouwang.kernel.sheets.writing import write_sheet
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.choices import EXPORT, Look
from shouwang.register.ledger.queries import ledger_entries
from shouwang.register.places.queries import full_names
from shouwang.register.procedure.choices import Act
from shouwang.register.staff.choices import Permission, Role
from shouwang.register.staff.queries import accounts_called, names_of
from shouwang.stream.clues.choices import ClueAct
from shouwang.surfaces.web.access import Scope, StaffRequest, page
from shouwang.surfaces.web.fresh_factor import fresh_factor_for
from shouwang.surfaces.web.looks import task_words
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.place_choice import PlaceChoice, chosen_place
from shouwang.surfaces.web.sheets import sheet_response
from shouwang.surfaces.web.templatetags.pages import minute

DAYS_SHOWN = 7
"""Without a day chosen the last week is shown: a ledger of years is not counted for every page."""
EXPORT_LIMIT = 20_000
HEADERS = ("编号", "时间", "账号", "姓名", "角色", "辖区", "事项", "对象", "理由", "任务", "数量")
ACTS = {
    **dict(Look.choices),
    "resolve_reviews": "处理比对复核",
    "receive_delivery": "收到部门数据",
    "accept_delivery": "部门数据入库",
    "quarantine_delivery": "整张表隔离",
    "undo_delivery": "撤回报送",
    "download_rejects": "下载退回表",
    "export_warnings": "导出预警名单",
    "import_register": "导入农户登记",
    "queue_screening": "申请筛查",
    "publish_run": "发布筛查结果",
    "draft_amendment": "起草规则修订",
    "revise_amendment": "修改规则修订",
    "start_shadow": "开始影子运行",
    "record_shadow": "影子运行完成",
    "request_approval": "规则修订送审",
    "approve_amendment": "批准规则修订",
    "return_amendment": "退回规则修订",
    "withdraw_amendment": "撤回规则修订",
    "queue_trial": "申请试算",
    "export_trial": "导出试算结果",
    "take_up_warnings": "预警转线索",
    "clue_opened": "登记线索",
    "clue_fed": "线索新来由",
    "clue_dispatched": "交办线索",
    "clue_taken": "开始核实线索",
    "clue_returned": "退回线索",
    "clue_confirmed": "线索核实属实",
    "clue_closed": "办结线索",
    "clue_settled": "线索进入认定",
    "clue_reopened": "撤销线索办结",
    "clue_merged": "合并线索",
    "clue_split": "线索分户",
    "apply_for_help": "网上申请",
    "open_application": "凭编号查进度",
    "confirm_holder": "当面核对持编号人",
    "ask_for_correction": "请求更正",
    "answer_correction": "答复更正请求",
    "object_to_notice": "对公示提异议",
    "portal_limit": "门户次数用完",
    "clue_identified": "线索确定农户",
    "escalate_clues": "线索逾期升级",
    "see_notes": "知悉已监测户预警",
    "open_contact": "查看反映人电话",
    "export_clues": "导出线索",
    "record_no_risk": "记录核实无风险",
    "set_special_day": "录入工作日历",
    "load_national_days": "载入国家放假安排",
    "remove_special_day": "撤销工作日历",
    "post_notice_sheet": "张贴公示",
    "take_down_posting": "撤下公示",
    "begin_case": "启动办理",
    "keep_evidence": "上传证据",
    "ask_departments": "请部门比对",
    "declare_kin": "报备近亲属",
    "end_kin": "结束近亲属报备",
    "verify_ledger": "核验台账",
    "accept_restored_ledger": "认可恢复后的台账",
    "export_ledger": "导出台账",
    "issue_paper": "签发文书",
    "open_paper": "调阅文书",
    "upload_template": "上传文书模板",
    "revert_template": "恢复文书模板",
    "receive_sheet": "导入对接表格",
    "compare_sheet": "对接表格比对",
    "refuse_sheet": "对接表格未能读取",
    "decide_differences": "处理表格差异",
    "find_stale": "差异已过时",
    "take_over": "采用表中的值",
    "undo_take_over": "撤销采用",
    "correct_register": "更正登记",
    "fill_sheet": "填报入库",
    "download_returned": "下载表格退回行",
    "export_sheet": "导出上报表",
    "export_sheet_again": "再次下载上报表",
    "export_template": "下发预填模板",
    "hold_export": "名单导出到了界线",
    "ask_export": "申请导出",
    "answer_export": "审批导出",
    "release_export": "经同意导出",
    "open_demo_accounts": "开通演示账号",
    "open_account": "开通账号",
    "suspend_account": "停用账号",
    "resume_account": "恢复账号",
    "renew_secret": "重发一次性口令",
    "replace_password": "更换密码",
    "enrol_second_factor": "启用动态验证码",
    "grant_post": "授予岗位",
    "withdraw_post": "结束岗位",
}
"""Acts as the screen names them; one without a word here is shown by its code."""
MANY = {f"{EXPORT}*": "所有导出", "case_*": "办理的各个步骤", "clue_*": "线索的各个步骤"}
BEGINNINGS = {
    **{f"case_{act}": f"办理：{label}" for act, label in Act.choices},
    **{f"clue_{act}": f"线索：{label}" for act, label in ClueAct.choices},
}


@page(Permission.SEE_LEDGER, scope=Scope.NOBODY)
@require_GET
def ledger(request: StaffRequest) -> HttpResponse:
    """Entries, newest first, narrowed by who, what, when, where and whom."""
    chosen, places = chosen_entries(request), chosen_place(request.actor, request.GET)
    context = paged(request, _found(request, chosen, places), per_page=30)
    context["rows"] = entry_rows(context["page"].object_list)
    query = request.GET.copy()
    query.pop("page", None)
    context |= {
        "crumbs": [{"title": "台账"}],
        "acts": {**ACTS, **MANY}.items(),
        "chosen": chosen,
        "places": places,
        "export_address": f"{reverse('ledger_sheet')}?{query.urlencode()}",
        "export_limit": EXPORT_LIMIT,
        "too_many": context["page"].paginator.cut_short or context["page"].paginator.count > EXPORT_LIMIT,
    }
    return render(request, "web/ledger.html", context)


@page(Permission.SEE_LEDGER, scope=Scope.NOBODY)
@require_GET
@fresh_factor_for(must=False)
@transaction.atomic
def ledger_sheet(request: StaffRequest) -> HttpResponse:
    """The entries of the filters as xlsx, marked with who took them out and when, which the ledger notes too."""
    now, actor = timezone.now(), request.actor
    chosen, places = chosen_entries(request), chosen_place(request.actor, request.GET)
    rows = entry_rows(_found(request, chosen, places)[:EXPORT_LIMIT])
    note(act="export_ledger", subject="ledger", actor=actor, at=now, details={"rows": len(rows)})
    mark = f"{actor.name}（{actor.username}）{minute(now)} 导出，内部资料"
    lines = [tuple({**one, "at": minute(one["at"])}.values()) for one in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        write_sheet(path, HEADERS, [*lines, (mark,)], title="台账", mark=mark)
        return sheet_response(path.read_bytes(), f"台账{timezone.localdate():%Y%m%d}.xlsx")


def chosen_entries(request: StaffRequest) -> dict[str, Any]:
    """The filters of the address; what is no day, act or account falls back to the last week of everything."""
    today, given = timezone.localdate(), request.GET
    act = given.get("act", "")
    return {
        "from": _day(given.get("from")) or today - timedelta(days=DAYS_SHOWN - 1),
        "to": _day(given.get("to")) or today,
        "act": act if act in ACTS or act in MANY else "",
        "who": given.get("who", "").strip()[:40],
        "subject": given.get("subject", "").strip()[:80],
        "out": given.get("out") == "1",
    }


def _day(text: str | None) -> Any:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def _found(request: StaffRequest, chosen: dict[str, Any], places: PlaceChoice) -> Any:
    return ledger_entries(
        request.actor,
        act=chosen["act"],
        subject=chosen["subject"],
        who=accounts_called(chosen["who"]) if chosen["who"] else None,
        place_code=places.place.code if places.place.code != request.actor.place_code else "",
        out_of_task=chosen["out"],
        since=_midnight(chosen["from"]),
        until=_midnight(chosen["to"] + timedelta(days=1)),
    )


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - made aware in local time


def entry_rows(entries: Iterable[Any]) -> list[dict[str, Any]]:
    """Entries as an auditor reads them, with names beside the accounts."""
    shown = list(entries)
    names, places = names_of({one.actor for one in shown}), full_names({one.place_code for one in shown})
    labels = dict(Role.choices)
    return [
        {
            "number": one.pk,
            "at": one.at,
            "actor": one.actor,
            "name": names.get(one.actor, ""),
            "role": labels.get(one.role, one.role),
            "place": places.get(one.place_code, ""),
            "act": act_words(one.act),
            "subject": one.subject,
            "reason": one.reason,
            "task": task_words(one.details["task"]) if one.act in (Look.HOUSEHOLD, Look.RESIDENT) else "",
            "count": one.details.get("rows", ""),
        }
        for one in shown
    ]


def act_words(act: str) -> str:
    """An act in 中文."""
    return ACTS.get(act) or BEGINNINGS.get(act, act)
