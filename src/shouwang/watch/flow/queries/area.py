"""The area that figures are asked of (所问地区)."""

from typing import TypedDict


class Area(TypedDict):
    """Village numbers from `range_low`, up to and without `range_high`."""

    range_low: int
    range_high: int
