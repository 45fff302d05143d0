"""Acts on a plan (方案办理): drafted, talked over, sent up, decided by another person, changed, closed; tools chosen."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.households.choices import MeasureKind
from shouwang.register.households.queries import household_of
from shouwang.register.papers.kinds import KINDS
from shouwang.register.staff.choices import Permission
from shouwang.stream.assistance import actions as do
from shouwang.stream.assistance.choices import Fit, Ground
from shouwang.stream.assistance.papers import issue_plan_paper, kinds_of
from shouwang.stream.assistance.queries import Suggestion, suggested_tools
from shouwang.stream.feeds.contracts import feed_contracts
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.looks import look
from shouwang.surfaces.web.plans import found_plan

FIT_STYLES = {Fit.ELIGIBLE: "tag-good", Fit.CANNOT_TELL: "tag-late", Fit.BY_PEOPLE: "tag-brand"}
NEARBY = ("乡镇人民政府", "村民委员会")


@page(Permission.DRAFT_PLAN)
@require_POST
def draft_household_plan(request: StaffRequest, household_id: str) -> HttpResponse:
    """Begin a plan for a household."""
    if household_of(request.actor, household_id) is None:
        raise Http404
    given = request.POST
    try:
        made = do.draft_plan(
            household_id=household_id,
            goals=given.get("goals", ""),
            contact_name=given.get("contact_name", ""),
            contact_phone=given.get("contact_phone", ""),
            green_channel=bool(given.get("green_channel")),
            actor=request.actor,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("household_plan", household_id)
    messages.success(request, "已开始起草。先选措施，再和农户商量，最后送审。")
    return redirect("plan_tools", made.pk)


@page(Permission.SEE_PLANS)
@require_POST
def plan_step(request: StaffRequest, plan_id: int, what: str) -> HttpResponse:
    """One step of a plan; who may not, or not now, is told so and nothing is changed."""
    found = found_plan(request, plan_id)
    if what not in STEPS:
        raise Http404
    step, said = STEPS[what]
    try:
        if "seen" in request.POST:
            do.hold_plan(plan_id=found.pk, mark=request.POST["seen"], actor=request.actor)
        step(request, {"plan_id": found.pk, "actor": request.actor, "at": timezone.now()})
        messages.success(request, said)
        if what == "approve":
            _issue_all(request, found.pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('plan', args=[found.pk])}#next")


@page(Permission.ISSUE_PAPER)
@require_POST
def plan_paper(request: StaffRequest, plan_id: int, kind: str) -> HttpResponse:
    """The plan or the household's card as a numbered paper; asked again without a change, the same one."""
    found = found_plan(request, plan_id)
    look(request, found.household_id, "签发文书", task=f"plan:{found.pk}")
    try:
        made = issue_plan_paper(plan_id=found.pk, kind=kind, actor=request.actor, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("plan", found.pk)
    return redirect("paper_file", made.pk, "pdf")


def _issue_all(request: StaffRequest, plan_id: int) -> None:
    """The papers of a plan that was just approved; what cannot be made leaves the plan as it is."""
    found = found_plan(request, plan_id)
    for kind in kinds_of(found) if request.actor.may(Permission.ISSUE_PAPER) else ():
        try:
            issue_plan_paper(plan_id=plan_id, kind=kind, actor=request.actor, at=timezone.now())
        except Refusal as refusal:
            messages.warning(request, f"方案已批准；《{KINDS[kind].title}》还没有签发：{refusal}")


@page(Permission.DRAFT_PLAN)
@require_http_methods(["GET", "POST"])
def plan_tools(request: StaffRequest, plan_id: int) -> HttpResponse:
    """The tools that answer the household's risks, each with why it fits or not; one tap puts it into the plan."""
    found = found_plan(request, plan_id)
    if request.method == "POST":
        try:
            made = do.plan_measure(plan_id=found.pk, chosen=_chosen(request), actor=request.actor, at=timezone.now())
            messages.success(request, f"已加入“{made.title}”，由{made.unit or made.person}负责，{made.due_on} 前办结。")
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(f"{reverse('plan_tools', args=[found.pk])}#top")
    look(request, found.household_id, "选政策工具", task=f"plan:{found.pk}")
    told = suggested_tools(request.actor, found.household_id, on=timezone.localdate())
    if told is None:
        raise Http404
    household = household_of(request.actor, found.household_id)
    name = household.head_name if household else found.masked_name
    context = {
        "crumbs": [{"title": "帮扶方案", "address": reverse("plan_list")},
                   {"title": f"{name}户", "address": reverse("plan", args=[found.pk])}, {"title": "选措施"}],
        "plan": found,
        "name": name,
        "told": told,
        "groups": [
            {"need": one.need, "cards": [_card(tool, one.need.name) for tool in one.tools]} for one in told.needs
        ],
        "others": [_card(tool, "") for tool in told.others],
        "kinds": MeasureKind.choices,
        "grounds": [(code, label) for code, label in Ground.choices if code != Ground.FITS],
        "units": sorted({one.unit for one in feed_contracts().values() if one.unit}) + list(NEARBY),
    }  # fmt: skip
    return render(request, "web/plan_tools.html", context)


def day(text: str | None, what: str) -> date:
    """A day of a form. Raises Refusal."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise Refusal(f"没有写{what}。", "请选一天。") from None


def amount(text: str | None) -> Decimal | None:
    """An amount of a form in yuan, None when it is left empty. Raises Refusal."""
    if not (text or "").strip():
        return None
    try:
        found = Decimal((text or "").strip().replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise Refusal("金额不是数字。", "请写成 1200 或 1200.50。") from None
    if not found.is_finite() or abs(found) >= 10**12:
        raise Refusal("金额不对。")
    return round(found, 2)


def _chosen(request: StaffRequest) -> do.Chosen:
    given = request.POST
    return do.Chosen(
        ground=given.get("ground", ""),
        tool=given.get("tool", ""),
        title=given.get("title", ""),
        kind=given.get("kind", ""),
        resident_id=given.get("resident", ""),
        answers=[name for name in given.getlist("answers") if name],
        asks=given.get("asks", ""),
        unit=given.get("unit", ""),
        person=given.get("person", ""),
        due_on=day(given["due_on"], "办结期限") if given.get("due_on") else None,
        evidence_asked=given.get("evidence_asked", ""),
        amount=amount(given.get("amount")),
        ground_words=given.get("ground_words", ""),
    )


def _card(one: Suggestion, need: str) -> dict[str, Any]:
    """A tool as the page shows it: for each subject two buttons, whatever the conditions say."""
    subjects = one.subjects or (None,)
    return {
        "one": one,
        "need": need,
        "style": FIT_STYLES.get(Fit(one.fit), ""),
        "subjects": [
            {
                "subject": subject,
                "fit": Fit(subject.fit).label if subject else one.fit_label,
                "style": FIT_STYLES.get(Fit(subject.fit if subject else one.fit), ""),
                "buttons": _buttons(subject.fit if subject else one.fit),
            }
            for subject in subjects
        ],
    }


def _buttons(fit: str) -> list[tuple[str, str]]:
    first = Ground.FITS if fit == Fit.ELIGIBLE else Ground.VERIFIED
    return [(ground.value, ground.label) for ground in (first, Ground.HOUSEHOLD_ASKS)]


def _written(request: StaffRequest) -> dict[str, Any]:
    return {key: request.POST.get(key, "") for key in ("goals", "contact_name", "contact_phone")}


Step = Callable[[StaffRequest, dict[str, Any]], Any]
STEPS: dict[str, tuple[Step, str]] = {
    "revise": (
        lambda request, who: do.revise_plan(**_written(request), **who),
        "已保存。改过的方案要重新商量、重新送审。",
    ),
    "agree": (
        lambda request, who: do.agree_plan(
            agreed_on=day(request.POST.get("agreed_on"), "商量的日期"),
            agreed_how=request.POST.get("agreed_how", ""),
            **who,
        ),
        "已记下和农户商量的情况。",
    ),
    "propose": (lambda request, who: do.propose_plan(**who), "已送审，由另一位同事批准。"),
    "approve": (
        lambda request, who: do.approve_plan(reason=request.POST.get("reason", ""), **who),
        "已批准，各责任单位可以看到办理单了。",
    ),
    "return": (lambda request, who: do.return_plan(reason=request.POST.get("reason", ""), **who), "已退回起草人。"),
    "close": (
        lambda request, who: do.close_plan(reason=request.POST.get("reason", ""), **who),
        "方案已结束，记录保留。",
    ),
    "word": (
        lambda request, who: do.record_word(
            word=request.POST.get("word", ""),
            words=request.POST.get("words", ""),
            said_on=timezone.localdate(),
            **who,
        ),
        "已记下农户的话。",
    ),
}
"""Steps of a plan: what is done with the form, and what is said then."""
