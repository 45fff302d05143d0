"""Finding households and residents (查找)."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from shouwang.kernel import identity_numbers
from shouwang.register.households.models import Household, Resident
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.queries import Actor


def households(actor: Actor, *, text: str = "", range_low: int = 0, range_high: int = 10**12) -> QuerySet[Household]:
    """Households within the actor's area (农户列表), narrowed to a place range and to a text.

    The text is part of the head's name, pinyin or initials, a household number, or a whole ID number of a member.
    """
    found = Household.objects.visible_to(actor).select_related("place")
    found = found.filter(place_number__gte=range_low, place_number__lt=range_high)
    return found.filter(_matches(text.strip())) if text.strip() else found


def residents_by_id_number(actor: Actor, id_number: str) -> QuerySet[Resident]:
    """Residents within the actor's area who carry this ID number, found by keyed hash."""
    written = identity_numbers.canonical(id_number) or identity_numbers.normalise(id_number)
    return Resident.objects.visible_to(actor).filter(id_number_lookup=keyring().lookup("id_number", written))


def household_count(actor: Actor) -> dict[str, int]:
    """Households and residents within the actor's area."""
    return {
        "households": Household.objects.visible_to(actor).count(),
        "residents": Resident.objects.visible_to(actor).count(),
    }


def _matches(text: str) -> Q:
    if identity_numbers.canonical(text):
        written = identity_numbers.canonical(text) or ""
        carried = Resident.objects.filter(id_number_lookup=keyring().lookup("id_number", written))
        return Q(pk__in=carried.values("household_id"))  # no join: a household of two hits stands on the list once
    return Q(head_name__contains=text) | Q(head_pinyin__contains=text.lower()) | Q(household_id=text)


def residents_named(actor: Actor, resident_ids: Iterable[str]) -> dict[str, Resident]:
    """Residents within the actor's area by id, with household and village."""
    found = Resident.objects.visible_to(actor).select_related("household__place")
    return found.in_bulk(list(resident_ids))


def residents_of_name(actor: Actor, names: Iterable[str]) -> QuerySet[Resident]:
    """Residents within the actor's area who are called exactly so; several may be."""
    return Resident.objects.visible_to(actor).filter(name__in=[name for name in names if name]).order_by("resident_id")


def households_of(actor: Actor, resident_ids: Iterable[str]) -> dict[str, str]:
    """Resident id → household id, for those within the actor's area."""
    found = Resident.objects.visible_to(actor).filter(pk__in=list(resident_ids))
    return dict(found.values_list("resident_id", "household_id"))


def household_of(actor: Actor, household_id: str) -> Household | None:
    """One household within the actor's area, None when there is none."""
    return Household.objects.visible_to(actor).filter(pk=household_id).first()


def id_number_hashes(household_id: str) -> list[str]:
    """The keyed hashes of the members' ID numbers: to compare, not to read."""
    found = Resident.objects.filter(household_id=household_id, id_number_lookup__isnull=False)
    return [value for value in found.values_list("id_number_lookup", flat=True) if value]
