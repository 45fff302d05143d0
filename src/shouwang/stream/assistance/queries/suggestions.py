"""Suggested tools (政策工具建议): for every risk the tools that answer it, which fit, which do not, and why.

In the order of the risks, then as the pack lists them; neither a household nor a tool has a score. Where the data do
not tell, that is said; nothing is left out because something is unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shouwang.register.households.queries import measures_standing, residents_named
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.choices import Fit
from shouwang.stream.assistance.models import PlannedMeasure
from shouwang.stream.assistance.queries.needs import Need, needs_of
from shouwang.stream.screening.queries import household_now

if TYPE_CHECKING:
    from shouwang.policy import Pack
    from shouwang.policy.toolbox import Tool


@dataclass(frozen=True)
class Step:
    """One condition with the values of this household (条件): met, not met, or unknown."""

    title: str
    met: bool | None
    because: str


@dataclass(frozen=True)
class Subject:
    """The outcome for the household, or for one of its members."""

    resident_id: str
    name: str
    fit: str
    steps: tuple[Step, ...]
    missing: tuple[str, ...]
    amount: Decimal | None
    working: str
    receiving: bool


@dataclass(frozen=True)
class Suggestion:
    """One tool for one household (工具建议)."""

    tool: "Tool"
    fit: str
    subjects: tuple[Subject, ...] = ()
    answers: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ()
    planned: bool = False

    @property
    def fit_label(self) -> str:
        """Whether it fits, in words."""
        return Fit(self.fit).label

    def of(self, resident_id: str) -> Subject | None:
        """The outcome for one member, or for the household."""
        return next((one for one in self.subjects if one.resident_id == resident_id), None)


@dataclass(frozen=True)
class NeedTools:
    """One risk with the tools that answer it; none is a gap (没有对应的工具)."""

    need: Need
    tools: tuple[Suggestion, ...]


@dataclass(frozen=True)
class EndedTool:
    """A tool whose time is over (期限已过的工具): it can be read and is not offered."""

    tool: "Tool"
    last_day: date
    answers: tuple[str, ...]
    """Titles of the household's risks that it would answer."""


@dataclass(frozen=True)
class Suggestions:
    """Everything suggested to a household, and of which day the departments' data are."""

    needs: tuple[NeedTools, ...]
    data_as_of: date | None
    others: tuple[Suggestion, ...] = field(default=())
    ended: tuple[EndedTool, ...] = field(default=())

    @property
    def gaps(self) -> tuple[Need, ...]:
        """Risks that no tool answers."""
        return tuple(one.need for one in self.needs if not one.tools)

    def tool(self, name: str) -> Suggestion | None:
        """The suggestion of a tool by name, also of one that answers no risk of the household."""
        shown = (tool for one in self.needs for tool in one.tools)
        return next((one for one in (*shown, *self.others) if one.tool.name == name), None)


def suggested_tools(actor: Actor, household_id: str, *, on: date) -> Suggestions | None:
    """The tools for a household on a day (政策工具建议); None outside the actor's area. It decides nothing."""
    from shouwang.policy.toolbox import ended_on, tools_on

    now = household_now(actor, household_id, on=on)
    if now is None:
        return None
    over = {name: ended_on(tool, now.pack.benefits, on) for name, tool in now.pack.toolbox.items()}
    toolbox = {name: tool for name, tool in tools_on(now.pack.toolbox, on).items() if over[name] is None}
    judged = _judged(actor, now)
    chosen, standing = _chosen(household_id), measures_standing(household_id, on=on)
    made = [_suggestion(tool, judged.get(name), now.pack, chosen, standing) for name, tool in toolbox.items()]
    needs = needs_of(actor, household_id, now.pack, on=on)
    told = tuple(NeedTools(need, tuple(_answering(made, need))) for need in needs)
    shown = {tool.tool.name for one in told for tool in one.tools}
    others = tuple(one for one in made if one.tool.name not in shown)
    ended = tuple(
        EndedTool(now.pack.toolbox[name], end - timedelta(days=1), _would_answer(now.pack.toolbox[name], needs))
        for name, end in over.items()
        if end is not None
    )
    return Suggestions(told, now.run.as_of if now.run else None, others, ended)


def _would_answer(tool: "Tool", needs: Iterable[Need]) -> tuple[str, ...]:
    return tuple(one.title for one in needs if one.name in tool.answers or one.factor in tool.answers)


def _judged(actor: Actor, now: Any) -> dict[str, list[Subject]]:
    """Tool → outcome for the household or each of its members, by the engine."""
    from shouwang.policy.computing import benefit_reports

    program = now.pack.of_toolbox().program(now.file.program.as_of)
    file = replace(now.file, program=program, _facts={})
    people = residents_named(actor, [str(row["resident_id"]) for row in file.residents])
    found: dict[str, list[Subject]] = {}
    for report in benefit_reports(file, program.benefits.values()):
        resident = str(report.get("resident_id") or "")
        name = people[resident].name if resident in people else ""
        found.setdefault(report["benefit"], []).append(_subject(report, resident, name))
    return found


def _subject(report: dict[str, Any], resident_id: str, name: str) -> Subject:
    amount = report.get("amount")
    return Subject(
        resident_id=resident_id,
        name=name,
        fit={True: Fit.ELIGIBLE, False: Fit.NOT_ELIGIBLE, None: Fit.CANNOT_TELL}[report["eligible"]],
        steps=tuple(Step(one["title"], one["met"], one["because"]) for one in report["steps"]),
        missing=tuple(report.get("missing", ())),
        amount=None if amount is None else Decimal(str(amount)),
        working=report.get("working", ""),
        receiving=report.get("receiving") is True,
    )


def _suggestion(
    tool: "Tool", subjects: list[Subject] | None, pack: "Pack", chosen: set[str], standing: list[tuple[str, str]]
) -> Suggestion:
    from shouwang.policy.toolbox import conflicts

    if subjects is None:
        fit = Fit.BY_PEOPLE if tool.by_people else Fit.CANNOT_TELL
    else:
        fits = {one.fit for one in subjects}
        fit = next((fit for fit in (Fit.ELIGIBLE, Fit.CANNOT_TELL) if fit in fits), Fit.NOT_ELIGIBLE)
    had = chosen | {one.name for one in pack.toolbox.values() if one.item and (one.measure, one.item) in standing}
    order = [Fit.ELIGIBLE, Fit.CANNOT_TELL, Fit.NOT_ELIGIBLE]
    return Suggestion(
        tool=tool,
        fit=fit,
        subjects=tuple(sorted(subjects or (), key=lambda one: order.index(Fit(one.fit)))),
        answers=tool.answers,
        conflicts=_titles(pack, (one for one in had if conflicts(pack.toolbox, tool.name, one))),
        stacks=_titles(pack, (one for one in had if one in tool.stacks_with)),
        planned=tool.name in chosen,
    )


def _titles(pack: "Pack", names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(pack.toolbox[name].title for name in names if name in pack.toolbox))


def _chosen(household_id: str) -> set[str]:
    """Tools that stand in the household's plan, delivered or to be delivered."""
    found = PlannedMeasure.objects.standing().filter(household_id=household_id, ended_on=None)
    return set(found.exclude(tool="").exclude(state="undelivered").values_list("tool", flat=True))


def _answering(made: list[Suggestion], need: Need) -> list[Suggestion]:
    """Tools that name the risk itself first, then those that name its factor."""
    direct = [one for one in made if need.name in one.tool.answers]
    return direct + [one for one in made if one not in direct and need.factor in one.tool.answers]
