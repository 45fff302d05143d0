"""How fresh each feed is (数据新鲜度)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Sum

from shouwang.register.staff.choices import OWN_UNIT
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.choices import CADENCE_DAYS, CADENCE_LABELS
from shouwang.stream.feeds.contracts import feed_contracts
from shouwang.stream.feeds.models import Delivery


@dataclass(frozen=True)
class FeedFreshness:
    """One feed (一种数据): when it last came, how old that is against its cadence, how many rows stand."""

    feed: str
    title: str
    unit: str
    cadence: str
    deliveries: int
    rows: int
    last_received_on: date | None
    period_until: date | None
    age_days: int | None
    overdue: bool

    @property
    def state(self) -> str:
        """A word for the screen: 从未报送, 超期, 正常."""
        if self.last_received_on is None:
            return "从未报送"
        return "超期" if self.overdue else "正常"


def freshness(actor: Actor, *, on: date) -> list[FeedFreshness]:
    """Every feed of the pack with its age on a day (数据新鲜度); a liaison sees the own unit's."""
    found = Delivery.objects.visible_to(actor).effective().values("feed")
    rows = found.annotate(
        count=Count("id"), rows=Sum("rows_accepted"), last=Max("received_at__date"), until=Max("period_until")
    )
    by_feed: dict[str, Any] = {row["feed"]: row for row in rows}
    feeds = feed_contracts().values()
    mine = [feed for feed in feeds if actor.role not in OWN_UNIT or feed.unit == actor.unit]
    out = []
    for feed in mine:
        row = by_feed.get(feed.name, {})
        last = row.get("last")
        age = (on - last).days if last else None
        out.append(
            FeedFreshness(
                feed=feed.name,
                title=feed.title,
                unit=feed.unit or "",
                cadence=CADENCE_LABELS.get(feed.cadence or "", ""),
                deliveries=row.get("count", 0),
                rows=row.get("rows") or 0,
                last_received_on=last,
                period_until=row.get("until"),
                age_days=age,
                overdue=age is None or age > CADENCE_DAYS.get(feed.cadence or "", 366),
            )
        )
    return out
