"""Lists of warnings, gaps, doubts and runs (列表)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from shouwang.register.households.queries import households
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.screening.choices import RunStatus, WarningLevel
from shouwang.stream.screening.models import Doubt, Gap, IssuedWarning, Run
from shouwang.stream.screening.queries.words import rule_titles, titled, words_of

LONG = ("inputs", "vocabulary", "summary")


@dataclass(frozen=True)
class WarningRow:
    """A warning on a list (预警列表的一行), with the head of household and the village beside it."""

    warning: IssuedWarning
    title: str
    head_name: str
    place_name: str
    members: int


def warnings(
    actor: Actor,
    *,
    level: str = "",
    factor: str = "",
    rule: str = "",
    state: str = "",
    text: str = "",
    range_low: int = 0,
    range_high: int = 10**12,
) -> QuerySet[IssuedWarning]:
    """Warnings within the actor's area (预警列表), gravest first.

    `state` is new, unchanged, gone, or empty for all that the last run found; `text` is part of the head's name,
    pinyin or initials, a household number, or a member's whole ID number.
    """
    found = IssuedWarning.objects.visible_to(actor).filter(place_number__gte=range_low, place_number__lt=range_high)
    found = found.filter(state=state) if state else found.current()
    for name, value in (("level", level), ("factor", factor), ("rule", rule)):
        found = found.filter(**{name: value}) if value else found
    if text.strip():
        found = found.filter(household_id__in=households(actor, text=text).values("household_id"))
    return found.order_by("severity", "place_number", "household_id", "rule", "id")


def findings_of(run: Run) -> QuerySet[IssuedWarning]:
    """The warnings in force in the area of a published run, review flags left out: what clues are made of."""
    found = IssuedWarning.objects.current().exclude(level=WarningLevel.REVIEW)
    return found.filter(place_number__gte=run.range_low, place_number__lt=run.range_high).order_by()


def run_behind(warning: IssuedWarning) -> Run:
    """The run by which a warning stands: of one in force the last of its place, else the last that wrote it."""
    if warning.gone_run_id is not None:
        return warning.changed_run
    there = Run.objects.filter(range_low__lte=warning.place_number, range_high__gt=warning.place_number)
    return there.filter(status=RunStatus.PUBLISHED).order_by("-id").first() or warning.changed_run


def with_households(actor: Actor, rows: Iterable[IssuedWarning]) -> list[WarningRow]:
    """The rows of one page of a list with their households, in two queries."""
    shown = list(rows)
    found = households(actor).filter(household_id__in={row.household_id for row in shown}).in_bulk()
    titles = rule_titles()
    return [
        WarningRow(
            warning=row,
            title=titles.get(row.rule, row.rule),
            head_name=found[row.household_id].head_name if row.household_id in found else "",
            place_name=found[row.household_id].place.full_name if row.household_id in found else "",
            members=found[row.household_id].members if row.household_id in found else 0,
        )
        for row in shown
    ]


def household_warnings(actor: Actor, household_id: str) -> QuerySet[IssuedWarning]:
    """All warnings of one household, those in force first."""
    found = IssuedWarning.objects.visible_to(actor).filter(household_id=household_id)
    # Of the run a page tells the day; what it was made of and its words are long.
    found = found.select_related("first_seen_run").defer(*(f"first_seen_run__{name}" for name in LONG))
    return found.order_by("gone_run", "severity", "rule")


def gaps(actor: Actor, *, range_low: int = 0, range_high: int = 10**12) -> QuerySet[Gap]:
    """Households for which rules could not be decided (未能判断) within the actor's area."""
    found = Gap.objects.visible_to(actor).filter(place_number__gte=range_low, place_number__lt=range_high)
    return found.order_by("place_number", "household_id")


def gap_of(actor: Actor, household_id: str) -> list[dict[str, Any]]:
    """The undecided rules of one household: rule, title, missing (titles)."""
    gap = Gap.objects.visible_to(actor).filter(household_id=household_id).first()
    if gap is None:
        return []
    words = words_of(gap.run_id)
    named = {**titled(words, "thresholds"), **titled(words, "values"), **titled(words, "feeds")}
    rules = titled(words, "rules")
    return [
        {
            "rule": row["rule"],
            "title": rules.get(row["rule"], row["rule"]),
            "missing": [named.get(name, name) for name in row["missing"] if name],
        }
        for row in gap.rules
    ]


def doubts(
    actor: Actor, *, check: str = "", household_id: str = "", range_low: int = 0, range_high: int = 10**12
) -> QuerySet[Doubt]:
    """Contradictions in the data (疑点数据) within the actor's area."""
    found = Doubt.objects.visible_to(actor).filter(place_number__gte=range_low, place_number__lt=range_high)
    found = found.filter(check_name=check) if check else found
    found = found.filter(household_id=household_id) if household_id else found
    return found.order_by("place_number", "household_id", "check_name")


def runs(actor: Actor) -> QuerySet[Run]:
    """Screenings that touch the actor's area (筛查记录), newest first."""
    if not actor.may(Permission.SEE_DASHBOARD):
        return Run.objects.none()
    found = Run.objects.filter(range_low__lt=actor.range_high, range_high__gt=actor.range_low)
    return found.order_by("-id")


def run_of(actor: Actor, run_id: int) -> Run | None:
    """One screening, None when it does not exist for the actor."""
    return runs(actor).filter(pk=run_id).first()


def last_run(actor: Actor) -> Run | None:
    """The screening in force for the actor's area."""
    return runs(actor).filter(status=RunStatus.PUBLISHED).defer("inputs", "vocabulary").first()
