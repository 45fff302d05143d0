"""Figures of clues over time (线索统计): how many came, how fast they were dealt with, which rules were right."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from shouwang.kernel.aggregates import Days, Median
from shouwang.kernel.days import start_of
from shouwang.kernel.running_counts import day_counts, median_of, overlap, whole_counties, whole_months
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.choices import CHECKED, ENTERED, ActorLevel, ClueState
from shouwang.stream.clues.models import Clue, ClueCount, ClueEvent
from shouwang.stream.clues.queries.waiting import opened_clues


@dataclass(frozen=True)
class Confirmed:
    """A rule with what people found where it had warned (预警核实率): clues settled, and those that became a case."""

    rule: str
    settled: int
    entered: int

    @property
    def share(self) -> int:
        """Per hundred, rounded."""
        return round(100 * self.entered / self.settled) if self.settled else 0


def _here(actor: Actor, low: int, high: int) -> QuerySet[Clue]:
    return Clue.objects.visible_to(actor).filter(place_number__gte=low, place_number__lt=high)


def clues_by_month(
    actor: Actor, *, since: date, range_low: int = 0, range_high: int = 10**12
) -> dict[date, dict[str, int]]:
    """First day of a month → clues opened in it, and those of them that hold an application."""
    months: dict[date, dict[str, int]] = {}
    for day, is_application, count in opened_clues(actor, since=since, range_low=range_low, range_high=range_high):
        month = months.setdefault(day.replace(day=1), {"clues": 0, "applications": 0})
        month["clues"] += count
        month["applications"] += count * is_application
    return months


def days_to_close(
    actor: Actor, *, since: date, until: date | None = None, range_low: int = 0, range_high: int = 10**12
) -> tuple[int, float | None]:
    """How many clues were closed since a day, and the median of the days that it took."""
    low, high = overlap(actor, range_low, range_high)
    if actor.may(Permission.SEE_CLUES) and whole_counties(low, high) and whole_months(since, until):
        took: Counter[int] = Counter()
        for days, _, count in day_counts(ClueCount, "took", low=low, high=high, since=since, until=until):
            took[int(days)] += count
        return took.total(), median_of(took)
    found = _here(actor, low, high).filter(state=ClueState.CLOSED, closed_at__gte=start_of(since))
    found = found.filter(closed_at__lt=start_of(until)) if until else found
    row = found.aggregate(count=Count("place_number"), days=Median(Days(TruncDate("closed_at"), F("opened_on"))))
    return row["count"], row["days"]


def confirmed_by_rule(actor: Actor, *, since: date, range_low: int = 0, range_high: int = 10**12) -> list[Confirmed]:
    """Rules whose warnings stood in clues closed since a day, those that spoke most often first (规则核实情况).

    A clue in which several rules spoke counts for each of them. A warning is a clue: a low share says that the rule
    should be looked at, nothing about the people who did the checking.
    """
    low, high = overlap(actor, range_low, range_high)
    settled: Counter[str] = Counter()
    entered: Counter[str] = Counter()
    if actor.may(Permission.SEE_CLUES) and whole_counties(low, high) and whole_months(since, None):
        for what, counter in (("settled", settled), ("entered", entered)):
            for rule, _, count in day_counts(ClueCount, what, low=low, high=high, since=since):
                counter[rule] += count
    else:
        closed = _here(actor, low, high).filter(state=ClueState.CLOSED, closed_at__gte=start_of(since))
        rows = closed.order_by().values_list("rules")
        entering = Count("pk", filter=Q(closing_reason=ENTERED))
        for rules, count, cases in rows.annotate(count=Count("pk"), cases=entering):
            settled.update(dict.fromkeys(rules, count))
            entered.update(dict.fromkeys(rules, cases))
    made = [Confirmed(rule, count, entered[rule]) for rule, count in settled.items()]
    return sorted(made, key=lambda one: (-one.settled, one.rule))


def checks_by_place(actor: Actor, *, since: date, range_low: int = 0, range_high: int = 10**12) -> dict[int, int]:
    """Village → results of checks that its own people entered since a day (村级核实次数)."""
    found = ClueEvent.objects.visible_to(actor).filter(
        act__in=CHECKED,
        level=ActorLevel.VILLAGE,
        at__gte=start_of(since),
        clue__place_number__gte=range_low,
        clue__place_number__lt=range_high,
    )
    rows = found.order_by().values_list("clue__place_number").annotate(Count("pk"))
    return dict(rows)
