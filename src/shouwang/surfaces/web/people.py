"""Accounts and posts (人员管理): one administrator opens accounts, another gives posts, neither sees a household."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.staff.actions import (
    grant_post,
    invite_person,
    renew_secret,
    resume_account,
    suspend_account,
    withdraw_post,
)
from shouwang.register.staff.choices import GRANTABLE, Permission, Role
from shouwang.register.staff.queries import account_within, accounts, post_within, posts_of, posts_within
from shouwang.surfaces.web.access import Scope, StaffRequest, page
from shouwang.surfaces.web.fresh_factor import with_fresh_factor
from shouwang.surfaces.web.paging import paged

ACCOUNTS, POSTS = "账号管理", "岗位授权"
CHANGES = {
    "suspend": (suspend_account, "suspend_account", "已停用，对方下一次点击就会退出。可以随时恢复。"),
    "resume": (resume_account, "resume_account", "已恢复。"),
}


@page(Permission.MANAGE_STAFF, scope=Scope.PLACE)
@require_GET
def account_list(request: StaffRequest) -> HttpResponse:
    """Accounts of the area with their posts, and the form to open one."""
    return _account_page(request)


@page(Permission.MANAGE_STAFF, scope=Scope.PLACE)
@require_POST
def open_new(request: StaffRequest) -> HttpResponse:
    """Open an account; its secret is shown on this page and never again."""
    username, name, now = request.POST.get("username", ""), request.POST.get("name", ""), timezone.now()
    try:
        made = invite_person(username=username, name=name, actor=request.actor, at=now)
    except Refusal as refusal:
        return _account_page(request, wrong=str(refusal))
    note(act="open_account", subject=f"account:{made.user.username}", actor=request.actor, at=now)
    return _account_page(request, invitation=made)


@page(Permission.MANAGE_STAFF, scope=Scope.PLACE)
@require_POST
def change_account(request: StaffRequest, username: str, what: str) -> HttpResponse:
    """Suspend, resume, or give a new secret to an account of the area."""
    user, now = account_within(request.actor, username), timezone.now()
    if user is None or what not in (*CHANGES, "renew"):
        raise Http404
    reason = request.POST.get("reason", "").strip()[:200]
    try:
        if not reason:
            raise Refusal("请写明理由。")
        if what == "renew":
            made = renew_secret(user=user, actor=request.actor, at=now)
            note(act="renew_secret", subject=f"account:{username}", actor=request.actor, at=now, reason=reason)
            return _account_page(request, invitation=made)
        action, act, said = CHANGES[what]
        action(user=user, actor=request.actor)
        note(act=act, subject=f"account:{username}", actor=request.actor, at=now, reason=reason)
        messages.success(request, said)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("account_list")


@page(Permission.GRANT_POSTS, scope=Scope.PLACE)
@require_GET
def post_list(request: StaffRequest) -> HttpResponse:
    """Posts of the area, and the form to give one."""
    return _post_page(request)


@page(Permission.GRANT_POSTS, scope=Scope.PLACE)
@require_POST
@with_fresh_factor
def give_post(request: StaffRequest) -> HttpResponse:
    """Give somebody a post inside the own area."""
    given, now = request.POST, timezone.now()
    user = account_within(request.actor, given.get("username", "").strip().lower())
    try:
        if user is None:
            raise Refusal("您的辖区里没有这个账号。", "请系统管理员先开通。")
        post = grant_post(
            user=user,
            role=given.get("role", ""),
            place_code=given.get("place_code", "").strip(),
            valid_from=_day(given.get("valid_from", "")),
            unit=given.get("unit", "")[:30],
            actor=request.actor,
        )
    except Refusal as refusal:
        return _post_page(request, wrong=str(refusal))
    details = {"role": post.role, "place": post.place.code, "from": post.valid_from.isoformat()}
    note(act="grant_post", subject=f"account:{user.username}", actor=request.actor, at=now, details=details)
    messages.success(request, f"已授予 {user.name}：{post}。")
    return redirect("post_list")


@page(Permission.GRANT_POSTS, scope=Scope.PLACE)
@require_POST
@with_fresh_factor
def take_post(request: StaffRequest, post_id: int) -> HttpResponse:
    """End a post of the own area; what it allowed ends at the person's next click."""
    now = timezone.now()
    if post_within(request.actor, post_id) is None:
        raise Http404
    try:
        post = withdraw_post(post_id=post_id, on=timezone.localdate(now), actor=request.actor)
        subject, details = f"account:{post.user.username}", {"role": post.role, "place": post.place.code}
        note(act="withdraw_post", subject=subject, actor=request.actor, at=now, details=details)
        messages.success(request, f"{post.user.name}的岗位到 {post.valid_until} 结束（当天起不再有效）。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("post_list")


def _account_page(request: StaffRequest, *, wrong: str = "", invitation: Any = None) -> HttpResponse:
    context = paged(request, accounts(request.actor).prefetch_related("posts__place"), per_page=30)
    day = timezone.localdate()
    context["rows"] = [{"user": user, "posts": posts_of(user, on=day)} for user in context["page"].object_list]
    context |= {
        "crumbs": [{"title": ACCOUNTS, "address": ""}],
        "wrong": wrong,
        "given": request.POST,
        "invitation": invitation,
        "address": request.build_absolute_uri(reverse("sign_in")),
    }
    return render(request, "web/accounts.html", context, status=422 if wrong else 200)


def _post_page(request: StaffRequest, *, wrong: str = "") -> HttpResponse:
    day = timezone.localdate()
    context = paged(request, posts_within(request.actor), per_page=30)
    context["rows"] = [
        {"post": post, "held": post.valid_until is None or post.valid_until > day}
        for post in context["page"].object_list
    ]
    context |= {
        "crumbs": [{"title": POSTS, "address": ""}],
        "wrong": wrong,
        "given": request.POST,
        "roles": [(role.value, role.label) for role in Role if role in GRANTABLE],
        "people": accounts(request.actor).filter(is_active=True),
        "today": day,
    }
    return render(request, "web/posts.html", context, status=422 if wrong else 200)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("请选择任期从哪一天开始。") from None
