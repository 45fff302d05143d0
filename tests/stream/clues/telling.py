"""What people say about the cast's households, and what screenings find, in as few words as tests need."""

from datetime import date, datetime
from typing import Any

from shouwang.register.staff.queries import SYSTEM
from shouwang.stream.clues.actions import Answer, Closing, Report, report_clue, take_up_warnings
from shouwang.stream.clues.models import Clue
from shouwang.stream.screening.models import Run
from tests.cast import AT, TODAY, VILLAGE
from tests.stream.screening import findings
from tests.stream.screening.findings import publish

QUARTER_END = TODAY.replace(month=12, day=31)
NO_RISK = Closing("checked_no_risk", no_risk_until=QUARTER_END)
HELPED = Closing("helped_otherwise", "已由临时救助解决")
ANSWER = Answer("王桂花本人", TODAY, "对答复不服，可在六十日内向县里申请复核")


def say(actor: Any, *, at: Any = AT, **said: Any) -> Clue:
    """An application by a neighbour, unless it is said otherwise."""
    told = {
        "channel": "proxy_application",
        "place_number": int(VILLAGE),
        "name": "王桂花",
        "what": "老伴住院，家里没有钱交费",
        "where": "三组",
        "phone": "15400002222",
        "by": "隔壁老张",
        "on_behalf": True,
        **said,
    }
    return report_clue(report=Report(**told), actor=actor, at=at)


def screen(*found: tuple[str, str, str], as_of: date = TODAY) -> Run:
    """A published screening (household, rule, level), not taken up yet."""
    run = Run.objects.create(
        pack="hunan/chenzhou", pack_version="1", as_of=as_of, range_low=431000000000, range_high=432000000000,
        started_at=AT, started_by="system",
    )  # fmt: skip
    return publish(findings.warned(*found), run=run)


def take_up(run: Run) -> dict[str, int]:
    """The job after the screening, on its day."""
    return take_up_warnings(run_id=run.pk, actor=SYSTEM, at=on_day(run.as_of))


def on_day(day: date) -> datetime:
    """The time of the tests on another day."""
    return AT + (day - TODAY)


def warned(level: str = "yellow", household: str = "H1") -> Clue:
    """The clue that a first screening makes of one warning."""
    take_up(screen((household, "illness", level)))
    return Clue.objects.get(household_id=household)
