"""Taking a department's replies in bulk (批量答复): row by row, good ones in, bad ones back; the original is kept.

A row counts by itself: what is wrong in one leaves the others as they are. Several sheets of one unit wait for each other.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction

from shouwang.kernel.errors import InputError, Refusal
from shouwang.register.exchange.choices import ReplyTo, Sensitivity
from shouwang.register.exchange.models import ReplySheet
from shouwang.register.exchange.reply_layouts import KEY, ReplyLayout, ReplyRow, read_replies, reply_workbook
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.sealed_files import open_sealed, opened_for_reading, put_sealed
from shouwang.register.releases.actions import Leaving, let_leave
from shouwang.register.staff.queries import Actor

KIND = "replies"
MOST_ROWS = 2_000
MOST_BYTES = 5 * 1024 * 1024
Answer = Callable[[ReplyRow], None]


@transaction.atomic
def take_replies(
    *, layout: ReplyLayout, file_name: str, content: bytes, answer: Answer, actor: Actor, at: datetime
) -> ReplySheet:
    """Take a filled sheet: `answer` takes one row or raises Refusal, and its reason goes back with the row.

    Rows in which nothing was filled in are left alone. Raises Refusal for a file that is no such sheet or came before.
    """
    if not actor.unit:
        raise Refusal("您的岗位没有部门，不能代部门答复。")
    if len(content) > MOST_BYTES:
        raise Refusal("文件太大。", "请分成几份。")
    digest = sha256(content).hexdigest()
    path = put_sealed(KIND, digest, content)
    rows = _rows(layout, digest, path, file_name)
    taken, empty, returned = 0, 0, []
    for row in rows:
        if not row.filled(layout):
            empty += 1
            continue
        reason = _taken(row, answer)
        taken += not reason
        if reason:
            returned.append((row, reason))
    kept = _kept(layout, file_name, content, digest, path, (len(rows), taken, empty), returned, actor, at)
    details = {"of": layout.of, "rows": len(rows), "taken": taken, "returned": len(returned), "sha256": digest}
    note(act="take_replies", subject=f"reply_sheet:{kept.pk}", actor=actor, at=at, details=details)
    return kept


@transaction.atomic
def download_reply_sheet(
    *, layout: ReplyLayout, rows: Sequence[Sequence[str]], mark: str, actor: Actor, at: datetime
) -> bytes:
    """The open requests of the actor's unit as a sheet to fill in; it names households, hence the ledger row."""
    if not rows:
        raise Refusal("现在没有要答复的。")
    named = ["|".join(row[:4]) for row in rows]
    page = "/requests/" if layout.of == ReplyTo.MEASURES else "/enquiries/"
    let_leave(leaving=Leaving(Sensitivity.OTHER, page, layout.title, named), actor=actor, at=at)
    note(
        act="export_replies",
        subject=f"place:{actor.place_code}",
        actor=actor,
        at=at,
        reason=f"{layout.title}（批量答复）",
        details={"of": layout.of, "rows": len(rows)},
    )
    return reply_workbook(layout, rows, mark=mark)


@transaction.atomic
def download_returned_replies(*, sheet_id: int, of: str, actor: Actor, at: datetime) -> bytes:
    """The rows of an own sheet that went back, with why (退回表). Raises Refusal when there is none."""
    found = ReplySheet.objects.visible_to(actor).filter(pk=sheet_id, of=of).exclude(returned_path="").first()
    if found is None:
        raise Refusal("没有退回表。")
    content = open_sealed(KIND, f"{found.sha256}-{found.rows_returned}", found.returned_path)
    note(act="download_returned_replies", subject=f"reply_sheet:{found.pk}", actor=actor, at=at)
    return content


def _rows(layout: ReplyLayout, digest: str, path: str, file_name: str) -> list[ReplyRow]:
    try:
        with opened_for_reading(
            KIND, digest, path, ".csv" if file_name.lower().endswith(".csv") else ".sheet"
        ) as plain:
            rows = read_replies(layout, plain)
    except InputError as wrong:
        raise Refusal(str(wrong.message), str(wrong.remedy)) from None
    if len(rows) > MOST_ROWS:
        raise Refusal(f"一次最多 {MOST_ROWS} 行。", "请分成几份。")
    return rows


def _taken(row: ReplyRow, answer: Answer) -> str:
    """Take one row; gives back why it could not be."""
    try:
        with transaction.atomic():
            if not row.cells.get(KEY, ""):
                raise Refusal(f"没有“{KEY}”，不知道答复的是哪一条。")
            answer(row)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _kept(
    layout: ReplyLayout,
    file_name: str,
    content: bytes,
    digest: str,
    path: str,
    counts: tuple[int, int, int],
    returned: Sequence[tuple[ReplyRow, str]],
    actor: Actor,
    at: datetime,
) -> ReplySheet:
    back = ""
    if returned:
        lines = [[*(row.cells.get(title, "") for title in layout.header), why] for row, why in returned]
        book = reply_workbook(layout, lines, mark=f"{actor.unit}退回表", reasons=True)
        back = put_sealed(KIND, f"{digest}-{len(returned)}", book)
    try:
        with transaction.atomic():
            return ReplySheet.objects.create(
                of=layout.of,
                unit=actor.unit,
                range_low=actor.range_low,
                range_high=actor.range_high,
                file_name=file_name[-200:],
                size=len(content),
                sha256=digest,
                original_path=path,
                returned_path=back,
                received_at=at,
                received_by=actor.username,
                rows_in=counts[0],
                rows_taken=counts[1],
                rows_empty=counts[2],
                rows_returned=len(returned),
            )
    except IntegrityError:
        raise Refusal("这份表已经传过，一个字也没有变。", "请改好退回的行再传。") from None
