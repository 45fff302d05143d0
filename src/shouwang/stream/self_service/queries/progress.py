"""How far an application is (办到哪一步), in the words of whoever applied: stages, days, who must act, and the answer.

The stages are those of the pack's procedure as the case has frozen it, put together to as few as a person can keep in
mind. Days are those of the clue and the case; nothing is reckoned here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils.timezone import localtime

from shouwang.register.papers.publicity.wording import day_words
from shouwang.register.places.queries import full_names
from shouwang.register.procedure.choices import LEVEL_TITLES, Act, CaseState, Outcome
from shouwang.register.procedure.queries import records_of
from shouwang.stream.clues.choices import ENTERED, ClueState, OwnerLevel
from shouwang.stream.clues.limits import closing_reasons
from shouwang.stream.determination.choices import Ground
from shouwang.stream.rules.queries import pack_in_force
from shouwang.stream.self_service.queries.following import Way

RECEIVED, ACCEPTED, VISIT, VILLAGE, TOWNSHIP, COUNTY, TOLD = range(7)
TITLES = ("收到申请", "乡镇受理", "上门核实", "村里评议、公示", "乡镇审核", "县里决定", "告诉您结果")
STAGE_OF = {
    Act.PLEDGE: VISIT,
    Act.AUTHORISATION: VISIT,
    Act.VERIFICATION: VISIT,
    Act.COMPARISON: VISIT,
    Act.APPRAISAL: VILLAGE,
    Act.NOTICE: VILLAGE,
    Act.RECHECK: TOWNSHIP,
    Act.REVIEW: TOWNSHIP,
    Act.DECISION: COUNTY,
    Act.ANNOUNCEMENT: TOLD,
}
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Stage:
    """One stage (一步): what it is called, whether it is done, now or later, and while it is now what to expect."""

    title: str
    state: str
    said: str = ""


@dataclass(frozen=True)
class Decision:
    """How it ended (结果): in a word, when, why and how to object. Reasons stay away from who is not of the household."""

    title: str
    on: date | None
    reasons: tuple[str, ...]
    withheld: bool
    remedy: str = ""


@dataclass(frozen=True)
class Progress:
    """All that a status page says (办理进度)."""

    stages: tuple[Stage, ...]
    now: str
    who: str
    due_on: date | None
    late: bool
    whole_due_on: date | None
    following: str
    decision: Decision | None


def progress_of(way: Way, *, on: date, of_household: bool, on_behalf: bool) -> Progress:
    """How far an application is on a day. `of_household` is whether somebody has met the holder of the code."""
    at, said = _now(way, on)
    due, who = _due(way), _who(way)
    ended = at > TOLD
    stages = tuple(
        Stage(title, "done" if number < at else "now" if number == at else "later", said if number == at else "")
        for number, title in enumerate(_titles(way))
    )
    following = "" if ended or at == TOLD else f"然后是：{TITLES[at + 1]}。"
    return Progress(
        stages=stages,
        now=said,
        who="" if ended else who,
        due_on=None if ended else due,
        late=bool(due and due < on and not ended),
        whole_due_on=way.case.whole_due_on if way.case and way.case.state == CaseState.OPEN else None,
        following=following,
        decision=_decision(way, of_household, on_behalf),
    )


def spoken_day(day: date) -> str:
    """2026年11月25日，星期三: as it is read out."""
    return f"{day_words(day)}，星期{WEEKDAYS[day.weekday()]}"


def hotline(*, on: date) -> str:
    """The hotline that the pack names as a way to apply and to ask; empty where it names none."""
    held = pack_in_force(settings.PACK, on=on).lists["channels"].on(on)
    return held["hotline_12317"].title if "hotline_12317" in held else ""


def _titles(way: Way) -> Iterable[str]:
    """The stages of this way: an application that was answered without a case ends after the visit."""
    answered = way.case is None and way.clue.state == ClueState.CLOSED
    return (*TITLES[:VILLAGE], TITLES[TOLD]) if answered else TITLES


def _now(way: Way, on: date) -> tuple[int, str]:
    """The stage that it has reached, and what happens there."""
    clue, by = way.clue, _by(way, on)
    if way.case is not None:
        return _in_case(way.case, on, by)
    if clue.state == ClueState.OPEN:
        return ACCEPTED, f"乡镇{by}受理，再安排人上门。"
    if clue.state in (ClueState.DISPATCHED, ClueState.TAKEN):
        return VISIT, f"村里{by}上门看。请家里留人；要出门的，先打个电话。"
    if clue.state == ClueState.CONFIRMED:
        return VILLAGE, f"上门看过了，情况属实。乡镇{by}开始办认定。"
    return TOLD + 1, "已经办完，有答复。"


def _in_case(case: Any, on: date, by: str) -> tuple[int, str]:
    if case.state == CaseState.CLOSED:
        return TOLD + 1, "已经办完，有结果。"
    if case.state == CaseState.WITHDRAWN:
        return TOLD + 1, "申请已经由您家签字撤回。以后有难处，还可以再申请。"
    if case.state == CaseState.MERGED:
        return TOLD + 1, "这一件和您家的另一件合在一起办，请打电话问。"
    stage = _stage_of(case)
    if case.next_act == Act.REVIEW and case.notice_until and case.notice_until > on:
        last = case.notice_until - timedelta(days=1)
        return VILLAGE, f"正在村里公示，到{spoken_day(last)}为止。公示完了，乡镇再审核。"
    sentences = {
        VISIT: f"乡镇和村里{by}上门看，请您签承诺书和授权书。",
        VILLAGE: f"村里{by}开会评议。" if case.next_act == Act.APPRAISAL else f"评议过了，村里{by}张榜公示。",
        TOWNSHIP: f"乡镇{by}提出审核意见。",
        COUNTY: f"县里{by}作决定。",
        TOLD: f"决定已经作出，{by}告诉您家，再在村里公告。",
    }
    return stage, sentences.get(stage, "正在办。")


def _stage_of(case: Any) -> int:
    if case.next_act == Act.RECORD:  # the same act opens a procedure and closes it
        return TOLD if case.state == CaseState.DECIDED else VISIT
    return STAGE_OF.get(case.next_act, VISIT)


def _due(way: Way) -> date | None:
    due: date | None = way.case.due_on if way.case is not None else way.clue.due_on
    return due


def _by(way: Way, on: date) -> str:
    due = _due(way)
    if due is None:
        return "尽快"
    return f"要在{spoken_day(due)}之前" if due >= on else f"本来要在{spoken_day(due)}之前办、现在晚了，要马上"


def _who(way: Way) -> str:
    """Who must act now: the post and its place, as the procedure or the clue says."""
    code = f"{way.case.place_number if way.case else way.clue.place_number:012d}"
    names = full_names([code, code[:9], code[:6]])
    county, township, village = names.get(code[:6], ""), names.get(code[:9], ""), names.get(code, "")
    if way.case is not None:
        step = next((one for one in way.case.steps if one["step"] == way.case.next_step), None)
        level = step["level"] if step else "township"
        place = {"county": county, "township": township}.get(level, village)
        acting = "、".join(one for one in (step or {}).get("actors", []))
        return f"{place}：{acting}" if acting else f"{place}{LEVEL_TITLES.get(level, '')}"
    return {
        OwnerLevel.VILLAGE: f"{village}：村干部、信息采集员",
        OwnerLevel.TOWNSHIP: f"{township}人民政府：乡镇专干",
        OwnerLevel.COUNTY: f"{county}农业农村局：县级审核员",
    }.get(way.clue.owner_level, township)


def _decision(way: Way, of_household: bool, on_behalf: bool) -> Decision | None:
    if way.case is not None:
        return _of_case(way.case, of_household) if way.case.outcome else None
    clue = way.clue
    if clue.state != ClueState.CLOSED or clue.closing_reason == ENTERED:
        return None
    on = localtime(clue.closed_at).date()
    reason = closing_reasons(on).get(clue.closing_reason)
    told = f"{day_words(clue.answered_on)}已经书面告诉{clue.answered_to}" if clue.answered_on else ""
    withheld = on_behalf and not of_household
    reasons = tuple(one for one in ("" if withheld else clue.closing_sentence, told) if one)
    title = reason.title if reason else "已答复"
    return Decision(title, on, reasons, withheld, clue.answer_remedy)


def _of_case(case: Any, of_household: bool) -> Decision:
    title, on = str(Outcome(case.outcome).label), localtime(case.decided_at).date() if case.decided_at else None
    if not of_household:
        return Decision(title, on, (), withheld=True)
    reasons: list[str] = []
    for one in records_of(case):
        if one.record.act == Act.DECISION:
            code = one.record.reason_code
            ground = [str(Ground(code).label)] if code in Ground.values else []
            reasons = [*ground, *([one.words["words"]] if one.words.get("words") else [])]
    return Decision(title, on, tuple(reasons), withheld=False)
