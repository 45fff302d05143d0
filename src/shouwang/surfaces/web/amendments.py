"""The rule desk (规则修订): a number or a rule drafted, read back at once, tried out, sent up, decided by another person."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.engine.model import LEVEL_TITLES, LEVELS
from shouwang.engine.values import shown
from shouwang.kernel.errors import InputError, Refusal
from shouwang.policy.amendments import read_back
from shouwang.policy.wording import unit_words
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.rights import may
from shouwang.stream.rules.actions import (
    approve_amendment,
    draft_amendment,
    request_approval,
    return_amendment,
    revise_amendment,
    start_shadow,
    withdraw_amendment,
)
from shouwang.stream.rules.choices import EDITABLE, OPEN, AmendmentKind, AmendmentState
from shouwang.stream.rules.queries import Draft, amendment_of, amendments, change_of, pack_in_force, pack_with
from shouwang.stream.screening.queries import trials
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.fresh_factor import fresh_factor_for
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.rules import HOME, entry_for
from shouwang.surfaces.web.trials import trial_context

STYLES = {"approved": "tag-good", "requested": "tag-brand", "shadow": "tag-brand", "returned": "tag-bad"}
TITLE = "规则修订"
ENTRY_KINDS = {AmendmentKind.PARAMETER: "parameters", AmendmentKind.RULE: "rules"}

STEPS: dict[str, tuple[Callable[..., Any], str, bool]] = {
    "shadow": (start_shadow, "已开始影子运行：下一次筛查会同时试用这一稿，但不发布它的结果。", False),
    "request": (request_approval, "已送审，由另一位有审批权的同事决定。", False),
    "approve": (approve_amendment, "已批准，从生效日期起使用。", True),
    "return": (return_amendment, "已退回起草人。", True),
    "withdraw": (withdraw_amendment, "已撤回，记录仍然保留。", False),
}
"""Steps of an amendment: the action, what is said when it is done, and whether a reason is asked."""


@page(Permission.SEE_RULES)
@require_GET
def amendment_list(request: StaffRequest) -> HttpResponse:
    """All amendments that touch the actor's place, those that wait for a decision first."""
    rows = sorted(amendments(request.actor), key=lambda one: one.state != AmendmentState.REQUESTED)
    shown = paged(request, [{"amendment": one, "style": STYLES.get(one.state, "")} for one in rows])
    return render(request, "web/amendments.html", {"crumbs": _crumbs(), **shown})


@page(Permission.DRAFT_RULES)
@require_http_methods(["GET", "POST"])
def new_amendment(request: StaffRequest) -> HttpResponse:
    """The form for a new draft, filled with what holds today."""
    given = request.POST if request.method == "POST" else request.GET
    kind, name = given.get("kind", ""), given.get("name", "")
    if kind not in AmendmentKind.values:
        raise Http404
    entry = entry_for(request, ENTRY_KINDS[AmendmentKind(kind)], name)
    wrong = ""
    if request.method == "POST":
        try:
            made = draft_amendment(
                pack=settings.PACK, draft=_draft(request, kind, name), actor=request.actor, at=timezone.now()
            )
        except (Refusal, InputError) as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, "草稿已保存。先试算，看会影响哪些户；再影子运行；最后送审。")
            return redirect("amendment", made.pk)
    context = {
        "crumbs": _crumbs("起草"),
        "entry": entry,
        "entry_address": reverse("rule", args=[entry.kind, entry.name]),
        "form": _form(request, kind, name),
        "wrong": wrong,
        "action": reverse("draft_amendment"),
    }
    return render(request, "web/amendment_form.html", context, status=422 if wrong else 200)


@page(Permission.DRAFT_RULES)
@require_POST
def check_amendment(request: StaffRequest) -> HttpResponse:
    """What is being written, read back in plain words, or what is wrong with it; nothing is saved."""
    kind, name = request.POST.get("kind", ""), request.POST.get("name", "")
    context: dict[str, Any]
    try:
        context = {"reading": _reading(_draft(request, kind, name))}
    except (Refusal, InputError) as refusal:
        context = {"wrong": str(refusal)}
    return render(request, "web/parts/reading.html", context)


@page(Permission.SEE_RULES)
@require_http_methods(["GET", "POST"])
def amendment(request: StaffRequest, amendment_id: int) -> HttpResponse:
    """One amendment: what changes, what trials said, and what may be done next. Posted, it is written anew."""
    found = _found(request, amendment_id)
    wrong = ""
    if request.method == "POST":
        try:
            draft = _draft(request, found.kind, found.name)
            revise_amendment(amendment_id=found.pk, draft=draft, actor=request.actor, at=timezone.now())
        except (Refusal, InputError) as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, "已保存为新的一稿，请重新试算和影子运行。")
            return redirect("amendment", found.pk)
    return render(request, "web/amendment.html", _page(request, found, wrong), status=422 if wrong else 200)


