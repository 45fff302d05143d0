"""Following an application (申请到哪里了): through clues that carry it on, to the case that came of it."""

from dataclasses import dataclass
from typing import Any

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.procedure.choices import CaseState, Matter
from shouwang.register.procedure.queries import case_of, cases_of_household
from shouwang.register.staff.queries import SYSTEM, Actor
from shouwang.stream.clues.queries import clue_of, reasons_of
from shouwang.stream.self_service.models import Application


@dataclass(frozen=True)
class Way:
    """Where an application went (去向): the clue that carries it now, the case, the newest review of its decision."""

    clue: Any
    case: Any | None
    objection: Any | None
    told_name: str

    @property
    def household_id(self) -> str:
        """The household that a person said is meant; empty while nobody has."""
        return str(self.case.household_id if self.case else self.clue.household_id)


def application_numbered(application_id: int) -> Application | None:
    """An application that was opened with its code before, in the same visit to the portal."""
    with rows_within(*EVERYWHERE):  # the signed cookie of that visit is the only way to it
        return Application.objects.filter(pk=application_id).first()


def first_application(actor: Actor) -> Application | None:
    """The oldest application within the actor's area."""
    found: Application | None = Application.objects.visible_to(actor).order_by("pk").first()
    return found


def place_now(application: Application) -> int:
    """The village where it is worked on by now: a household may turn out to live in another one, or move."""
    with rows_within(*EVERYWHERE):  # this one application's own way, and nothing of it is shown here
        clue = _carrier(SYSTEM, application.clue_id)
        case = case_of(SYSTEM, clue.case_number) if clue.case_number else None
        return int(case.place_number if case else clue.place_number)


def way_of(application: Application, actor: Actor) -> Way:
    """The way of an application, read with the reach of its one village."""
    clue = _carrier(actor, application.clue_id)
    case = case_of(actor, clue.case_number) if clue.case_number else None
    reviews = cases_of_household(actor, case.household_id).filter(about=case, matter=Matter.OBJECTION) if case else None
    told = next((one.source.told_name for one in reasons_of(actor, clue) if one.source.told_name), "")
    return Way(clue, case, reviews.first() if reviews is not None else None, told)


def open_cases_of(posting: Any, actor: Actor) -> list[Any]:
    """The cases that a notice is about in which an objection can still be entered."""
    numbers = posting.cases.values_list("case_number", flat=True)
    found = [case_of(actor, number) for number in numbers]
    return [case for case in found if case is not None and case.state == CaseState.OPEN]


def _carrier(actor: Actor, clue_id: int) -> Any:
    """The clue that carries an application on; each of them is read where it lies."""
    clue = clue_of(actor, clue_id)
    while clue is not None and clue.carried_by_id is not None:
        following = clue_of(actor, clue.carried_by_id)
        if following is None:
            break
        clue = following
    if clue is None:
        # The clue lies where the application was made; its carrier is read by place_now with a wider reach.
        with rows_within(*EVERYWHERE):
            return _carrier(SYSTEM, clue_id)
    return clue
