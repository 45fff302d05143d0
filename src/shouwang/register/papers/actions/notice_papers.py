"""The paper of a posting (公示的纸质件): the only way to a printed notice, from the very rows that were signed (P-02)."""

from datetime import datetime
from typing import Any

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.actions.issue import issue_checked
from shouwang.register.papers.choices import NoticeKind
from shouwang.register.papers.kinds import kind_named
from shouwang.register.papers.models import Paper, Posting
from shouwang.register.papers.publicity import Notice
from shouwang.register.papers.publicity.wording import foot_lines, period_line
from shouwang.register.papers.queries.postings import notice_of
from shouwang.register.staff.queries import Actor

ANNOUNCED = {NoticeKind.ANNOUNCEMENT, NoticeKind.CLEARANCE_ANNOUNCEMENT}


def issue_notice_paper(*, posting_id: int, actor: Actor, at: datetime) -> Paper:
    """The notice as a paper for the board (打印公示); asked again, the same paper. Raises Refusal."""
    posting = Posting.objects.visible_to(actor).filter(pk=posting_id).first()
    if posting is None:
        raise Refusal("没有这份公示。", "请从公示列表里打开。")
    kind = kind_named("announcement" if posting.kind in ANNOUNCED else "publicity_notice")
    fields = notice_fields(notice_of(posting))
    return issue_checked(kind, f"posting:{posting.pk}", "", fields, posting.place_number, actor, at)


def notice_fields(notice: Notice) -> dict[str, Any]:
    """What the paper of a notice says."""
    objections, ending = foot_lines(notice)
    columns = ("number", "name", "group", "category", "help")
    return {
        "place": notice.place_name.replace(" ", ""),
        "heading": notice.title,
        "period": period_line(notice),
        "objections": objections,
        "ending": ending,
        "posted_by": _committee(notice.place_name),
        "posted_on": notice.from_on,
        "listed": [dict(zip(columns, row, strict=True)) for row in notice.table()[1:]],
    }


def _committee(place_name: str) -> str:
    """Whose board it is: the committee of a village, or of a community (社区)."""
    if place_name.endswith(("委员会", "村委会", "居委会")):
        return place_name
    return f"{place_name}{'居' if place_name.endswith('社区') else '村'}民委员会"
