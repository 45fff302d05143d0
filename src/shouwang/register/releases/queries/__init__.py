"""What left and what waits (名单导出查询)."""

from shouwang.register.releases.queries.requests import RequestRow, request_rows, waiting_count
from shouwang.register.releases.queries.sums import held_back, left_today

__all__ = ["RequestRow", "held_back", "left_today", "request_rows", "waiting_count"]
