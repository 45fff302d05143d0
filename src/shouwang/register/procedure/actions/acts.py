"""The acts of a case (办理动作), each with what it asks for; all of them enter one record (see ``enter``)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.register.places.queries import place_of
from shouwang.register.procedure.actions.enter import NotNow, enter_record, refuse_outdated
from shouwang.register.procedure.choices import GUARANTEES, Act
from shouwang.register.procedure.models import Case
from shouwang.register.procedure.steps import turns
from shouwang.register.staff.queries import Actor


def sign_pledge(
    *, number: str, signed_by: str, how: str, read_aloud: bool, trouble: str = "", writer: str = "", actor: Actor,
    at: datetime, seen: int | None = None, evidence: Sequence[str] = (),
) -> Case:  # fmt: skip
    """Take down the household's pledge (承诺书): by signature, or by fingerprint after it was read aloud.

    `trouble` is what the household says it needs help with, `writer` who wrote it down for somebody who cannot write.
    """
    if how not in ("signature", "fingerprint"):
        raise Refusal("没有写是签名还是按手印。")
    if how == "fingerprint" and not read_aloud:
        raise Refusal("按手印的，要先把承诺书念给本人听。")
    content = {"how": how, "read_aloud": read_aloud}
    words = {"signed_by": signed_by, "trouble": trouble, "writer": writer}
    return _step(Act.PLEDGE, number, actor, at, seen, content, words, evidence=evidence)


def give_authorisation(
    *, number: str, scope: str, valid_until: date, signed_by: str, actor: Actor, at: datetime, seen: int | None = None,
    evidence: Sequence[str] = (),
) -> Case:  # fmt: skip
    """Take down whom and what the household lets us ask about, and until when (授权书)."""
    if valid_until <= localtime(at).date():
        raise Refusal("授权的有效期已经过去。", "请写以后的日期。")
    content = {"scope": scope.strip(), "valid_until": valid_until.isoformat()}
    return _step(Act.AUTHORISATION, number, actor, at, seen, content, {"signed_by": signed_by}, evidence=evidence)


def revoke_authorisation(*, number: str, words: str, actor: Actor, at: datetime, seen: int | None = None) -> Case:
    """The household takes its authorisation back (撤回授权): nobody may be asked from now on."""
    return _beside(Act.REVOCATION, number, actor, at, seen, {}, {"words": words})


def accept_case(*, number: str, words: str = "", actor: Actor, at: datetime, seen: int | None = None) -> Case:
    """Take the step that only registers something (受理、登记、录入建档)."""
    return _step(Act.RECORD, number, actor, at, seen, {}, {"words": words})


def verify_home(
    *, number: str, verifiers: Sequence[str], visited_on: date, findings: str, income: dict[str, Any] | None = None,
    household_word: str = "", guarantees: Mapping[str, str] | None = None, proposed_class: str = "",
    evidence: Sequence[str] = (), actor: Actor, at: datetime, seen: int | None = None,
) -> Case:  # fmt: skip
    """Enter a home visit by two or more people (入户核实): what they saw, the income sheet, the household's own word.

    `guarantees` says how school, medical cover, house and water stand (三保障和饮水), by the names of `GUARANTEES`.
    """
    if len(findings.strip()) < 4:
        raise Refusal("没有写核实到的情况。")
    people = sorted({one.strip() for one in verifiers if one.strip()})
    content = {"verifiers": people, "visited_on": visited_on.isoformat(), **({"income": income} if income else {})}
    if proposed_class:
        content["proposed_class"] = proposed_class
    told = {name: text for name, text in (guarantees or {}).items() if name in GUARANTEES}
    words = {"findings": findings, "household_word": household_word, **told}
    return _step(Act.VERIFICATION, number, actor, at, seen, content, words, evidence=evidence)


def hold_appraisal(
    *, number: str, held_on: date, eligible: int, present: int, agree: int, against: int, minutes: str = "",
    held_at: str = "", chair: str = "", recorder: str = "", evidence: Sequence[str] = (), actor: Actor, at: datetime,
    seen: int | None = None,
) -> Case:  # fmt: skip
    """Enter the village meeting (民主评议). Whether it had a quorum and agreed follows from the counts.

    依据: 村民委员会组织法 第三十条. A village that says no does not end a case: township and county look at it all the same.
    """
    if held_on > localtime(at).date():
        raise Refusal("评议日期还没有到。")
    case = _case(number, actor)
    step = _turn(case, Act.APPRAISAL)
    share = step.get("limits", {}).get("agree") or {}
    agreed = agree > present * float(share.get("value") or 0.5)
    content = {
        "held_on": held_on.isoformat(), "eligible": eligible, "present": present, "agree": agree, "against": against,
        "abstained": present - agree - against, "agreed": agreed,
    }  # fmt: skip
    words = {"minutes": minutes, "held_at": held_at, "chair": chair, "recorder": recorder}
    return _step(Act.APPRAISAL, number, actor, at, seen, content, words, evidence=evidence)


def post_notice(
    *, number: str, posted_on: date, until: date, sheet: str, actor: Actor, at: datetime, seen: int | None = None
) -> Case:
    """Enter that the notice hangs in the village (公示); `sheet` is the hash of the sheet that was posted."""
    content = {"from": posted_on.isoformat(), "until": until.isoformat(), "sheet": sheet}
    return _step(Act.NOTICE, number, actor, at, seen, content)


def file_objection(
    *, number: str, channel: str, words: str, objector: str = "", actor: Actor, at: datetime, seen: int | None = None
) -> Case:
    """Take down an objection (异议) during the notice; who objects is encrypted and shown to nobody in the village."""
    if len(words.strip()) < 4:
        raise Refusal("没有写异议的内容。")
    return _beside(Act.OBJECTION, number, actor, at, seen, {"channel": channel}, {"words": words, "objector": objector})


def answer_objection(
    *, number: str, objection: int, finding: str, words: str, actor: Actor, at: datetime, seen: int | None = None,
    evidence: Sequence[str] = (),
) -> Case:  # fmt: skip
    """Answer an objection (答复异议) after looking again, by somebody who did not do the first check."""
    if finding not in ("stands", "justified", "partly"):
        raise Refusal("没有写异议是否成立。")
    content = {"objection": objection, "finding": finding}
    return _beside(Act.ANSWER, number, actor, at, seen, content, {"words": words}, evidence=evidence)


def review_case(*, number: str, opinion: str, words: str, actor: Actor, at: datetime, seen: int | None = None) -> Case:
    """The township's opinion (乡镇审核): agree or disagree, each with its reason."""
    return _step(Act.REVIEW, number, actor, at, seen, {"opinion": opinion}, {"words": words})


