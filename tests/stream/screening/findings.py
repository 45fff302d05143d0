"""Findings as the engine hands them over, few columns at a time."""

from datetime import date
from typing import Any

import pyarrow as pa

from shouwang.register.staff.queries import SYSTEM
from shouwang.stream.screening.actions import publish_run
from shouwang.stream.screening.models import Run
from tests.cast import AT, NEXT_VILLAGE, OTHER_COUNTY_VILLAGE, VILLAGE

PLACES = {"H1": VILLAGE, "H2": NEXT_VILLAGE, "H3": OTHER_COUNTY_VILLAGE}
TEXT = pa.string()
WARNINGS = pa.schema([(name, TEXT) for name in (
    "rule", "level", "factor", "household_id", "resident_id", "place_code", "values", "thresholds", "because", "sources",
)])  # fmt: skip
GAPS = pa.schema([(name, TEXT) for name in ("household_id", "resident_id", "place_code", "rule", "missing")])
DOUBTS = pa.schema([(name, TEXT) for name in (
    "check", "household_id", "resident_id", "place_code", "values", "message",
)])  # fmt: skip


def warned(*found: tuple[str, str, str]) -> pa.Table:
    """Warnings (household, rule, level), all of a household's medical bills."""
    rows = [
        {
            "rule": rule, "level": level, "factor": "expenditure.medical", "household_id": home, "resident_id": None,
            "place_code": PLACES[home], "values": '{"household_self_paid_12m": 12345.5}',
            "thresholds": '{"monitoring_line": 6500}', "because": "近12个月家庭自付医疗费12,345.50元",
            "sources": '["medical_settlements"]',
        }
        for home, rule, level in found
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=WARNINGS)


def publish(
    warnings: pa.Table, *, gaps: Any = (), doubts: Any = (), place: str = "4310", run: Run | None = None
) -> Run:
    """Publish findings as a run of a pack for `place`; a run that exists is published again."""
    zeros = 10 ** (12 - len(place))
    made = run or Run.objects.create(
        pack="hunan/chenzhou",
        pack_version="1",
        as_of=date(2026, 11, 22),
        range_low=int(place) * zeros,
        range_high=(int(place) + 1) * zeros,
        started_at=AT,
        started_by="system",
    )
    return publish_run(
        run_id=made.pk,
        warnings=warnings,
        gaps=pa.Table.from_pylist(list(gaps), schema=GAPS),
        doubts=pa.Table.from_pylist(list(doubts), schema=DOUBTS),
        summary={"households": 3},
        actor=SYSTEM,
        at=AT,
    )
