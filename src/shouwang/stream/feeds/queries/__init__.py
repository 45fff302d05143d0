"""Reading deliveries (查送达)."""

from shouwang.stream.feeds.queries.batches import Effective, effective_feed, put_together
from shouwang.stream.feeds.queries.deliveries import (
    deliveries,
    deliveries_by_id,
    delivery_of,
    delivery_totals,
    feeds_for,
)
from shouwang.stream.feeds.queries.freshness import FeedFreshness, freshness
from shouwang.stream.feeds.queries.manifests import Corrections, corrections_of, declared_rows, manifests_of
from shouwang.stream.feeds.queries.rejects import RejectedRow, reject_rows, rejected_rows

__all__ = [
    "Corrections",
    "Effective",
    "FeedFreshness",
    "RejectedRow",
    "corrections_of",
    "declared_rows",
    "deliveries",
    "deliveries_by_id",
    "delivery_of",
    "delivery_totals",
    "effective_feed",
    "feeds_for",
    "freshness",
    "manifests_of",
    "put_together",
    "reject_rows",
    "rejected_rows",
]
