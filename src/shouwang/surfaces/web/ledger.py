"""Ledger (台账): who did what and when, for the auditor; it never says whom the data are about by name."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouwang.register.ledger.choices import Look
from shouwang.register.ledger.queries import ledger_entries
from shouwang.register.staff.choices import Permission, Role
from shouwang.surfaces.web.access import Scope, StaffRequest, page
from shouwang.surfaces.web.paging import paged

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
    "set_special_day": "录入工作日历",
    "load_national_days": "载入国家放假安排",
    "remove_special_day": "撤销工作日历",
    "post_notice_sheet": "张贴公示",
    "take_down_posting": "撤下公示",
    "open_demo_accounts": "开通演示账号",
}
"""Acts as the screen names them; one without a word here is shown by its code."""


@page(Permission.SEE_LEDGER, scope=Scope.NOBODY)
@require_GET
def ledger(request: StaffRequest) -> HttpResponse:
    """All entries, newest first, narrowed to one kind of act."""
    act = request.GET.get("act", "")
    act = act if act in ACTS else ""
    context = paged(request, ledger_entries(request.actor, act=act), per_page=30)
    labels = dict(Role.choices)
    for one in context["page"].object_list:
        one.act_word = ACTS.get(one.act, one.act)
        one.role_word = labels.get(one.role, one.role)
    context |= {"crumbs": [{"title": "台账"}], "acts": ACTS.items(), "chosen": act}
    return render(request, "web/ledger.html", context)
