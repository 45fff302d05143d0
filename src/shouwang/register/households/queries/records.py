"""Households in clear (明文整户), for sheets that go to and come from other systems.

Nothing of this is for screens: whoever asks notes in the ledger what for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from shouwang.kernel import identity_numbers
from shouwang.register.households.models import Household, IncomeEntry, Measure, Resident, Risk
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.queries import Actor

AT_ONCE = 5_000
HOUSEHOLD, RESIDENT = Household._meta.db_table, Resident._meta.db_table


@dataclass(frozen=True)
class Person:
    """A resident with ID and phone numbers in clear."""

    resident: Resident
    id_number: str | None
    phone: str | None


@dataclass
class Record:
    """A household in clear with its members, the head first, and its entries."""

    household: Household
    phone: str | None
    collector_phone: str | None
    members: list[Person] = field(default_factory=list)
    risks: list[Risk] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    incomes: list[IncomeEntry] = field(default_factory=list)


def household_records(actor: Actor, household_ids: Collection[str]) -> dict[str, Record]:
    """The asked households within the actor's area, by 户编号; what lies elsewhere is not there."""
    wanted, found = sorted(set(household_ids)), {}
    for start in range(0, len(wanted), AT_ONCE):
        found.update(_records(actor, wanted[start : start + AT_ONCE]))
    return found


def residents_sought(
    actor: Actor, *, resident_ids: Collection[str] = (), id_numbers: Collection[str] = ()
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """People of a sheet within the actor's area: resident id → household id, and ID number → resident ids.

    ID numbers are given as `canonical` writes them; they are found by keyed hash.
    """
    lookups = dict(zip(keyring().lookup_all("id_number", id_numbers), id_numbers, strict=True))
    homes: dict[str, str] = {}
    numbered: dict[str, list[str]] = {}
    keys, hashes = sorted(set(resident_ids)), sorted(lookup for lookup in lookups if lookup)
    for start in range(0, max(len(keys), len(hashes)), AT_ONCE):
        some = Q(pk__in=keys[start : start + AT_ONCE]) | Q(id_number_lookup__in=hashes[start : start + AT_ONCE])
        rows = Resident.objects.visible_to(actor).filter(some)
        for resident_id, household_id, lookup in rows.values_list("resident_id", "household_id", "id_number_lookup"):
            homes[resident_id] = household_id
            if lookup in lookups:
                numbered.setdefault(lookups[lookup], []).append(resident_id)
    return homes, numbered


def households_for_sheets(actor: Actor, *, range_low: int = 0, range_high: int = 10**12) -> QuerySet[Household]:
    """Households of a place range within the actor's area, in the order of village, group and number."""
    found = Household.objects.visible_to(actor).filter(place_number__gte=range_low, place_number__lt=range_high)
    return found.order_by("place_number", "group_name", "household_id")


def household_members(actor: Actor, household_ids: Collection[str]) -> list[Resident]:
    """Members of these households within the actor's area, household by household, the head first."""
    order = {household_id: place for place, household_id in enumerate(household_ids)}
    found = Resident.objects.visible_to(actor).filter(household_id__in=order)
    return sorted(found, key=lambda one: (order[one.household_id], one.relation != "head", one.resident_id))


def written_id_number(text: str) -> str:
    """An ID number as its keyed hash is made from it."""
    return identity_numbers.canonical(text) or identity_numbers.normalise(text)


def _records(actor: Actor, household_ids: Sequence[str]) -> dict[str, Record]:
    households = list(
        Household.objects.visible_to(actor).filter(pk__in=household_ids).select_related("place__parent__parent")
    )
    ids = [one.household_id for one in households]
    phones = _opened(HOUSEHOLD, "phone", ids, [one.phone_cipher for one in households])
    collectors = _opened(HOUSEHOLD, "collector_phone", ids, [one.collector_phone_cipher for one in households])
    records = {
        household.household_id: Record(household, phone, collector)
        for household, phone, collector in zip(households, phones, collectors, strict=True)
    }
    _fill_members(records)
    for model, name in ((Risk, "risks"), (Measure, "measures"), (IncomeEntry, "incomes")):
        for entry in model._default_manager.filter(household_id__in=records).order_by("id"):
            getattr(records[entry.household_id], name).append(entry)
    return records


def _fill_members(records: dict[str, Record]) -> None:
    residents = list(Resident.objects.filter(household_id__in=records))
    residents.sort(key=lambda one: (one.relation != "head", one.resident_id))
    ids = [one.resident_id for one in residents]
    numbers = _opened(RESIDENT, "id_number", ids, [one.id_number_cipher for one in residents])
    phones = _opened(RESIDENT, "phone", ids, [one.phone_cipher for one in residents])
    for resident, number, phone in zip(residents, numbers, phones, strict=True):
        records[resident.household_id].members.append(Person(resident, number, phone))


def _opened(table: str, column: str, rows: list[str], sealed: list[str | None]) -> list[str | None]:
    return keyring().decrypt_all(f"{table}.{column}", rows, sealed)
