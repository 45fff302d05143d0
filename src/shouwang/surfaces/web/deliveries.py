"""Department data (部门数据): what came in and how fresh it is, a file sent, its receipt, taking it back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.register.staff.rights import may
from shouwang.stream.feeds.actions import download_rejects, receive_delivery, undo_delivery
from shouwang.stream.feeds.contracts import feed_contract, feed_contracts
from shouwang.stream.feeds.queries import FeedFreshness, deliveries, delivery_of, feeds_for, freshness, reject_rows
from shouwang.stream.linkage.choices import TIER_LABELS
from shouwang.stream.linkage.jobs import defer_acceptance
from shouwang.surfaces.web.access import Scope, StaffRequest, page
from shouwang.surfaces.web.feed_template import feed_template
from shouwang.surfaces.web.fresh_factor import fresh_factor_for
from shouwang.surfaces.web.leaving import rows_leave
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.sheets import sheet_response

REJECTS_SHOWN = 50
STATUS_STYLES = {"accepted": "tag-good", "quarantined": "tag-bad", "undone": ""}
HOME = {"title": "部门数据", "address": ""}


@page(Permission.SEE_DELIVERIES, scope=Scope.UNIT)
@require_GET
def delivery_list(request: StaffRequest) -> HttpResponse:
    """Freshness of every feed, all deliveries, and the form to send one."""
    return render(request, "web/deliveries.html", _list(request))


@page(Permission.SEND_DELIVERY, scope=Scope.UNIT)
@require_POST
def send_delivery(request: StaffRequest) -> HttpResponse:
    """Takes in a file; the same file twice leads to the receipt of the first."""
    file, feed = request.FILES.get("file"), request.POST.get("feed", "")
    wrong = _refusal(request.actor, feed, file)
    if wrong or file is None:
        return render(request, "web/deliveries.html", _list(request, wrong=wrong, chosen_feed=feed), status=422)
    receipt = receive_delivery(
        feed=feed, file_name=file.name or "", content=file.read(), actor=request.actor, at=timezone.now()
    )
    if not receipt.duplicate:
        fault_point("delivery.send.not_queued")
        defer_acceptance(delivery_id=receipt.delivery.pk, actor=request.actor)
    else:
        messages.warning(request, "这张表以前送过，内容一字不差，没有重复入库。下面是上一次的回执。")
    return redirect("delivery", receipt.delivery.pk)


@page(Permission.SEE_DELIVERIES, scope=Scope.UNIT)
@require_GET
def delivery(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """The receipt of one delivery; asked by htmx while the work goes on, only the changing part."""
    context = _receipt(request.actor, delivery_id)
    asked_again = bool(request.headers.get("HX-Request"))
    response = render(request, "web/parts/receipt.html" if asked_again else "web/delivery.html", context)
    if asked_again and context["delivery"].finished:
        response.headers["HX-Refresh"] = "true"  # what can be done with it now stands outside the changing part
    return response


@page(Permission.SEND_DELIVERY, scope=Scope.UNIT)
@require_GET
@fresh_factor_for(must=False)
def reject_sheet(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """The rejected rows as xlsx, noted in the ledger."""
    found = _mine(request.actor, delivery_id)
    if not may(request.actor, Permission.SEND_DELIVERY, found):
        raise Http404
    if found.unit != request.actor.unit:  # what a unit sent itself goes back to it
        rows_leave(
            request, f"{found.feed_title}退回表", [f"rejects:{found.pk}:{row}" for row in range(found.rows_rejected)]
        )
    content = download_rejects(delivery_id=delivery_id, actor=request.actor, at=timezone.now())
    return sheet_response(content, f"{found.feed_title}退回表.xlsx")


@page(Permission.UNDO_DELIVERY, scope=Scope.UNIT)
@require_POST
def undo(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """Takes a delivery back."""
    if not may(request.actor, Permission.UNDO_DELIVERY, _mine(request.actor, delivery_id)):
        raise Http404
    try:
        reason = request.POST.get("reason", "")
        undo_delivery(delivery_id=delivery_id, reason=reason, actor=request.actor, at=timezone.now())
        messages.success(request, "已撤回，这张表不再参与筛查。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("delivery", delivery_id)


@page(Permission.SEE_DELIVERIES, scope=Scope.UNIT)
@require_GET
def template_sheet(request: StaffRequest, feed: str) -> HttpResponse:
    """The filling-in template of a feed."""
    if feed not in feed_contracts():
        raise Http404
    source = feed_contract(feed)
    return sheet_response(feed_template(source), f"{source.title}填报模板.xlsx")


def _refusal(actor: Actor, feed: str, file: Any) -> str:
    """Why a file is not even taken in, as one sentence; empty when it is."""
    if feed not in {one.name for one in feeds_for(actor)}:
        return "请先选择这是哪一种数据。"
    if file is None or not file.size:
        return "没有收到文件，或者文件是空的，请重新选择。"
    if file.size > settings.UPLOAD_LIMIT:
        return f"文件超过 {settings.UPLOAD_LIMIT // 1024**2} MB，请分成几张表报送。"
    return ""


def _list(request: HttpRequest, **more: Any) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    feeds = [feed_row(one) for one in freshness(actor, on=timezone.localdate())]
    shown = paged(request, deliveries(actor))
    for one in shown["page"].object_list:
        one.style = STATUS_STYLES.get(one.status, "tag-brand")
    choices = [
        {"name": one.name, "title": one.title, "unit": one.unit, "template": _template(one.name)}
        for one in feeds_for(actor)
    ]
    states = [one["state"] for one in feeds]
    return {
        "crumbs": [HOME],
        "feeds": feeds,
        "feed_choices": choices,
        "may_send": actor.may(Permission.SEND_DELIVERY),
        "limit_mb": settings.UPLOAD_LIMIT // 1024**2,
        "fresh_count": states.count("fresh"),
        "late_count": states.count("late"),
        "never_count": states.count("never"),
        **shown,
        **more,
    }


def feed_row(one: FeedFreshness) -> dict[str, Any]:
    """One feed as the freshness table and the dashboard show it."""
    state = "never" if one.last_received_on is None else "late" if one.overdue else "fresh"
    words = {"never": "从未报送", "late": f"已 {one.age_days} 天未更新", "fresh": "及时"}
    return {
        "title": one.title,
        "unit": one.unit,
        "cadence": one.cadence,
        "rows": one.rows,
        "last_at": one.last_received_on,
        "state": state,
        "word": words[state],
        "style": {"never": "", "late": "tag-late", "fresh": "tag-good"}[state],
        "template": _template(one.feed),
    }


def _template(feed: str) -> str:
    return reverse("template_sheet", args=[feed])


def _mine(actor: Actor, delivery_id: int) -> Any:
    found = delivery_of(actor, delivery_id)
    if found is None:
        raise Http404
    return found


def _reject_sheet(actor: Actor, found: Any) -> str:
    """The address of the reject sheet for whom it is: people of the own place stand in it."""
    offered = found.sheet_path and may(actor, Permission.SEND_DELIVERY, found)
    return reverse("reject_sheet", args=[found.pk]) if offered else ""


def _receipt(actor: Actor, delivery_id: int) -> dict[str, Any]:
    found = _mine(actor, delivery_id)
    titles = {name: column.title for name, column in feed_contract(found.feed).columns.items()}
    rejects = reject_rows(found, limit=REJECTS_SHOWN).to_pylist() if found.rows_rejected else []
    tiers = found.receipt.get("tiers", {})
    return {
        "crumbs": [
            {"title": "部门数据", "address": reverse("delivery_list")},
            {"title": found.feed_title},
        ],
        "delivery": found,
        "may_undo": may(actor, Permission.UNDO_DELIVERY, found),
        "may_review": actor.may(Permission.RESOLVE_LINKS),
        "rejects": [{**one, "column": titles.get(one["column"] or "", one["column"] or "整行")} for one in rejects],
        "rejects_address": _reject_sheet(actor, found),
        "tiers": [{"label": TIER_LABELS.get(int(tier), tier), "rows": rows} for tier, rows in tiers.items()],
    }
