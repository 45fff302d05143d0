"""Answering requests for measures in bulk (批量答复办理单): what waits at a unit, filled in and brought back.

A photo cannot lie in a sheet: what was given without one says why, as on the page.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.register.exchange.actions import download_reply_sheet, take_replies
from shouwang.register.exchange.choices import ReplyTo
from shouwang.register.exchange.reply_layouts import KEY, ReplyLayout, ReplyRow
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.actions.feedback import deliver_measure, give_up_measure, reply_measure
from shouwang.stream.assistance.queries import unit_requests
from shouwang.stream.rules.queries import pack_in_force

STATE, WORDS, DUE, DELIVERED = "办理情况", "说明", "预计办结日期", "落实日期"
AMOUNT, NO_FILE, REASON = "金额（元）", "没有凭证的原因", "没有落实的原因"
REPLIED, DONE, NOT_DONE = "正在办", "已落实", "没有落实"


def measure_layout(on: date) -> ReplyLayout:
    """The sheet with the reasons that the pack knows on a day."""
    return ReplyLayout(
        of=ReplyTo.MEASURES,
        title="帮扶办理单答复表",
        known=("户编号", "户主", "村", "措施", "要办的事", "期限"),
        asked=(STATE, WORDS, DUE, DELIVERED, AMOUNT, NO_FILE, REASON),
        words={STATE: (REPLIED, DONE, NOT_DONE), REASON: tuple(_reasons(on))},
    )


def measure_sheet(*, actor: Actor, at: datetime) -> bytes:
    """What waits at the actor's unit as a sheet to fill in (帮扶办理单答复表). Raises NotAllowed, Refusal."""
    actor.require(Permission.REPLY_MEASURE)
    on = localtime(at).date()
    rows = [
        [str(one.measure_id), one.household_id, one.masked_name, one.place_name, one.title, one.asks, str(one.due_on)]
        for one in unit_requests(actor, on=on, waiting_only=True)
    ]
    mark = f"{actor.unit} {actor.name} {localtime(at):%Y-%m-%d %H:%M}"
    return download_reply_sheet(layout=measure_layout(on), rows=rows, mark=mark, actor=actor, at=at)


def answer_measures(*, file_name: str, content: bytes, actor: Actor, at: datetime) -> object:
    """Take a filled sheet (批量答复): each row as the page would; bad rows go back. Raises NotAllowed, Refusal."""
    actor.require(Permission.REPLY_MEASURE)
    on = localtime(at).date()

    def answer(row: ReplyRow) -> None:
        _answer(row.cells, _reasons(on), actor, at)

    layout = measure_layout(on)
    return take_replies(layout=layout, file_name=file_name, content=content, answer=answer, actor=actor, at=at)


def _answer(cells: Mapping[str, str], reasons: Mapping[str, str], actor: Actor, at: datetime) -> None:
    key, state, words = cells[KEY], cells.get(STATE, ""), cells.get(WORDS, "")
    if not key.isdecimal() or len(key) > 18:
        raise Refusal(f"编号“{key[:20]}”不对。", "编号请不要改。")
    measure = int(key)
    if state == REPLIED:
        reply_measure(measure_id=measure, words=words, due_on=_day(cells, DUE), actor=actor, at=at)
    elif state == DONE:
        delivered = _day(cells, DELIVERED)
        if delivered is None:
            raise Refusal(f"写了“{DONE}”，没有写{DELIVERED}。")
        deliver_measure(
            measure_id=measure,
            delivered_on=delivered,
            words=words,
            amount=_amount(cells),
            no_file_reason=cells.get(NO_FILE, ""),
            actor=actor,
            at=at,
        )
    elif state == NOT_DONE:
        reason = reasons.get(cells.get(REASON, ""), "")
        give_up_measure(measure_id=measure, reason=reason, words=words, actor=actor, at=at)
    else:
        raise Refusal(f"“{STATE}”没有填，或者不是规定的说法。", f"请从“{REPLIED}”“{DONE}”“{NOT_DONE}”里选。")


def _reasons(on: date) -> dict[str, str]:
    items = pack_in_force(settings.PACK, on=on).lists["undelivered_reasons"].on(on)
    return {item.title: name for name, item in items.items()}


def _day(cells: Mapping[str, str], column: str) -> date | None:
    text = cells.get(column, "").replace("/", "-").replace(".", "-").split(" ")[0]
    if not text:
        return None
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day)
    except ValueError:
        raise Refusal(f"“{column}”不是日期：{text[:20]}。", "写成 2026-11-22。") from None


def _amount(cells: Mapping[str, str]) -> Decimal | None:
    text = cells.get(AMOUNT, "").replace(",", "").replace("，", "")
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise Refusal(f"“{AMOUNT}”不是数字：{text[:20]}。") from None
    if not found.is_finite() or abs(found) >= 10**12:
        raise Refusal(f"“{AMOUNT}”不对：{text[:20]}。")
    return round(found, 2)
