"""Acts of a case as their forms give them (办理动作): each reads its own fields and hands them to the action."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shouwang.kernel.errors import InputError, Refusal
from shouwang.register.procedure import actions as do
from shouwang.register.procedure.choices import GUARANTEES
from shouwang.register.staff.choices import Permission
from shouwang.stream.determination.actions import open_objection
from shouwang.surfaces.web import clearance_decision
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.case_papers import issue_with_step, scope, until
from shouwang.surfaces.web.cases import found_case
from shouwang.surfaces.web.decisions import decide
from shouwang.surfaces.web.fresh_factor import fresh_factor_for

DECIDING = ("decision", "recheck")
"""Acts by which a household gets or loses something: a fresh code is asked for first, for yes and no alike."""
INCOME = ("wage", "business_income", "business_cost", "property_income", "transfer")


@page(Permission.SEE_CASES)
@require_POST
@fresh_factor_for(*DECIDING)
def act(request: StaffRequest, number: str, what: str) -> HttpResponse:
    """One act on a case; who may not, or not now, is told so and nothing is changed."""
    case = found_case(request, number)
    if what not in ACTS:
        raise Http404
    taken, said = ACTS[what]
    try:
        seen = int(request.POST.get("seen", "-1"))
        done = taken(request, case, seen)
        messages.success(request, said)
        issue_with_step(request, number)
    except (Refusal, InputError) as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('case', args=[number])}#next")
    if what == "appeal":
        return redirect("case", done.number)
    return redirect("case", number)


def _common(request: StaffRequest, case: Any, seen: int) -> dict[str, Any]:
    return {"number": case.number, "actor": request.actor, "at": timezone.now(), "seen": seen}


def _record(request: StaffRequest, case: Any, seen: int) -> Any:
    if clearance_decision.is_mark(case):
        return clearance_decision.mark(request, case, seen)
    return do.accept_case(words=request.POST.get("words", ""), **_common(request, case, seen))


def _pledge(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return do.sign_pledge(
        signed_by=given.get("signed_by", ""),
        how=given.get("how", ""),
        read_aloud=bool(given.get("read_aloud")),
        trouble=given.get("trouble", ""),
        writer=given.get("writer", ""),
        evidence=given.getlist("evidence"),
        **_common(request, case, seen),
    )


def _authorisation(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return do.give_authorisation(
        scope=scope(request),
        valid_until=until(request),
        signed_by=given.get("signed_by", ""),
        evidence=given.getlist("evidence"),
        **_common(request, case, seen),
    )


def _verification(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    people = given.get("verifiers", "").replace("，", "、").replace(",", "、").replace(" ", "、").split("、")
    return do.verify_home(
        verifiers=people,
        visited_on=_day(given.get("visited_on"), "入户日期"),
        findings=given.get("findings", ""),
        household_word=given.get("household_word", ""),
        guarantees={name: given.get(name, "") for name in GUARANTEES},
        proposed_class=given.get("proposed_class", ""),
        income=_income(request),
        evidence=given.getlist("evidence"),
        **_common(request, case, seen),
    )


def _income(request: StaffRequest) -> dict[str, Any] | None:
    """The income sheet: what was not asked stays unknown, and then there is no sum of it."""
    amounts = {name: _amount(request.POST.get(name, "")) for name in INCOME}
    if all(value is None for value in amounts.values()):
        return None
    said: dict[str, Any] = {name: None if value is None else str(value) for name, value in amounts.items()}
    members = request.POST.get("members", "").strip()
    if members.isdigit() and int(members) > 0 and None not in amounts.values():
        known = {name: value for name, value in amounts.items() if value is not None}
        net = sum(known.values(), Decimal(0)) - 2 * known["business_cost"]
        said |= {"members": int(members), "net": str(net), "per_head": str(round(net / int(members), 2))}
    return said


def _ask(request: StaffRequest, case: Any, seen: int) -> Any:
    units = [*request.POST.getlist("units"), *request.POST.get("more", "").replace("，", "、").split("、")]
    if not any(one.strip() for one in units):
        raise Refusal("没有选择部门。")
    return do.ask_departments(
        number=case.number,
        units=units,
        kind="opinion" if request.POST.get("kind") == "opinion" else "comparison",
        today=timezone.localdate(),
        actor=request.actor,
        at=timezone.now(),
    )


def _comparison(request: StaffRequest, case: Any, seen: int) -> Any:
    return do.close_comparison(words=request.POST.get("words", ""), **_common(request, case, seen))


def _appraisal(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return do.hold_appraisal(
        held_on=_day(given.get("held_on"), "评议日期"),
        minutes=given.get("minutes", ""),
        held_at=given.get("held_at", ""),
        chair=given.get("chair", ""),
        recorder=given.get("recorder", ""),
        evidence=given.getlist("evidence"),
        eligible=_count(given.get("eligible", ""), "应到人数"),
        present=_count(given.get("present", ""), "到会人数"),
        agree=_count(given.get("agree", ""), "同意人数"),
        against=_count(given.get("against", ""), "不同意人数"),
        **_common(request, case, seen),
    )


def _review(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return do.review_case(
        opinion=given.get("opinion", ""), words=given.get("words", ""), **_common(request, case, seen)
    )


def _recheck(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return do.recheck_case(
        outcome=given.get("outcome", ""), words=given.get("words", ""), **_common(request, case, seen)
    )


def _serve(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return do.serve_reasons(
        channels=given.getlist("channels"),
        words=given.get("words", ""),
        evidence=given.getlist("evidence"),
        **_common(request, case, seen),
    )


def _skip(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return do.skip_step(
        step=given.get("step", ""), reason="", words=given.get("words", ""), **_common(request, case, seen)
    )


def _objection(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return do.file_objection(
        channel=given.get("channel", ""),
        words=given.get("words", ""),
        objector=given.get("objector", ""),
        **_common(request, case, seen),
    )


def _answer(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return do.answer_objection(
        objection=_count(given.get("objection", ""), "异议"),
        finding=given.get("finding", ""),
        words=given.get("words", ""),
        **_common(request, case, seen),
    )


def _return(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return do.return_case(to=given.get("to", ""), words=given.get("words", ""), **_common(request, case, seen))


def _recusal(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    who = given.get("who", "").strip() or request.actor.username
    return do.recuse(who=who, why=given.get("words", ""), **_common(request, case, seen))


def _help_first(request: StaffRequest, case: Any, seen: int) -> Any:
    return do.help_first(words=request.POST.get("words", ""), **_common(request, case, seen))


def _transfer(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return do.transfer_case(
        to_place=given.get("to_place", "").strip(), words=given.get("words", ""), **_common(request, case, seen)
    )


def _revocation(request: StaffRequest, case: Any, seen: int) -> Any:
    return do.revoke_authorisation(words=request.POST.get("words", ""), **_common(request, case, seen))


def _withdrawal(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return do.withdraw_case(
        words=given.get("words", ""), evidence=given.getlist("evidence"), **_common(request, case, seen)
    )


def _merger(request: StaffRequest, case: Any, seen: int) -> Any:
    given = request.POST
    return do.merge_case(
        into=given.get("into", "").strip(), words=given.get("words", ""), **_common(request, case, seen)
    )


def _appeal(request: StaffRequest, case: Any, seen: int) -> Any:
    return open_objection(
        number=case.number, words=request.POST.get("words", ""), actor=request.actor, at=timezone.now()
    )


def _day(text: str | None, what: str) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise Refusal(f"没有写{what}。", "请选择一天。") from None


def _count(text: str, what: str) -> int:
    if not text.strip().isdigit():
        raise Refusal(f"没有写{what}。", "请写数字。")
    return int(text)


def _amount(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        value = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise Refusal(f"“{text}”不是金额。", "请写数字，单位是元。") from None
    if not value.is_finite() or value < 0 or value > 10**9:
        raise Refusal(f"“{text}”不是合理的金额。", "请核对。")
    return value


ACTS: dict[str, tuple[Callable[[StaffRequest, Any, int], Any], str]] = {
    "record": (_record, "已登记。"),
    "pledge": (_pledge, "承诺书已登记。"),
    "authorisation": (_authorisation, "授权书已登记，可以向部门发起比对。"),
    "verification": (_verification, "入户核实已登记。"),
    "ask": (_ask, "已发给部门，等待答复。"),
    "comparison": (_comparison, "信息比对已办完。"),
    "appraisal": (_appraisal, "评议结果已登记。"),
    "review": (_review, "审核意见已登记。"),
    "recheck": (_recheck, "复核意见已登记。"),
    "decision": (decide, "决定已作出，依据已经留存。"),
    "serve": (_serve, "送达情况已登记。"),
    "skip": (_skip, "已登记免办。"),
    "objection": (_objection, "异议已登记，由乡镇以上没有参加原核实的人答复。"),
    "answer": (_answer, "答复已登记。"),
    "return": (_return, "已退回。"),
    "recusal": (_recusal, "已登记回避。"),
    "help_first": (_help_first, "已登记先行帮扶，手续照常继续。"),
    "transfer": (_transfer, "已随户迁转，由迁入地重新核实。"),
    "revocation": (_revocation, "授权已撤回，不再向部门查询。"),
    "withdrawal": (_withdrawal, "已登记撤回。"),
    "merger": (_merger, "已并案。"),
    "appeal": (_appeal, "已受理复核申请，由没有参加原决定的人办理。"),
}
"""What a form may do, the function that reads it, and what is said when it is done."""