@page(Permission.SEE_RULES)
@require_POST
@fresh_factor_for("approve", "return")
def act(request: StaffRequest, amendment_id: int, what: str) -> HttpResponse:
    """One step of an amendment; who may not is refused by the action itself."""
    found = _found(request, amendment_id)
    if what not in STEPS:
        raise Http404
    action, said, reasoned = STEPS[what]
    given = {"reason": request.POST.get("reason", "")} if reasoned else {}
    try:
        action(amendment_id=found.pk, actor=request.actor, at=timezone.now(), **given)
        messages.success(request, said)
    except (Refusal, InputError) as refusal:
        messages.error(request, str(refusal))
    return redirect("amendment", found.pk)


def _found(request: StaffRequest, amendment_id: int) -> Any:
    found = amendment_of(request.actor, amendment_id)
    if found is None:
        raise Http404
    return found


def _crumbs(*titles: str) -> list[dict[str, str]]:
    shown = [{"title": HOME, "address": reverse("rule_list")}, {"title": TITLE, "address": reverse("amendment_list")}]
    return shown + [{"title": title, "address": ""} for title in titles]


def _draft(request: StaffRequest, kind: str, name: str) -> Draft:
    given = request.POST
    try:
        valid_from = date.fromisoformat(given.get("valid_from", ""))
    except ValueError:
        raise Refusal("没有写生效日期。", "请选择今天或以后的一天。") from None
    if kind == AmendmentKind.RULE:
        levels = {level: given.get(level, "") for level in LEVELS if given.get(level, "").strip()}
        content: dict[str, Any] = {"levels": levels}
    else:
        content = {"value": given.get("value", "")}
    return Draft(
        kind=kind,
        name=name,
        content=content,
        valid_from=valid_from,
        basis=given.get("basis", ""),
        reason=given.get("reason", ""),
        place_code=given.get("place", "") if kind == AmendmentKind.PARAMETER else "",
    )


def _form(request: StaffRequest, kind: str, name: str, found: Any = None) -> dict[str, Any]:
    """What the fields hold: what was just written, else the draft, else what is in force."""
    on = timezone.localdate()
    pack = pack_in_force(settings.PACK, on=on)
    held = found.content if found else {}
    form: dict[str, Any] = {
        "kind": kind,
        "name": name,
        "valid_from": found.valid_from if found else on + timedelta(days=1),
        "basis": found.basis if found else "",
        "reason": found.reason if found else "",
        "place": found.place_code if found else request.actor.place_code,
        "place_name": found.place_name if found else request.actor.place_name,
    }
    if kind == AmendmentKind.RULE:
        levels = held.get("levels") or pack.rules[name].levels
        wanted = ("review",) if "review" in pack.rules[name].levels else ("red", "orange", "yellow")
        form["levels"] = [
            {"name": level, "title": LEVEL_TITLES[level], "text": request.POST.get(level, levels.get(level, ""))}
            for level in wanted
        ]
    else:
        form["value"] = request.POST.get("value", held.get("value", ""))
        form["unit"] = unit_words(pack.parameters[name].unit)
    for key in ("valid_from", "basis", "reason"):
        form[key] = request.POST.get(key, form[key])
    return form


def _reading(draft: Draft) -> list[tuple[str, str]]:
    on = timezone.localdate()
    pack = pack_with(change_of(draft), settings.PACK, on=on)
    if draft.kind == AmendmentKind.RULE:
        return [(LEVEL_TITLES[level], words) for level, words in read_back(pack, draft.name, on).items()]
    resolved = pack.program(on).parameters[draft.name]
    return [
        (
            "新的取值",
            f"{shown(resolved.at(draft.place_code), resolved.parameter.kind)} {unit_words(resolved.parameter.unit)}",
        )
    ]


def _page(request: StaffRequest, found: Any, wrong: str) -> dict[str, Any]:
    mine = found.drafted_by == request.actor.username
    newest = trials(request.actor, amendment_id=found.pk).first()
    return {
        "crumbs": _crumbs(found.title),
        "amendment": found,
        "style": STYLES.get(found.state, ""),
        "wrong": wrong,
        "entry_address": reverse("rule", args=[ENTRY_KINDS[AmendmentKind(found.kind)], found.name]),
        "before": _told(found.replaces),
        "after": _told(found.content),
        "form": _form(request, found.kind, found.name, found) if mine and found.state in EDITABLE else None,
        "action": reverse("amendment", args=[found.pk]),
        "shadowed": found.shadowed_version == found.version,
        "may_try": found.state in OPEN and request.actor.may(Permission.SEE_HOUSEHOLDS),
        "may_shadow": mine and found.state in (AmendmentState.DRAFT, AmendmentState.RETURNED),
        "may_request": mine and found.state == AmendmentState.SHADOW and found.shadowed_version == found.version,
        "may_withdraw": mine and found.state in OPEN,
        "may_decide": (
            not mine and found.state == AmendmentState.REQUESTED and may(request.actor, Permission.APPROVE_RULES, found)
        ),
        **(trial_context(request, newest) if newest else {}),
    }


def _told(content: dict[str, Any]) -> list[tuple[str, str]]:
    words = content.get("words", {})
    if "levels" in content:
        return [(LEVEL_TITLES[level], words.get(level, text)) for level, text in content["levels"].items()]
    value = content.get("value")
    return [("取值", "没有取值" if value is None else str(value))]
