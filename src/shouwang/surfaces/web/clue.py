"""One clue (线索详情): why, about whom, whose turn it is, what may be done next, and what was done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.households.queries import household_people, households
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import names_of, people_for
from shouwang.stream.clues.actions import (
    close_clue,
    confirm_clue,
    dispatch_clue,
    hold_clue,
    identify_household,
    merge_clues,
    open_contact,
    reopen_clue,
    return_clue,
    split_clue,
    take_clues,
)
from shouwang.stream.clues.choices import ABOVE_THE_VILLAGE, UNFINISHED, ClueState, SourceKind, level_of
from shouwang.stream.clues.limits import channels, closing_reasons, quarter_ends
from shouwang.stream.clues.queries import clue_of, history_of, likely_duplicates, likely_households, reasons_of
from shouwang.stream.determination.actions import open_case
from shouwang.stream.screening.queries import household_warnings, rule_titles
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.clue_rows import STYLES, clue_rows
from shouwang.surfaces.web.clue_words import answer_of, closing_of, offered_reasons, usual_quarter_end
from shouwang.surfaces.web.looks import look, look_list
from shouwang.surfaces.web.templatetags.pages import LEVELS

CANDIDATES = 8
TO_HAND_ON = (ClueState.OPEN, ClueState.DISPATCHED, ClueState.TAKEN)


@page(Permission.SEE_CLUES)
@require_GET
def clue(request: StaffRequest, clue_id: int) -> HttpResponse:
    """One clue; that of another place is not found."""
    found = _found(request, clue_id)
    if found.household_id:
        look(request, found.household_id, "线索", task=f"clue:{found.pk}")
    context = _context(request, found)
    shown = len(context["candidates"]) + len(context["duplicates"])
    look_list(request, str(found.place_number), shown, "线索归户")
    return render(request, "web/clue.html", context)


@page(Permission.SEE_CLUES)
@require_POST
def clue_act(request: StaffRequest, clue_id: int, what: str) -> HttpResponse:
    """One step of a clue; who may not is refused by the action itself. Asked by htmx, the row of the list answers."""
    found = _found(request, clue_id)
    if what not in ACTS:
        raise Http404
    act, said = ACTS[what]
    wrong, went_on = "", found.pk
    try:
        with transaction.atomic():
            if "seen" in request.POST:
                hold_clue(clue_id=found.pk, mark=request.POST["seen"], actor=request.actor)
            went_on = act(request, found.pk) or found.pk
    except Refusal as refusal:
        wrong = str(refusal)
    if request.headers.get("HX-Request"):
        return _row(request, clue_id, wrong or said, refused=bool(wrong))
    (messages.error if wrong else messages.success)(request, wrong or said)
    if what == "enter" and not wrong:  # whoever begins a determination goes on with it
        return redirect("case", _found(request, clue_id).case_number)
    return redirect("clue", went_on) if clue_of(request.actor, went_on) else redirect("clue_list")


@page(Permission.CHECK_CLUE)
@require_POST
def clue_contact(request: StaffRequest, source_id: int) -> HttpResponse:
    """The phone number that somebody left; the look is noted."""
    try:
        phone = open_contact(source_id=source_id, actor=request.actor, at=timezone.now())
    except Refusal:
        raise Http404 from None
    return render(request, "web/parts/clue_phone.html", {"phone": phone})


def _found(request: StaffRequest, clue_id: int) -> Any:
    found = clue_of(request.actor, clue_id)
    if found is None:
        raise Http404
    return found


def _row(request: StaffRequest, clue_id: int, said: str, *, refused: bool) -> HttpResponse:
    found = _found(request, clue_id)
    day = timezone.localdate()
    row = clue_rows(request.actor, [found], on=day)[0]
    done = found.state in (ClueState.CLOSED, ClueState.CONFIRMED) and not refused
    context = {"row": row, "said": said, "refused": refused, "done": done, "may_check": True}
    context["until"] = usual_quarter_end(day)
    return render(request, "web/parts/clue_row.html", context)


# ------------------------------------------------------------------------------------------------------- steps


def _given(request: StaffRequest, clue_id: int) -> dict[str, Any]:
    return {"clue_id": clue_id, "actor": request.actor, "at": timezone.now()}


def _sentence(request: StaffRequest) -> str:
    return request.POST.get("sentence", "")


def _dispatch(request: StaffRequest, clue_id: int) -> None:
    dispatch_clue(**_given(request, clue_id), to=request.POST.get("to", ""), sentence=_sentence(request))


def _take(request: StaffRequest, clue_id: int) -> None:
    if not take_clues(clue_ids=[clue_id], actor=request.actor, at=timezone.now()):
        raise Refusal("现在不能开始核实。", "农户的申请要先由乡镇交办；已经办结的不用再核实。")


def _return(request: StaffRequest, clue_id: int) -> None:
    return_clue(**_given(request, clue_id), sentence=_sentence(request))


def _close(request: StaffRequest, clue_id: int) -> None:
    answer = answer_of(request) if "answered_to" in request.POST else None
    close_clue(**_given(request, clue_id), closing=closing_of(request), answer=answer)


def _confirm(request: StaffRequest, clue_id: int) -> None:
    confirm_clue(**_given(request, clue_id), sentence=_sentence(request))


def _reopen(request: StaffRequest, clue_id: int) -> None:
    reopen_clue(**_given(request, clue_id))


def _identify(request: StaffRequest, clue_id: int) -> int:
    found = identify_household(**_given(request, clue_id), household_id=request.POST.get("household", ""))
    return int(found.pk)


def _merge(request: StaffRequest, clue_id: int) -> int:
    into = request.POST.get("into", "")
    if not into.isdigit():
        raise Refusal("没有写并入哪一条。", "请写那条线索的编号。")
    return int(merge_clues(**_given(request, clue_id), into_id=int(into), sentence=_sentence(request)).pk)


def _split(request: StaffRequest, clue_id: int) -> int:
    ids = [int(one) for one in request.POST.getlist("source") if one.isdigit()]
    household_id = request.POST.get("household", "").strip()
    made = split_clue(
        **_given(request, clue_id), source_ids=ids, household_id=household_id, sentence=_sentence(request)
    )
    return int(made.pk)


def _enter(request: StaffRequest, clue_id: int) -> None:
    """Open a determination for the household; it closes the clue with its number."""
    found = _found(request, clue_id)
    if not found.household_id:
        raise Refusal("还没有确定是哪一户。", "请先确定农户。")
    open_case(household_id=found.household_id, actor=request.actor, at=timezone.now())


ACTS: dict[str, tuple[Callable[[StaffRequest, int], int | None], str]] = {
    "dispatch": (_dispatch, "已交办。"),
    "take": (_take, "已开始核实。"),
    "return": (_return, "已退回乡镇。"),
    "close": (_close, "已办结。办错了可以撤销。"),
    "confirm": (_confirm, "已记为属实，等乡镇启动认定。"),
    "reopen": (_reopen, "已撤销办结。"),
    "identify": (_identify, "已确定农户。"),
    "merge": (_merge, "已合并，两条的来由都在这里。"),
    "split": (_split, "已分出另一条线索。"),
    "enter": (_enter, "已开办识别认定，线索随之办结。"),
}
"""Steps of a clue: what is done, and what is said when it is done."""


# -------------------------------------------------------------------------------------------------------- page


def _context(request: StaffRequest, found: Any) -> dict[str, Any]:
    actor, day = request.actor, timezone.localdate()
    file = household_people(actor, found.household_id) if found.household_id else None
    history = list(history_of(actor, found))
    people = people_for(found.place_number, Permission.CHECK_CLUE, on=day)
    names = names_of({one.actor for one in history} | {found.owner, found.reported_by, found.closed_by})
    titles = rule_titles()
    others = likely_duplicates(actor, found) if found.state in UNFINISHED else []
    row, *duplicates = clue_rows(actor, [found, *others], on=day, titles=titles)
    return {
        "crumbs": [{"title": "线索", "address": reverse("clue_list")}, {"title": f"第 {found.pk} 号", "address": ""}],
        "clue": found,
        "row": row,
        "style": STYLES[found.state],
        "unfinished": found.state in UNFINISHED,
        "place_name": row["place_name"],
        "reasons": _reasons(request, found, titles),
        "file": file,
        "case_address": reverse("case", args=[found.case_number]) if found.case_number else "",
        "closing_title": _title_of(found.closing_reason),
        "history": [{"event": one, "name": names.get(one.actor, "系统")} for one in history],
        "candidates": _candidates(request, found),
        "duplicates": duplicates,
        "people": people,
        "closing_reasons": offered_reasons(closing_reasons(day)),
        "quarters": quarter_ends(day),
        "until": usual_quarter_end(day),
        "today": day,
        "q": request.GET.get("q", ""),
        **_allowed(request, found),
    }


def _allowed(request: StaffRequest, found: Any) -> dict[str, bool]:
    """Which steps are offered; the actions decide again."""
    actor, checks = request.actor, request.actor.may(Permission.CHECK_CLUE)
    above, unfinished = level_of(actor) in ABOVE_THE_VILLAGE, found.state in UNFINISHED
    waits = found.state in (ClueState.OPEN, ClueState.DISPATCHED)
    return {
        "may_call": checks,
        "may_dispatch": actor.may(Permission.DISPATCH_CLUE) and found.state in TO_HAND_ON,
        "may_take": checks and waits and (above or not found.is_application or found.state == ClueState.DISPATCHED),
        "may_return": checks and found.state in (ClueState.DISPATCHED, ClueState.TAKEN, ClueState.CONFIRMED),
        "may_confirm": checks and found.state in TO_HAND_ON,
        "may_close": checks and unfinished and (above or not found.is_application),
        "may_reopen": checks and found.state == ClueState.CLOSED and found.closing_reason != "entered_determination",
        "may_enter": actor.may(Permission.OPEN_CASE) and unfinished and bool(found.household_id),
        "may_join": checks and unfinished and (above or not found.is_application),
    }


def _reasons(request: StaffRequest, found: Any, titles: dict[str, str]) -> list[dict[str, Any]]:
    actor, words = request.actor, channels(timezone.localdate())
    now = {one.pk: one for one in household_warnings(actor, found.household_id)} if found.household_id else {}
    shown = []
    for one in reasons_of(actor, found):
        source = one.source
        warning = now.get(source.warning_id or 0)
        shown.append(
            {
                "source": source,
                "is_warning": source.kind == SourceKind.WARNING,
                "title": titles.get(source.rule, source.rule),
                "level": list(LEVELS)[source.severity - 1] if source.severity else "",
                "because": warning.because if warning else "",
                "gone": warning is not None and warning.state == "gone",
                "address": f"{reverse('why', args=[warning.pk])}?for=clue:{found.pk}" if warning else "",
                "channel": words[source.channel].title if source.channel in words else "",
                "told": one.told,
                "phone": one.phone,
            }
        )
    return shown


def _candidates(request: StaffRequest, found: Any) -> list[Any]:
    """Households that a clue without one may mean: by name and phone, or what the person looks for."""
    if found.state not in UNFINISHED or (found.household_id and not request.GET.get("q")):
        return []
    text = request.GET.get("q", "").strip()[:40]
    if text:
        return list(households(request.actor, text=text).order_by("place_number", "household_id")[:CANDIDATES])
    ids = likely_households(request.actor, found)[:CANDIDATES]
    homes = households(request.actor).in_bulk(ids)
    return [homes[one] for one in ids if one in homes]


def _title_of(reason: str) -> str:
    found = closing_reasons(timezone.localdate()).get(reason)
    return found.title if found else reason