def recheck_case(
    *, number: str, outcome: str, words: str, actor: Actor, at: datetime, seen: int | None = None,
    evidence: Sequence[str] = (),
) -> Case:  # fmt: skip
    """Look at a decision again (复核), by people who had no part in it: it stands, or it is taken back."""
    case = _case(number, actor)
    act = next((one["act"] for one in turns(case) if one["act"] in (Act.RECHECK, Act.REVIEW)), Act.RECHECK)
    content = {"outcome": outcome} | ({"opinion": "agree"} if act == Act.REVIEW else {})
    return _step(act, number, actor, at, seen, content, {"words": words}, evidence=evidence)


def serve_reasons(
    *, number: str, channels: Sequence[str], words: str = "", actor: Actor, at: datetime, seen: int | None = None,
    evidence: Sequence[str] = (),
) -> Case:  # fmt: skip
    """Tell the household in writing (书面告知), by two ways at least; only then the clock of an objection runs.

    依据: 社会救助法 第四十五条.
    """
    content = {"channels": sorted({one for one in channels if one})}
    return _step(Act.ANNOUNCEMENT, number, actor, at, seen, content, {"words": words}, evidence=evidence)


def announce_case(
    *, number: str, posted_on: date, until: date, sheet: str, actor: Actor, at: datetime, seen: int | None = None
) -> Case:
    """Enter that the decision hangs in the village (村内公告)."""
    content = {"from": posted_on.isoformat(), "until": until.isoformat(), "sheet": sheet}
    return _step(Act.ANNOUNCEMENT, number, actor, at, seen, content)


