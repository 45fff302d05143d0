"""Applying without an account (自主申报、代为申请): four fields and two choices become a clue that cannot be lost.

依据: 中农组发〔2021〕7号 农户自主申报; 社会救助法 第三十七条 (他人代为申请).
"""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import uuid4

from django.db import transaction

from shouwang.kernel import identity_numbers
from shouwang.kernel.case_codes import new_code
from shouwang.kernel.errors import Refusal
from shouwang.register.households.choices import RiskKind
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.actions import Report, report_clue
from shouwang.stream.self_service.actions.sending import begin_sending
from shouwang.stream.self_service.choices import Counted, SendingKind
from shouwang.stream.self_service.limits import count_use, is_full
from shouwang.stream.self_service.models import Application

CODE, TAIL = "self_service_application.code", 4
OWN, PROXY = "qr_code", "proxy_application"
SHORTEST_PHONE, LONGEST_PHONE = 7, 12

PLEDGE = (
    "我说的都是实话。村里和乡镇可以来家里看、问邻居。",
    "上门的时候，会请我（或者需要帮助的人）签一张授权书。签了，县里才能查家里的收入、看病、房子、车子这些情况；不签，不查。",
    "谁看过我家的信息，都有记录，我可以查。",
    "申请不要钱。不申请、不想办了，都不影响已经享受的政策。",
)
"""What is read to whoever applies, in plain words; the signed pledge and authorisation follow at the visit."""
PLEDGE_HASH = sha256("\n".join(PLEDGE).encode()).hexdigest()


class TooMany(Refusal):
    """More than people can send (太多了): to be tried again a little later, and there is another way."""

    def __init__(self) -> None:
        super().__init__(
            "现在交表的人太多，这一份还没有收下。您写的都还在。", "请过几分钟再按一次“交上去”；急的话，直接找村干部。"
        )


@dataclass(frozen=True)
class Wish:
    """What somebody applies for (申请): four typed fields, two choices, and that the pledge was heard.

    `identity` is the ID number or, without one at hand, the head of the household.
    """

    place_number: int
    name: str
    identity: str
    phone: str
    what: str
    on_behalf: bool | None
    trouble: str
    heard: bool = False


@dataclass(frozen=True)
class Receipt:
    """What the applicant is given (回执): the code, until when the township must act, whether it was there already."""

    application: Application
    code: str
    due_on: date
    again: bool


@transaction.atomic
def apply_for_help(*, wish: Wish, form_key: str, address: str, actor: Actor, at: datetime) -> Receipt:
    """Take in an application (自助申请); the same form sent twice gives the same code.

    Nobody is looked up: the answer is the same whoever is in the register, and a person says which household is meant.
    Raises Refusal for what is missing or cannot be, SentOtherwise, TooMany.
    """
    actor.require(Permission.REPORT_CLUE)
    phone, number = _checked(wish)
    content = (str(wish.place_number), wish.name, wish.identity, phone, wish.what, str(wish.on_behalf), wish.trouble)
    sending, fresh = begin_sending(form_key=form_key, kind=SendingKind.APPLICATION, content=content, at=at)
    if not fresh:
        return receipt_of(int(sending.reference.partition(":")[2]), again=True)
    _count(wish, phone, address, actor, at)
    clue = report_clue(report=_report(wish, phone, number), actor=actor, at=at)
    application, code = _kept(wish, clue.pk, phone, at)
    sending.reference = f"application:{application.pk}"
    sending.save(update_fields=["reference"])
    note(act="apply_for_help", subject=f"clue:{clue.pk}", actor=actor, at=at, details={"on_behalf": wish.on_behalf})
    return Receipt(application, code, clue.due_on, again=False)


def receipt_of(application_id: int, *, again: bool = False) -> Receipt:
    """The receipt of an application once more."""
    found = Application.objects.select_related("clue").get(pk=application_id)
    return Receipt(found, keyring().decrypt(CODE, found.row_key, found.code_cipher), found.clue.due_on, again=again)


