"""One household with everything the register knows of it (一户一档), masked."""

from dataclasses import dataclass

from shouwang.kernel import identity_numbers
from shouwang.kernel.secrets import mask_phone
from shouwang.register.households.models import Household, IncomeEntry, Measure, Resident, Risk, StatusTag
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.queries import Actor


@dataclass(frozen=True)
class Member:
    """A resident as screens show one: ID and phone numbers masked."""

    resident: Resident
    id_number: str
    phone: str


@dataclass(frozen=True)
class HouseholdPeople:
    """A household and its members."""

    household: Household
    phone: str
    members: list[Member]


@dataclass(frozen=True)
class HouseholdFile(HouseholdPeople):
    """A household, its members and its entries, newest first."""

    incomes: list[IncomeEntry]
    statuses: list[StatusTag]
    risks: list[Risk]
    measures: list[Measure]


def household_people(actor: Actor, household_id: str) -> HouseholdPeople | None:
    """Who lives in one household (家庭成员), masked; None when it does not exist within the actor's area."""
    household = Household.objects.visible_to(actor).select_related("place").filter(pk=household_id).first()
    if household is None:
        return None
    phone = keyring().decrypt_all("households_household.phone", [household_id], [household.phone_cipher])[0]
    return HouseholdPeople(household, mask_phone(phone), _members(household))


def household_file(actor: Actor, household_id: str) -> HouseholdFile | None:
    """The file of one household (一户一档); None when it does not exist within the actor's area."""
    people = household_people(actor, household_id)
    if people is None:
        return None
    household = people.household
    return HouseholdFile(
        household=household,
        phone=people.phone,
        members=people.members,
        incomes=list(IncomeEntry.objects.filter(household=household).order_by("-from_on", "kind", "id")),
        statuses=list(StatusTag.objects.filter(household=household).order_by("-valid_from", "id")),
        risks=list(Risk.objects.filter(household=household).order_by("-since_on", "id")),
        measures=list(Measure.objects.filter(household=household).order_by("-since_on", "id")),
    )


def _members(household: Household) -> list[Member]:
    residents = sorted(household.residents.all(), key=lambda one: (one.relation != "head", one.resident_id))
    ring, rows = keyring(), [one.resident_id for one in residents]
    numbers = ring.decrypt_all("households_resident.id_number", rows, [one.id_number_cipher for one in residents])
    phones = ring.decrypt_all("households_resident.phone", rows, [one.phone_cipher for one in residents])
    return [
        Member(resident, identity_numbers.mask(number), mask_phone(phone))
        for resident, number, phone in zip(residents, numbers, phones, strict=True)
    ]