def skip_step(
    *, number: str, step: str, reason: str, words: str, actor: Actor, at: datetime, seen: int | None = None
) -> Case:
    """Leave a step out with the reason for which the pack allows it (免办)."""
    if len(words.strip()) < 4:
        raise Refusal("免办要写明理由。")
    return enter_record(
        number=number, act=Act.SKIP, step=step, reason_code=reason or "as_the_pack_says", words={"words": words},
        actor=actor, at=at, seen=seen,
    )  # fmt: skip


def return_case(*, number: str, to: str, words: str, actor: Actor, at: datetime, seen: int | None = None) -> Case:
    """Give a case back to an earlier step with the reason (退回)."""
    return _beside(Act.RETURN, number, actor, at, seen, {"to": to}, {"words": words})


def withdraw_case(
    *, number: str, words: str, evidence: Sequence[str], actor: Actor, at: datetime, seen: int | None = None
) -> Case:
    """The household takes its application back (撤回), in its own signed words, at the township and never in the village."""
    return _beside(Act.WITHDRAWAL, number, actor, at, seen, {}, {"words": words}, evidence=evidence)


def merge_case(*, number: str, into: str, words: str, actor: Actor, at: datetime, seen: int | None = None) -> Case:
    """Two cases of one household under two numbers become one (并案); nothing is lost, the other one goes on."""
    return _beside(Act.MERGER, number, actor, at, seen, {"into": into}, {"words": words})


def transfer_case(
    *, number: str, to_place: str, words: str, actor: Actor, at: datetime, seen: int | None = None
) -> Case:
    """The household moves, the case moves with it (随户迁转); the new village checks again, the application stays."""
    place = place_of(to_place)
    if place is None or len(to_place) != 12:
        raise Refusal("没有这个村。", "请选择迁入的行政村。")
    content = {"place_number": place.range_low, "from_place": _case(number, actor).place_number}
    return _beside(Act.TRANSFER, number, actor, at, seen, content, {"words": words})


def help_first(*, number: str, words: str, actor: Actor, at: datetime, seen: int | None = None) -> Case:
    """Help before the papers (绿色通道): the steps are not shortened, only the help comes first."""
    return _beside(Act.HELP_FIRST, number, actor, at, seen, {}, {"words": words})


def _case(number: str, actor: Actor) -> Case:
    found = Case.objects.filter(
        number=number, place_number__gte=actor.range_low, place_number__lt=actor.range_high
    ).first()
    if found is None:
        raise Refusal("没有找到这件事项。", "请从办理列表里打开。")
    return found


def _turn(case: Case, act: str) -> dict[str, Any]:
    open_now = turns(case)
    for step in open_now:
        if step["act"] == act:
            return step
    if not open_now:
        raise NotNow("这件事项已经办结。")
    raise NotNow(f"现在轮到的是“{open_now[0]['title']}”，还不能办这一步。", "请刷新页面再看。")


def _step(
    act: str,
    number: str,
    actor: Actor,
    at: datetime,
    seen: int | None,
    content: dict[str, Any],
    words: dict[str, str] | None = None,
    *,
    evidence: Sequence[str] = (),
) -> Case:
    case = _case(number, actor)
    refuse_outdated(case, seen)
    step = _turn(case, act)["step"]
    return enter_record(
        number=number,
        act=act,
        step=step,
        content=content,
        words=words,
        evidence=evidence,
        actor=actor,
        at=at,
        seen=seen,
    )


def _beside(
    act: str,
    number: str,
    actor: Actor,
    at: datetime,
    seen: int | None,
    content: dict[str, Any],
    words: dict[str, str],
    *,
    evidence: Sequence[str] = (),
) -> Case:
    if act not in (Act.OBJECTION, Act.REVOCATION, Act.HELP_FIRST) and len(next(iter(words.values()), "").strip()) < 4:
        raise Refusal("没有写理由。", "请写一句，让农户和别的同事看得懂。")
    return enter_record(
        number=number, act=act, content=content, words=words, evidence=evidence, actor=actor, at=at, seen=seen
    )
