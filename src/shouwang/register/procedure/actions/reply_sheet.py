"""Answering a department's questions in bulk (批量答复比对请求): the sheet of what waits, filled in and brought back."""

from datetime import datetime

from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.register.exchange.actions import download_reply_sheet, take_replies
from shouwang.register.exchange.choices import ReplyTo
from shouwang.register.exchange.reply_layouts import KEY, ReplyLayout, ReplyRow
from shouwang.register.places.queries import place_names
from shouwang.register.procedure.actions.enquire import RESULTS, answer_enquiry
from shouwang.register.procedure.queries import enquiries
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

RESULT, WORDS = "结果", "说明"
KINDS = {"comparison": "信息比对", "opinion": "部门意见"}
LAYOUT = ReplyLayout(
    of=ReplyTo.ENQUIRIES,
    title="比对请求答复表",
    known=("办理件", "户主", "村", "请求", "期限"),
    asked=(RESULT, WORDS),
    words={RESULT: tuple(RESULTS.values())},
)
CODES = {label: code for code, label in RESULTS.items()}


def enquiry_sheet(*, actor: Actor, at: datetime) -> bytes:
    """The open questions to the actor's unit as a sheet to fill in (比对请求答复表). Raises NotAllowed, Refusal."""
    actor.require(Permission.ANSWER_COMPARISON)
    waiting = list(enquiries(actor, answered=False))
    names = place_names({one.place_number for one in waiting})
    rows = [
        [
            str(one.pk),
            one.case.number,
            one.case.head_name,
            names.get(one.place_number, ""),
            KINDS.get(one.kind, ""),
            one.due_on.isoformat() if one.due_on else "",
        ]
        for one in waiting
    ]
    mark = f"{actor.unit} {actor.name} {localtime(at):%Y-%m-%d %H:%M}"
    return download_reply_sheet(layout=LAYOUT, rows=rows, mark=mark, actor=actor, at=at)


def answer_enquiries(*, file_name: str, content: bytes, actor: Actor, at: datetime) -> object:
    """Take a filled sheet (批量答复): each row as `answer_enquiry` would; bad rows go back. Raises NotAllowed, Refusal."""
    actor.require(Permission.ANSWER_COMPARISON)

    def answer(row: ReplyRow) -> None:
        key, said = row.cells[KEY], row.cells.get(RESULT, "")
        if not key.isdecimal() or len(key) > 18:
            raise Refusal(f"编号“{key[:20]}”不对。", "编号请不要改。")
        if said not in CODES:
            raise Refusal(f"“{RESULT}”没有填，或者不是规定的说法。", f"请从“{'”“'.join(CODES)}”里选。")
        answer_enquiry(enquiry_id=int(key), result=CODES[said], words=row.cells.get(WORDS, ""), actor=actor, at=at)

    return take_replies(layout=LAYOUT, file_name=file_name, content=content, answer=answer, actor=actor, at=at)
