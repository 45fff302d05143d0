"""Taking in what people say (登记线索): applications, reports of cadres, pushes of departments, calls and letters."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction

from shouwang.kernel import identity_numbers
from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.households.choices import RiskKind
from shouwang.register.households.queries import households, residents_by_id_number
from shouwang.register.ledger.keys import keyring
from shouwang.register.places.queries import place_names
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import SYSTEM, Actor
from shouwang.register.staff.rights import Spot, require
from shouwang.stream.clues.actions.recording import day_of, pass_on, remember, written
from shouwang.stream.clues.choices import SEVERITY, ClueAct, ClueState, Grade, OwnerLevel, SourceKind
from shouwang.stream.clues.limits import kind_of, limits_from
from shouwang.stream.clues.models import Clue, ClueSource

TOLD, PHONE = "clues_source.told", "clues_source.phone"


@dataclass(frozen=True)
class Report:
    """What somebody says (反映的情况): who needs help, where, what happened, how to reach somebody.

    `household_id` is known where the household was looked up, `id_number` only finds it and is not kept. With
    `match_later` the machine looks for nobody, and a person says which household is meant: whoever sends this learns
    nothing from how long it takes or what becomes of it. `trouble` is the kind of trouble in the applicant's words.
    """

    channel: str
    place_number: int
    name: str
    what: str
    where: str = ""
    phone: str = ""
    by: str = ""
    on_behalf: bool = False
    household_id: str = ""
    id_number: str = ""
    match_later: bool = False
    trouble: str = ""


@transaction.atomic
def report_clue(*, report: Report, actor: Actor, at: datetime) -> Clue:
    """Take in what somebody says (登记线索); it joins the household's open clue when there is one.

    An application (own, or for another) goes to the township whoever enters it; from here on it cannot be lost.
    依据: 中农组发〔2021〕7号 三个渠道; 社会救助法 第三十七、三十九条. Raises NotAllowed, Refusal for a channel that the
    pack does not know, a village outside the own area, or when it is not said who and what.
    """
    elsewhere = Refusal("这个村不在您的辖区内。", "请选择本辖区的村；外地的请转告当地。")
    require(actor, Permission.REPORT_CLUE, Spot(report.place_number), otherwise=elsewhere)
    kind = kind_of(report.channel, day_of(at))
    if kind == SourceKind.WARNING:
        raise Refusal("平台预警不由人登记。", "请从列出的渠道里选一个。")
    if not place_names([report.place_number]):
        raise elsewhere
    household_id = _household(report, actor)
    return _into_a_clue(report, kind, household_id, actor, at)


def _household(report: Report, actor: Actor) -> str:
    """The household that is meant, where that is certain: looked up by the person, or by a whole ID number."""
    if report.household_id:
        if not households(actor).filter(pk=report.household_id, place_number=report.place_number).exists():
            raise Refusal("没有找到这一户。", "请重新查找，或留空由乡镇确定。")
        return report.household_id
    if report.match_later or not identity_numbers.canonical(report.id_number):
        return ""
    # A liaison sees no household; the number is matched by the machine and the answer is not shown.
    found = residents_by_id_number(SYSTEM, report.id_number).filter(household__place_number=report.place_number)
    homes = set(found.values_list("household_id", flat=True))
    return homes.pop() if len(homes) == 1 else ""


def _into_a_clue(report: Report, kind: SourceKind, household_id: str, actor: Actor, at: datetime) -> Clue:
    clue = _open_clue(household_id)
    if clue is None:
        try:
            with transaction.atomic():
                clue = _opened(report, kind, household_id, actor, at)
        except IntegrityError:  # somebody else was quicker
            clue = _open_clue(household_id)
            if clue is None:
                raise
    else:
        _feed(clue, kind, at)
        remember(clue, ClueAct.FED, actor, at, kind=kind.value, channel=report.channel)
    fault_point("clue.report.opened")
    _keep(clue, report, kind, household_id, actor, at)
    fault_point("clue.report.kept")
    return clue


def _open_clue(household_id: str) -> Clue | None:
    if not household_id:
        return None
    found: Clue | None = (
        Clue.objects.unfinished().filter(household_id=household_id).select_for_update().order_by("pk").first()
    )
    return found


def _opened(report: Report, kind: SourceKind, household_id: str, actor: Actor, at: datetime) -> Clue:
    day = day_of(at)
    due = limits_from(day).accept_by(report.place_number)
    made = Clue.objects.create(
        household_id=household_id,
        place_number=report.place_number,
        channel=report.channel,
        grade=Grade.UNRATED,
        severity=SEVERITY[Grade.UNRATED],
        is_application=kind == SourceKind.APPLICATION,
        owner_level=OwnerLevel.TOWNSHIP,
        opened_on=day,
        due_on=due,
        escalates_on=due,
        reported_by=actor.username,
        reported_at=at,
    )
    remember(made, ClueAct.OPENED, actor, at, kind=kind.value, channel=report.channel)
    return made


def _feed(clue: Clue, kind: SourceKind, at: datetime) -> None:
    """An application that joins an open clue brings it to the township; a shorter limit that runs already stays."""
    if kind != SourceKind.APPLICATION:
        return
    due = clue.due_on
    if not clue.is_application and clue.state in (ClueState.OPEN, ClueState.DISPATCHED, ClueState.TAKEN):
        pass_on(clue, ClueState.OPEN, OwnerLevel.TOWNSHIP, limits_from(day_of(at)))
        clue.due_on = clue.escalates_on = min(due, clue.due_on)
    clue.is_application = True
    clue.save()


def _keep(clue: Clue, report: Report, kind: SourceKind, household_id: str, actor: Actor, at: datetime) -> ClueSource:
    key, ring = uuid4().hex, keyring()
    what = written(report.what, "发生了什么", most=1000)
    number = identity_numbers.canonical(report.id_number)
    digits = "".join(character for character in report.phone if character.isdigit())[:20]
    return ClueSource.objects.create(
        clue=clue,
        household_id=household_id,
        kind=kind,
        channel=report.channel,
        noted_on=day_of(at),
        reported_by=actor.username,
        reported_at=at,
        unit=actor.unit,
        key=key,
        told_name=written(report.name, "谁需要帮助", most=60),
        told_where=written(report.where, "住在哪里", needed=False, most=120),
        told_by=written(report.by, "谁反映的", needed=False, most=60),
        on_behalf=report.on_behalf,
        told_cipher=ring.encrypt(TOLD, key, what),
        phone_cipher=ring.encrypt(PHONE, key, digits) if digits else None,
        phone_lookup=ring.lookup("phone", digits) if digits else None,
        trouble=report.trouble if report.trouble in RiskKind.values else "",
        id_number_lookup=ring.lookup("id_number", number) if number and report.match_later else None,
    )
