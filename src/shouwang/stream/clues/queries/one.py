"""One clue (线索详情): its reasons with what was told, its history, and what may belong together."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from shouwang.kernel.secrets import mask_phone
from shouwang.register.households.queries import households, residents_of_name
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.choices import SourceKind
from shouwang.stream.clues.models import Clue, ClueEvent, ClueSource

TOLD, PHONE = "clues_source.told", "clues_source.phone"


@dataclass(frozen=True)
class Reason:
    """A reason as the page shows it: what was told in clear for who handles it, the phone number masked."""

    source: ClueSource
    told: str
    phone: str


def clue_of(actor: Actor, clue_id: int) -> Clue | None:
    """One clue, None when it does not exist within the actor's area."""
    found: Clue | None = Clue.objects.visible_to(actor).select_related("carried_by").filter(pk=clue_id).first()
    return found


def open_clue_of_household(actor: Actor, household_id: str) -> Clue | None:
    """The clue of a household that is being worked on (在办线索); there is at most one."""
    found: Clue | None = Clue.objects.visible_to(actor).unfinished().filter(household_id=household_id).first()
    return found


def clues_of_household(actor: Actor, household_id: str) -> QuerySet[Clue]:
    """All clues of a household, the newest first."""
    return Clue.objects.visible_to(actor).filter(household_id=household_id).order_by("-pk")


def reasons_of(actor: Actor, clue: Clue) -> list[Reason]:
    """The reasons of a clue (来由), what people said first, then warnings by gravity."""
    found = ClueSource.objects.visible_to(actor).filter(clue=clue).select_related("original")
    rows = sorted(found, key=lambda one: (one.kind == SourceKind.WARNING, one.severity or 0, -one.pk))
    return [_reason(one) for one in rows]


def history_of(actor: Actor, clue: Clue) -> QuerySet[ClueEvent]:
    """The history of a clue (办理过程), the newest first."""
    return ClueEvent.objects.visible_to(actor).filter(clue=clue).order_by("-pk")


def likely_households(actor: Actor, clue: Clue) -> list[str]:
    """Households of the village that a report without one may mean, by name, phone or number: a person says which."""
    told = [one for one in clue.sources.all() if one.told_name]
    names = {one.told_name.strip() for one in told}
    phones = {one.phone_lookup for one in told if one.phone_lookup}
    numbers = {one.id_number_lookup for one in told if one.id_number_lookup}
    low = clue.place_number
    by_name = residents_of_name(actor, names).filter(household__place_number=low)
    by_key = households(actor, range_low=low, range_high=low + 1).filter(
        Q(residents__id_number_lookup__in=numbers) | Q(phone_lookup__in=phones) | Q(residents__phone_lookup__in=phones)
    )
    found = [*by_key.values_list("household_id", flat=True), *by_name.values_list("household_id", flat=True)]
    return list(dict.fromkeys(found))


def likely_duplicates(actor: Actor, clue: Clue) -> QuerySet[Clue]:
    """Other unfinished clues of the village that name the same person or number (可能重复)."""
    told = clue.sources.exclude(told_name="")
    names = told.values("told_name")
    phones = told.filter(phone_lookup__isnull=False).values("phone_lookup")
    same = Q(sources__told_name__in=names) | Q(sources__phone_lookup__in=phones)
    others = Clue.objects.visible_to(actor).unfinished().filter(same, place_number=clue.place_number)
    return others.exclude(pk=clue.pk).distinct().order_by("pk")


def _reason(one: ClueSource) -> Reason:
    kept, ring = one.original or one, keyring()
    told = ring.decrypt(TOLD, kept.key, kept.told_cipher) if kept.told_cipher else ""
    phone = ring.decrypt(PHONE, kept.key, kept.phone_cipher) if kept.phone_cipher else ""
    return Reason(one, told, mask_phone(phone))
