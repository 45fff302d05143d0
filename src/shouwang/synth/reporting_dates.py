"""Dates that feeds report by (期间): completed quarters, school terms, month ends; all from the as-of date."""

from __future__ import annotations

import numpy as np

DAYS = "datetime64[D]"
MONTHS = "datetime64[M]"


def last_quarters(as_of: np.datetime64, count: int = 4) -> list[np.datetime64]:
    """First days of the latest quarters that were over on the day, the oldest first."""
    month = months_before(as_of, 3)
    begun = month - np.timedelta64(int(month.astype(int)) % 3, "M")
    if (begun + np.timedelta64(3, "M")).astype(DAYS) > as_of:
        begun -= np.timedelta64(3, "M")
    return [(begun - np.timedelta64(3 * back, "M")).astype(DAYS) for back in range(count - 1, -1, -1)]


def months_before(as_of: np.datetime64, months: int) -> np.datetime64:
    """The month that many months before the day's month."""
    return as_of.astype(MONTHS) - np.timedelta64(months, "M")


def year_ended(as_of: np.datetime64) -> tuple[np.datetime64, np.datetime64]:
    """First and last day of the latest twelve whole months."""
    month = months_before(as_of, 0)
    return (month - np.timedelta64(12, "M")).astype(DAYS), month.astype(DAYS) - np.timedelta64(1, "D")


def month_report(as_of: np.datetime64) -> np.datetime64:
    """The day of the latest monthly report (每月25日), or the day itself when the month has just begun."""
    this = months_before(as_of, 0).astype(DAYS) + np.timedelta64(24, "D")
    return this if this <= as_of else months_before(as_of, 1).astype(DAYS) + np.timedelta64(24, "D")


def latest_term(as_of: np.datetime64) -> tuple[np.datetime64, str]:
    """First day and name of the school term that the day falls in: autumn from 1 September, spring from 20 February."""
    year = as_of.astype("datetime64[Y]").astype(int) + 1970
    if as_of >= np.datetime64(f"{year}-09-01"):
        return np.datetime64(f"{year}-09-01"), f"{year}-{year + 1}学年第一学期"
    if as_of >= np.datetime64(f"{year}-02-20"):
        return np.datetime64(f"{year}-02-20"), f"{year - 1}-{year}学年第二学期"
    return np.datetime64(f"{year - 1}-09-01"), f"{year - 1}-{year}学年第一学期"
