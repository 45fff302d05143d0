"""The monthly report (月报): counts of a place as a paper, numbered, kept and checkable like every other."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.actions import issue_paper
from shouwang.register.places.queries import Place
from shouwang.register.staff.queries import Actor
from shouwang.watch.flow.queries import Area, Month, Stage, months, spans, stages, stuck_at

CHANGES = (
    ("clues", "新增线索"),
    ("applications", "其中农户申请"),
    ("included", "纳入监测"),
    ("refused", "不予纳入"),
    ("cleared", "风险消除"),
    ("reverted", "回退监测"),
)


def issue_monthly_report(*, place: Place, month: date, actor: Actor, at: datetime) -> Any:
    """Issue the report of a finished month for a place (签发月报); the same figures again give the same paper.

    Raises Refusal for a month that is not over, NotAllowed.
    """
    first = month.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    if after > localtime(at).date():
        raise Refusal(f"{first.year}年{first.month}月还没有过完。", "请在下月生成，或者选以前的月份。")
    return issue_paper(
        kind="monthly_report",
        subject=f"place:{place.code}",
        part=f"{first:%Y-%m}",
        fields=report_fields(actor, place, first=first, after=after, at=at),
        place_number=place.range_low,
        actor=actor,
        at=at,
    )


def report_fields(actor: Actor, place: Place, *, first: date, after: date, at: datetime) -> dict[str, Any]:
    """What the report of a month says of a place: counts, no person."""
    area = Area(range_low=place.range_low, range_high=place.range_high)
    standing = stages(actor, on=localtime(at).date(), **area)
    before, now = months(actor, on=first, count=2, **area)
    return {
        "place": place.name,
        "month": f"{first.year}年{first.month}月",
        "counted_at": f"{localtime(at):%Y-%m-%d}",
        "stuck": _stuck(standing),
        "stages": [_stage(one) for one in standing],
        "changes": _changes(now, before),
        "spans": [
            {"name": one.title, "count": one.count, "days": "还没有" if one.days is None else f"{one.days:g}"}
            for one in spans(actor, since=first, until=after, **area)
        ],
    }


def _stage(one: Stage) -> dict[str, Any]:
    late = f"{one.late:,}" if one.late_kind else "–"
    oldest = "–" if one.oldest_days is None else f"{one.oldest_days:,}"
    return {"name": one.title, "count": f"{one.count:,} {one.unit}", "late": late, "oldest": oldest}


def _changes(now: Month, before: Month) -> list[dict[str, Any]]:
    return [{"name": title, "now": getattr(now, name), "before": getattr(before, name)} for name, title in CHANGES]


def _stuck(standing: list[Stage]) -> str:
    stuck = stuck_at(standing)
    return f"{stuck.title}，逾期{stuck.late:,}{stuck.unit}" if stuck else "没有逾期"
