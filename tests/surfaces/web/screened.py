"""A published screening (已发布的筛查) over the cast's three households."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db import connection

from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.stream.feeds.contracts import active_pack
from shouwang.stream.screening.actions.tally import tally
from shouwang.stream.screening.actions.vocabulary import vocabulary
from shouwang.stream.screening.models import Doubt, Gap, IssuedWarning, Run
from tests.cast import AT, NEXT_VILLAGE, OTHER_COUNTY_VILLAGE, TODAY, VILLAGE

BECAUSE = "近12个月全家看病自付30,000元，家庭年纯收入12,000元"


@dataclass(frozen=True)
class Screened:
    """What the run has found: 老李 red and yellow, 小赵's neighbour orange, one household in the other county red."""

    run: Run
    li: IssuedWarning
    li_second: IssuedWarning
    zhao: IssuedWarning
    qian: IssuedWarning


def publish() -> Screened:
    """Put the run and what it has found into the tables, as publication leaves them."""
    pack = active_pack()
    run = Run.objects.create(
        pack=pack.name,
        pack_title=pack.title,
        pack_version=pack.version,
        as_of=TODAY,
        range_low=431000000000,
        range_high=432000000000,
        status="published",
        vocabulary=vocabulary(pack, TODAY),
        started_at=AT,
        started_by="system",
        finished_at=AT,
    )
    Gap.objects.create(
        household_id="H1", place_number=int(VILLAGE), run=run, rules=[{"rule": "loan_overdue", "missing": ["loans"]}]
    )
    Doubt.objects.create(
        check_name="head_missing", household_id="H2", place_number=int(NEXT_VILLAGE), values={}, message="该户没有户主",
        run=run,
    )  # fmt: skip
    found = Screened(
        run=run,
        li=warning(run, "H1", VILLAGE, "red"),
        li_second=warning(run, "H1", VILLAGE, "yellow", rule="hospital_stays_repeated", because="全家住院3次"),
        zhao=warning(run, "H2", NEXT_VILLAGE, "orange", state="unchanged"),
        qian=warning(run, "H3", OTHER_COUNTY_VILLAGE, "red"),
    )
    counted()
    return found


def counted() -> None:
    """Count what stands there, as publication does."""
    columns = {"place_number": pa.int64(), "household_id": pa.string(), "factor": pa.string(), "severity": pa.int16()}
    in_force = pa.Table.from_pylist(list(IssuedWarning.objects.current().values(*columns)), pa.schema(columns.items()))
    with connection.cursor() as cursor:
        tally(cursor, in_force, range_low=EVERYWHERE[0], range_high=EVERYWHERE[1])


def warning(run: Run, household: str, village: str, level: str, **more: Any) -> IssuedWarning:
    values = {
        "rule": "illness_self_paid_heavy",
        "factor": "expenditure.medical",
        "because": BECAUSE,
        "state": "new",
        "values": {"household_self_paid_12m": 30000, "net_income": None},
        "thresholds": {"monitoring_line": 6500},
        "sources": ["medical_settlements"],
        **more,
    }
    severity = {"red": 1, "orange": 2, "yellow": 3, "review": 4}[level]
    return IssuedWarning.objects.create(
        household_id=household,
        place_number=int(village),
        level=level,
        severity=severity,
        first_seen_run=run,
        changed_run=run,
        **values,
    )