@transaction.atomic
def confirm_holder(*, application_id: int, actor: Actor, at: datetime) -> Application:
    """Say that the holder of a code was met and belongs to the household (当面核对): now it may see its own papers."""
    actor.require(Permission.CHECK_CLUE)
    found = Application.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=application_id).first()
    if found is None:
        raise Refusal("没有找到这份申请。", "请从网上来件里打开。")
    if not found.clue.household_id and not found.clue.carried_by_id:
        raise Refusal("还没有确定是哪一户。", "请先在线索里确定农户。")
    if found.confirmed_at is None:
        found.confirmed_by, found.confirmed_at = actor.username, at
        found.save(update_fields=["confirmed_by", "confirmed_at"])
        note(act="confirm_holder", subject=f"clue:{found.clue_id}", actor=actor, at=at)
    return found


def digits_of(text: str) -> str:
    """The digits of a phone number, half width."""
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())


def tail_lookup(code: str, tail: str) -> str:
    """How the last digits of the phone are kept: bound to the code, so that equal digits do not look alike."""
    return keyring().lookup("self_service.tail", f"{code}:{tail}")


def _checked(wish: Wish) -> tuple[str, str]:
    """The phone's digits, and the ID number where one was given."""
    if wish.on_behalf is None:
        raise Refusal("还没有选是给谁申请。", "请选“给我自己家”或者“替别人”。")
    if len(wish.name.strip()) < 2:
        raise Refusal("还没有写姓名。", "请写需要帮助的人的姓名。")
    number = identity_numbers.canonical(wish.identity) or ""
    if not number and len(digits_of(wish.identity)) > 9:
        raise Refusal("身份证号好像抄错了。", "请对着身份证再看一遍；不记得的，写户主的姓名就行。")
    if not wish.identity.strip():
        raise Refusal("还没有写身份证号或者户主姓名。", "有一样就行。")
    phone = digits_of(wish.phone)
    if not SHORTEST_PHONE <= len(phone) <= LONGEST_PHONE:
        raise Refusal("电话号码好像不对。", "请写一个打得通的电话；自己没有电话的，写家人或者邻居的。")
    if len(wish.what.strip()) < 4:
        raise Refusal("还没有写家里出了什么事。", "用自己的话写一两句就行。")
    if wish.trouble not in RiskKind.values:
        raise Refusal("还没有选是哪方面的难处。", "说不清的选“别的”。")
    if not wish.heard:
        raise Refusal("还没有勾“我听明白了”。", "请把下面几句话看一遍或者请人念一遍，再打勾。")
    return phone, number


def _report(wish: Wish, phone: str, number: str) -> Report:
    return Report(
        channel=PROXY if wish.on_behalf else OWN,
        place_number=wish.place_number,
        name=wish.name,
        what=wish.what,
        where="" if number else f"户主 {wish.identity.strip()}"[:120],
        phone=phone,
        by="网上替人填表的人" if wish.on_behalf else "本人网上填表",
        on_behalf=bool(wish.on_behalf),
        id_number=number,
        match_later=True,
        trouble=wish.trouble,
    )


def _count(wish: Wish, phone: str, address: str, actor: Actor, at: datetime) -> None:
    uses = (
        (Counted.APPLY_ADDRESS, address),
        (Counted.APPLY_PHONE, phone),
        (Counted.APPLY_VILLAGE, str(wish.place_number)),
    )
    if any(is_full(kind, subject, at=at) for kind, subject in uses):
        raise TooMany
    for kind, subject in uses:
        count_use(kind, subject, actor=actor, at=at)


def _kept(wish: Wish, clue_id: int, phone: str, at: datetime) -> tuple[Application, str]:
    ring, code, row = keyring(), new_code(), uuid4().hex
    while Application.objects.filter(code_lookup=ring.lookup("self_service.code", code)).exists():
        code = new_code()
    made = Application.objects.create(
        clue_id=clue_id,
        place_number=wish.place_number,
        code_lookup=ring.lookup("self_service.code", code),
        code_cipher=ring.encrypt(CODE, row, code),
        row_key=row,
        tail_lookup=tail_lookup(code, phone[-TAIL:]),
        on_behalf=bool(wish.on_behalf),
        pledge_hash=PLEDGE_HASH,
        applied_at=at,
    )
    return made, code
