"""Link review (人员比对复核): a record beside those it may mean, decided one by one or many at once."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.linkage.actions import open_identities, resolve_review, resolve_reviews
from shouwang.stream.linkage.queries import candidates_of, review_of, review_totals, reviews
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.comparing import compared
from shouwang.surfaces.web.paging import paged

PER_PAGE = 8
BY_BUTTON = "逐条核对"


@page(Permission.RESOLVE_LINKS)
@require_GET
def link_review(request: StaffRequest) -> HttpResponse:
    """Open items of the actor's area; every record that is shown is noted in the ledger."""
    feed, delivery = request.GET.get("feed", ""), request.GET.get("delivery", "")
    found = reviews(request.actor, feed=feed, delivery_id=int(delivery) if delivery.isdigit() else None)
    context = paged(request, found, per_page=PER_PAGE)
    items = list(context["page"].object_list)
    opened = open_identities(keys=[item.key for item in items], actor=request.actor, at=timezone.now())
    context["pairs"] = [_pair(request.actor, item, opened[item.key]) for item in items]
    context |= {"crumbs": [{"title": "人员比对复核"}], "feeds": review_totals(request.actor), "chosen": feed}
    return render(request, "web/link_review.html", context)


@page(Permission.RESOLVE_LINKS)
@require_POST
def resolve(request: StaffRequest, key: str) -> HttpResponse:
    """Decides one item; asked by htmx, its place on the page shows what was decided."""
    if review_of(request.actor, key) is None:
        raise Http404
    resident = request.POST.get("resident") or None
    resolve_review(key=key, resident_id=resident, reason=BY_BUTTON, actor=request.actor, at=timezone.now())
    if request.headers.get("HX-Request"):
        return render(request, "web/parts/resolved.html", {"key": key, "linked": bool(resident)})
    messages.success(request, "已确认为同一人。" if resident else "已标为不是这些人。")
    return redirect("link_review")


@page(Permission.RESOLVE_LINKS)
@require_POST
def clear(request: StaffRequest) -> HttpResponse:
    """Decides the ticked items at once: each for its likeliest candidate, or all for nobody."""
    keys = request.POST.getlist("key")
    try:
        choices = _choices(request.actor, keys, accept=request.POST.get("decision") == "accept")
        reason = request.POST.get("reason", "").strip()
        if not choices or not reason:
            raise Refusal("请先选中要处理的记录，并写明理由。")
        resolve_reviews(choices=choices, reason=reason, actor=request.actor, at=timezone.now())
        messages.success(request, f"已处理 {len(choices)} 条。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("link_review")


def _choices(actor: Actor, keys: list[str], *, accept: bool) -> dict[str, str | None]:
    items = {key: review_of(actor, key) for key in keys}
    if None in items.values():
        raise Http404
    return {key: _first(actor, item) if accept else None for key, item in items.items()}


def _first(actor: Actor, item: Any) -> str:
    candidates = candidates_of(actor, item)
    if not candidates:
        raise Refusal("有一条的候选人不在您的辖区内，请逐条处理。")
    return candidates[0].resident_id


def _pair(actor: Actor, item: Any, record: dict[str, Any]) -> dict[str, Any]:
    candidates = candidates_of(actor, item)
    return {
        "key": item.key,
        "feed_title": item.delivery.feed_title,
        "row_no": item.row_no,
        "reason": item.reason,
        "candidates": [{"resident_id": one.resident_id} for one in candidates],
        "lines": compared(record, candidates, {one["resident_id"]: one["evidence"] for one in item.candidates}),
    }
