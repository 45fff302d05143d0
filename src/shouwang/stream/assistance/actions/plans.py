"""Plans (帮扶方案): drafted with the household, approved by another person, revised as a new version, closed."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.kernel.secrets import IDENTITY, mask_name
from shouwang.register.households.queries import household_of
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.choices import WAITING, AgreedHow, PlanState
from shouwang.stream.assistance.models import Plan
from shouwang.stream.assistance.queries.words import GOALS, PHONE, sealed

MOST_WORDS = 500


class QuickerElsewhere(Refusal):
    """Somebody else changed the plan since it was looked at (别人先改了)."""


class NotNow(Refusal):
    """The plan does not stand where this could be done (当前状态不能办理)."""


@transaction.atomic
def draft_plan(
    *,
    household_id: str,
    goals: str,
    contact_name: str,
    contact_phone: str,
    green_channel: bool = False,
    actor: Actor,
    at: datetime,
) -> Plan:
    """Begin a plan (起草一户一策) for a monitored household, or for one that is helped first (先行帮扶).

    依据: 一户一方案. Raises NotAllowed; Refusal for a household outside the area, one that is not monitored, and where a
    plan is open already.
    """
    actor.require(Permission.DRAFT_PLAN)
    household = household_of(actor, household_id)
    if household is None:
        raise Refusal("没有找到这一户。", "请从农户查询里打开。")
    on = localtime(at).date()
    monitored = household.monitored_class and (household.cleared_on is None or household.cleared_on > on)
    if not monitored and not green_channel:
        raise Refusal("这一户不是监测对象。", "情况紧急、要先帮扶后补手续的，请勾选先行帮扶。")
    made = Plan(
        household_id=household_id,
        place_number=household.place_number,
        masked_name=mask_name(household.head_name) or "未登记",
        green_channel=bool(green_channel),
        drafted_by=actor.username,
        drafted_at=at,
    )
    _write(made, goals, contact_name, contact_phone)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refusal("这一户已经有一份没有结束的方案。", "请打开那份方案接着改。") from None
    fault_point("plan.draft.saved")
    _note("draft_plan", made, actor, at)
    return made


@transaction.atomic
def revise_plan(*, plan_id: int, goals: str, contact_name: str, contact_phone: str, actor: Actor, at: datetime) -> Plan:
    """Write a plan anew (修改方案): an approved one becomes a new version that has to be approved again.

    Measures under way go on meanwhile; what the household agreed to has to be asked again.
    """
    found = _drafters(plan_id, actor, (PlanState.DRAFT, PlanState.APPROVED))
    _write(found, goals, contact_name, contact_phone)
    if found.state == PlanState.APPROVED:
        found.version += 1
        found.state, found.agreed_on, found.agreed_how = PlanState.DRAFT, None, ""
        found.decided_by, found.decided_at, found.decision_reason = "", None, ""
    found.save()
    _note("revise_plan", found, actor, at)
    return found


@transaction.atomic
def agree_plan(*, plan_id: int, agreed_on: date, agreed_how: str, actor: Actor, at: datetime) -> Plan:
    """Enter when and how the plan was talked over with the household (和农户商量). Raises Refusal for a day to come."""
    found = _drafters(plan_id, actor, (PlanState.DRAFT,))
    if agreed_how not in AgreedHow.values:
        raise Refusal("没有选择商量方式。")
    if agreed_on > localtime(at).date():
        raise Refusal("和农户商量的日期还没有到。", "请写实际商量的那一天。")
    found.agreed_on, found.agreed_how = agreed_on, agreed_how
    found.save(update_fields=["agreed_on", "agreed_how"])
    _note("agree_plan", found, actor, at)
    return found


@transaction.atomic
def propose_plan(*, plan_id: int, actor: Actor, at: datetime) -> Plan:
    """Ask another person to approve (送审). Raises Refusal before the household agreed and without any measure."""
    found = _drafters(plan_id, actor, (PlanState.DRAFT,))
    if found.agreed_on is None:
        raise Refusal("还没有写什么时候、怎样和农户商量的。", "请先和农户商量，再送审。")
    if not found.measures.standing().exists():
        raise Refusal("方案里一项措施也没有。", "请先选政策工具，或者自己写一项。")
    found.state, found.proposed_by, found.proposed_at = PlanState.PROPOSED, actor.username, at
    found.decided_by, found.decided_at, found.decision_reason = "", None, ""
    found.save()
    _note("propose_plan", found, actor, at)
    return found


@transaction.atomic
def approve_plan(*, plan_id: int, reason: str, actor: Actor, at: datetime) -> Plan:
    """Approve a plan (批准方案). Raises Refusal for who drafted, changed or proposed it."""
    found = _decide(plan_id, reason, actor, at)
    found.state, found.held_since = PlanState.APPROVED, at
    found.save()
    fault_point("plan.approve.saved")
    _note("approve_plan", found, actor, at, reason=found.decision_reason)
    return found


@transaction.atomic
def return_plan(*, plan_id: int, reason: str, actor: Actor, at: datetime) -> Plan:
    """Give a plan back with the reason (退回方案); it asks for the same as approving."""
    found = _decide(plan_id, reason, actor, at)
    found.state = PlanState.DRAFT
    found.save()
    _note("return_plan", found, actor, at, reason=found.decision_reason)
    return found


@transaction.atomic
def close_plan(*, plan_id: int, reason: str, actor: Actor, at: datetime) -> Plan:
    """End a plan (结束方案) with a reason; it stays on record. Raises Refusal while a measure waits."""
    found = _drafters(plan_id, actor, (PlanState.DRAFT, PlanState.APPROVED))
    if found.measures.standing().filter(state__in=WAITING).exists():
        raise Refusal("还有措施没有办结。", "请先写明每项措施落实了还是没有落实。")
    found.state, found.closed_by, found.closed_at = PlanState.CLOSED, actor.username, at
    found.closed_reason = said(reason, "结束原因", most=300)
    found.save()
    _note("close_plan", found, actor, at, reason=found.closed_reason)
    return found


def said(text: str, what: str, *, most: int = MOST_WORDS) -> str:
    """A text that was asked for, trimmed. Raises Refusal when it is missing, too long, or holds an ID or phone number."""
    text = text.strip()
    if not text:
        raise Refusal(f"没有写{what}。")
    return unidentified(text, what, most=most)


def unidentified(text: str, what: str, *, most: int = MOST_WORDS) -> str:
    """A text without ID and phone numbers, which have no place in free words. Raises Refusal."""
    text = text.strip()
    if len(text) > most:
        raise Refusal(f"{what}太长，最多 {most} 个字。", "请写得短一些。")
    if IDENTITY.search(text):
        raise Refusal(f"{what}里不要写证件号或电话号码。", "系统里已经有登记，请删掉号码。")
    return text


def locked_plan(plan_id: int, actor: Actor) -> Plan:
    """A plan within the area, held until the end of the transaction. Raises Refusal."""
    found = Plan.objects.visible_to(actor).select_for_update().filter(pk=plan_id).first()
    if found is None:
        raise Refusal("没有找到这份方案。", "请从方案列表里打开。")
    return found  # type: ignore[no-any-return]


def hold_plan(*, plan_id: int, mark: str, actor: Actor) -> None:
    """Hold a plan until the end of the transaction, as it stood when it was looked at. Raises QuickerElsewhere."""
    found = locked_plan(plan_id, actor)
    if found.mark != mark:
        said = f"这份方案刚刚有人改过，现在是“{found.get_state_display()}”。"
        raise QuickerElsewhere(said, "请看过最新的内容再办。")


def _drafters(plan_id: int, actor: Actor, states: tuple[PlanState, ...]) -> Plan:
    actor.require(Permission.DRAFT_PLAN)
    found = locked_plan(plan_id, actor)
    if found.state not in states:
        raise NotNow(f"这份方案现在是“{found.get_state_display()}”。", "请刷新页面再看。")
    return found


def _decide(plan_id: int, reason: str, actor: Actor, at: datetime) -> Plan:
    actor.require(Permission.APPROVE_PLAN)
    found = locked_plan(plan_id, actor)
    if found.state != PlanState.PROPOSED:
        raise NotNow(f"这份方案现在是“{found.get_state_display()}”。", "请刷新页面再看。")
    hands = {found.drafted_by, found.proposed_by, *found.measures.values_list("planned_by", flat=True)}
    if actor.username in hands:
        raise Refusal("起草方案的人不能审批自己的方案。", "请由另一位有审批权的同事办理。")
    found.decided_by, found.decided_at = actor.username, at
    found.decision_reason = said(reason, "审批意见", most=300)
    return found


def _write(found: Plan, goals: str, contact_name: str, contact_phone: str) -> None:
    number = "".join(sign for sign in contact_phone if sign.isdigit())
    if not 5 <= len(number) <= 12:  # five digits are a public line
        raise Refusal("帮扶联系人的电话不对。", "请写手机号或带区号的座机号。")
    found.contact_name = said(contact_name, "帮扶联系人", most=30)
    found.goals_cipher = sealed(GOALS, found.household_id, said(goals, "目标"))
    found.contact_phone_cipher = sealed(PHONE, found.household_id, number)


def _note(act: str, found: Plan, actor: Actor, at: datetime, reason: str = "") -> None:
    details = {"household": found.household_id, "version": found.version, "state": found.state}
    note(act=act, subject=f"plan:{found.pk}", actor=actor, at=at, reason=reason, details=details)
