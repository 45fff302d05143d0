"""Reading plans (查帮扶方案): one household's plan with everything that belongs to it."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from shouwang.register.households.queries import monitored_households
from shouwang.register.ledger.sealed_files import open_sealed
from shouwang.register.places.queries import place_names
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.choices import MeasureState
from shouwang.stream.assistance.models import Feedback, Plan, PlannedMeasure
from shouwang.stream.assistance.queries.findings import Finding, plan_findings
from shouwang.stream.assistance.queries.needs import Need, need_titles, needs_of
from shouwang.stream.assistance.queries.words import goals_of, phone_of, words_of
from shouwang.stream.rules.queries import pack_in_force
from shouwang.stream.screening.queries import household_now

if TYPE_CHECKING:
    from shouwang.policy import Pack

EVIDENCE = "assistance"


@dataclass(frozen=True)
class Said:
    """One entry of the feedback with its words opened."""

    entry: Feedback
    words: str


@dataclass(frozen=True)
class MeasureView:
    """A planned measure as screens show it: what it answers in words, whether it is late, what came of it."""

    measure: PlannedMeasure
    answers: tuple[str, ...]
    is_late: bool
    said: tuple[Said, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class PlanView:
    """A plan with its needs, measures, remarks and feedback (newest first)."""

    plan: Plan
    goals: str
    contact_phone: str
    place_name: str
    needs: tuple[Need, ...]
    measures: tuple[MeasureView, ...]
    findings: tuple[Finding, ...]
    said: tuple[Said, ...]
    answered: dict[str, list[MeasureView]] = field(default_factory=dict)


def plans(actor: Actor, *, range_low: int = 0, range_high: int = 10**12) -> Any:
    """Plans within the actor's area (方案列表), newest first."""
    found = Plan.objects.visible_to(actor).filter(place_number__gte=range_low, place_number__lt=range_high)
    return found.order_by("-drafted_at", "-id")


def plan_of(actor: Actor, plan_id: int) -> Plan | None:
    """One plan within the actor's area."""
    found: Plan | None = Plan.objects.visible_to(actor).filter(pk=plan_id).first()
    return found


def open_plan_of(actor: Actor, household_id: str) -> Plan | None:
    """The plan of a household that is not closed."""
    found: Plan | None = Plan.objects.visible_to(actor).open().filter(household_id=household_id).first()
    return found


def measure_of(actor: Actor, measure_id: int) -> PlannedMeasure | None:
    """One measure within the actor's area."""
    found = PlannedMeasure.objects.visible_to(actor).select_related("plan").filter(pk=measure_id)
    return found.first()


def plan_view(actor: Actor, plan: Plan, *, on: date) -> PlanView:
    """Everything that the page of a plan shows (一户一策)."""
    pack = pack_in_force(settings.PACK, on=on)
    needs = needs_of(actor, plan.household_id, pack, on=on)
    said = _said(plan)
    views = [measure_view(one, pack, said, on=on) for one in plan.measures.standing().order_by("due_on", "id")]
    findings = plan_findings(
        pack,
        needs=needs,
        measures=[one.measure for one in views],
        able_workers=able_workers(actor, plan.household_id, on=on),
        days_without=days_without_measure(actor, plan.household_id, on=on),
        place_code=str(plan.place_number),
        on=on,
    )
    names = [need.name for need in needs]
    names += [name for one in views for name in one.measure.answers if name not in names]
    return PlanView(
        plan=plan,
        goals=goals_of(plan),
        contact_phone=phone_of(plan),
        place_name=place_names([plan.place_number]).get(plan.place_number, ""),
        needs=tuple(needs),
        measures=tuple(views),
        findings=tuple(findings) if plan.state != "closed" else (),
        said=tuple(said),
        answered={name: [one for one in views if name in one.measure.answers] for name in names},
    )


def measure_view(measure: PlannedMeasure, pack: "Pack", said: list[Said], *, on: date) -> MeasureView:
    """One measure as screens show it."""
    reasons = pack.lists["undelivered_reasons"].items
    waiting = measure.state in (MeasureState.PLANNED, MeasureState.UNDER_WAY)
    return MeasureView(
        measure=measure,
        answers=tuple(need_titles(pack, measure.answers)),
        is_late=waiting and measure.due_on < on,
        said=tuple(one for one in said if one.entry.measure_id == measure.pk),
        reason=reasons[measure.undelivered_reason].title if measure.undelivered_reason in reasons else "",
    )


def feedback_of(measure: PlannedMeasure) -> list[Said]:
    """What was said of one measure, newest first."""
    return [one for one in _said(measure.plan) if one.entry.measure_id == measure.pk]


def feedback_file(actor: Actor, feedback_id: str) -> tuple[str, bytes] | None:
    """Type and content of a photo or scan within the actor's area; a liaison sees those of the own unit's measures."""
    entry = Feedback.objects.select_related("plan", "measure").filter(pk=feedback_id).exclude(file_path="").first()
    if entry is None:
        return None
    mine = Plan.objects.visible_to(actor).filter(pk=entry.plan_id).exists() or (
        entry.measure_id and PlannedMeasure.objects.asked_of(actor).filter(pk=entry.measure_id).exists()
    )
    return (entry.file_kind, open_sealed(EVIDENCE, entry.file_sha256, entry.file_path)) if mine else None


def able_workers(actor: Actor, household_id: str, *, on: date) -> int | None:
    """How many of a household can work (有劳动能力的人数); None where nobody knows."""
    now = household_now(actor, household_id, on=on)
    value = now.file.fact("able_workers") if now is not None else None
    return None if value is None else int(value)


def days_without_measure(actor: Actor, household_id: str, *, on: date) -> int | None:
    """Days since the household was monitored without a measure; None when it is not monitored or has one."""
    household = monitored_households(actor, on=on).filter(pk=household_id).first()
    if household is None or household.monitored_on is None or household.helped:  # type: ignore[attr-defined]
        return None
    return int((on - household.monitored_on).days)


def _said(plan: Plan) -> list[Said]:
    entries = list(plan.feedback.order_by("-at", "-happened_on"))
    return [Said(one, words) for one, words in zip(entries, words_of(entries), strict=True)]
