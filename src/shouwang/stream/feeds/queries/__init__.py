"""Reading deliveries (查送达)."""

from shouwang.stream.feeds.queries.batches import Effective, effective_feed
from shouwang.stream.feeds.queries.deliveries import (
    deliveries,
    deliveries_by_id,
    delivery_of,
    delivery_totals,
    feeds_for,
)
from shouwang.stream.feeds.queries.freshness import FeedFreshness, freshness
from shouwang.stream.feeds.queries.rejects import reject_rows

__all__ = [
    "Effective",
    "FeedFreshness",
    "deliveries",
    "deliveries_by_id",
    "delivery_of",
    "delivery_totals",
    "effective_feed",
    "feeds_for",
    "freshness",
    "reject_rows",
]
