"""Departments' systems (部门系统): registered, given keys, shut out; messages that nobody took are sent again from here."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.machines.actions import (
    add_key,
    change_machine,
    register_machine,
    revoke_key,
    revoke_machine,
    send_again,
)
from shouwang.register.machines.choices import DeterminationField
from shouwang.register.machines.queries import dead_messages_within, machine_within, machines_within, usage_today
from shouwang.register.staff.choices import Permission
from shouwang.stream.feeds.contracts import feed_contracts
from shouwang.surfaces.web.access import Scope, StaffRequest, page
from shouwang.surfaces.web.fresh_factor import with_fresh_factor
from shouwang.surfaces.web.paging import paged

TITLE = "部门系统"
DEAD_SHOWN = 50
KEY_DAYS = 365
USUAL = {"per_minute": "60", "per_day": "5000"}


@page(Permission.MANAGE_MACHINES, scope=Scope.PLACE)
@require_GET
def machine_list(request: StaffRequest) -> HttpResponse:
    """Systems of the area, messages that nobody took, and the form to register one."""
    return _list(request)


@page(Permission.MANAGE_MACHINES, scope=Scope.PLACE)
@require_POST
@with_fresh_factor
def register(request: StaffRequest) -> HttpResponse:
    """Register a system."""
    given, now = request.POST, timezone.now()
    username = given.get("username", "").strip().lower()
    try:
        register_machine(
            username=username,
            name=given.get("name", ""),
            place_code=given.get("place_code", "").strip(),
            unit=given.get("unit", "")[:30],
            on=timezone.localdate(now),
            actor=request.actor,
            at=now,
            **_allowance(given),
        )
    except Refusal as refusal:
        return _list(request, wrong=str(refusal))
    messages.success(request, "已登记。请部门生成密钥，把公钥交来登记；私钥留在部门。")
    return redirect("machine", username)


@page(Permission.MANAGE_MACHINES, scope=Scope.PLACE)
@require_GET
def machine(request: StaffRequest, username: str) -> HttpResponse:
    """One system: what it may do, its keys, its subscriptions."""
    return _one(request, username)


@page(Permission.MANAGE_MACHINES, scope=Scope.PLACE)
@require_POST
@with_fresh_factor
def change(request: StaffRequest, username: str, what: str) -> HttpResponse:
    """Change what a system may do, give it a key, revoke one, or shut it out."""
    if machine_within(request.actor, username) is None or what not in CHANGES:
        raise Http404
    try:
        messages.success(request, CHANGES[what](request, username))
    except Refusal as refusal:
        return _one(request, username, wrong=str(refusal))
    return redirect("machine", username)


@page(Permission.MANAGE_MACHINES, scope=Scope.PLACE)
@require_POST
def again(request: StaffRequest, message_id: int) -> HttpResponse:
    """Put a message that nobody took back into the queue."""
    try:
        send_again(message_id=message_id, actor=request.actor, at=timezone.now())
    except Refusal:
        raise Http404 from None
    messages.success(request, "已放回发送队列，半分钟内重新发送。")
    return redirect("machine_list")


def _new_key(request: StaffRequest, username: str) -> str:
    given, now = request.POST, timezone.now()
    made = add_key(
        username=username,
        public=given.get("public", ""),
        valid_from=_day(given.get("valid_from", "")),
        valid_until=_day(given.get("valid_until", "")),
        actor=request.actor,
        at=now,
    )
    return f"公钥已登记，编号 {made.key_id}，请告诉部门。"


def _end_key(request: StaffRequest, username: str) -> str:
    given, now = request.POST, timezone.now()
    key_id, reason = given.get("key_id", ""), given.get("reason", "")
    revoke_key(username=username, key_id=key_id, reason=reason, actor=request.actor, at=now)
    return "已吊销，从现在起用它签名的一概不收。"


def _end(request: StaffRequest, username: str) -> str:
    reason = request.POST.get("reason", "")
    revoke_machine(username=username, reason=reason, actor=request.actor, at=timezone.now())
    return "已停用，它的公钥全部吊销，订阅全部结束。"


def _allow(request: StaffRequest, username: str) -> str:
    change_machine(username=username, actor=request.actor, at=timezone.now(), **_allowance(request.POST))
    return "已变更，下一次请求起生效。"


CHANGES = {"key": _new_key, "revoke-key": _end_key, "revoke": _end, "allow": _allow}


def _allowance(given: QueryDict) -> dict[str, Any]:
    known = feed_contracts()
    feeds = given.getlist("feeds")
    if set(feeds) - set(known):
        raise Refusal("有一种数据不在本地的约定里。")
    return {
        "feeds": feeds,
        "fields": given.getlist("fields"),
        "purpose": given.get("purpose", ""),
        "per_minute": _number(given.get("per_minute", "")),
        "per_day": _number(given.get("per_day", "")),
    }


def _list(request: StaffRequest, *, wrong: str = "") -> HttpResponse:
    actor, now = request.actor, timezone.now()
    context = paged(request, machines_within(actor), per_page=30)
    context["rows"] = [
        {
            "machine": one,
            "post": list(one.user.posts.all())[-1],
            "keys": sum(key.revoked_at is None and key.valid_until > timezone.localdate(now) for key in one.keys.all()),
            "used": usage_today(one, at=now),
        }
        for one in context["page"].object_list
    ]
    context |= {
        "crumbs": [{"title": TITLE, "address": ""}],
        "wrong": wrong,
        "given": request.POST if wrong else USUAL,
        "dead": dead_messages_within(actor)[:DEAD_SHOWN],
        **_choices(request.POST.getlist("feeds"), request.POST.getlist("fields")),
    }
    return render(request, "web/machines.html", context, status=422 if wrong else 200)


def _one(request: StaffRequest, username: str, *, wrong: str = "") -> HttpResponse:
    found = machine_within(request.actor, username)
    if found is None:
        raise Http404
    day = timezone.localdate()
    context = {
        "crumbs": [{"title": TITLE, "address": reverse("machine_list")}, {"title": found.user.name}],
        "wrong": wrong,
        "machine": found,
        "post": list(found.user.posts.all())[-1],
        "keys": [
            {"key": one, "state": _key_state(one, day)} for one in sorted(found.keys.all(), key=lambda key: -key.pk)
        ],
        "subscriptions": [one for one in found.subscriptions.all() if one.ended_at is None],
        "today": day,
        "in_a_year": day + timedelta(days=KEY_DAYS),
        **_choices(found.feeds, found.fields),
    }
    return render(request, "web/machine.html", context, status=422 if wrong else 200)


def _key_state(key: Any, day: date) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if day >= key.valid_until:
        return "ended"
    return "good" if key.valid_from <= day else "coming"


def _choices(feeds: list[str], fields: list[str]) -> dict[str, Any]:
    return {
        "feed_choices": [
            {"name": one.name, "title": one.title, "unit": one.unit, "chosen": one.name in feeds}
            for one in feed_contracts().values()
        ],
        "field_choices": [
            {"name": one.value, "title": one.label, "chosen": one.value in fields} for one in DeterminationField
        ],
    }


def _number(text: str) -> int:
    if not text.strip().isdecimal() or len(text.strip()) > 6:
        raise Refusal("次数要写整数。")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("请选择公钥从哪天到哪天有效。") from None
