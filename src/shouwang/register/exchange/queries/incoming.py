"""Sheets that came in, and what they differ in (导入的表和差异)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localtime

from shouwang.kernel import identity_numbers
from shouwang.kernel.secrets import mask_phone
from shouwang.register.exchange.choices import Decision
from shouwang.register.exchange.fields import FIELDS, field_of
from shouwang.register.exchange.models import Difference, IncomingSheet, ReturnedRow, TakeOver
from shouwang.register.exchange.sealing import opened_text
from shouwang.register.places.queries import place_names
from shouwang.register.staff.queries import Actor

REGISTER = "农户登记"
NOTHING = "（空白）"


def incoming_sheets(actor: Actor) -> QuerySet[IncomingSheet]:
    """Sheets of the actor's area (导入记录), newest first, each with its numbers of differences."""
    open_ones = Q(differences__decision=Decision.OPEN)
    found = IncomingSheet.objects.visible_to(actor).order_by("-received_at", "-id")
    return found.annotate(
        differing=Count("differences"),
        undecided=Count("differences", filter=open_ones),
        taken=Count("differences", filter=~Q(differences__takeover=None)),
    )


def incoming_sheet(actor: Actor, sheet_id: int) -> IncomingSheet | None:
    """One sheet, None when it does not exist for the actor."""
    return IncomingSheet.objects.visible_to(actor).filter(pk=sheet_id).first()


def differences(
    actor: Actor, sheet_id: int, *, field: str = "", village: str = "", decision: str = ""
) -> QuerySet[Difference]:
    """The differences of a sheet within the actor's area, village by village and household by household."""
    mine = IncomingSheet.objects.visible_to(actor).filter(pk=sheet_id)
    found = Difference.objects.visible_to(actor).filter(sheet__in=mine).select_related("takeover")
    of, _, key = field.partition(".")
    found = found.filter(of=of, field=key) if key else found
    found = found.filter(place_number=village) if village.isdigit() else found
    if decision == "taken":
        found = found.exclude(takeover=None)
    elif decision:
        found = found.filter(decision=decision, takeover=None)
    return found.order_by("place_number", "household_id", "resident_id", "id")


def counts_of(actor: Actor, sheet_id: int) -> dict[str, int]:
    """How many differences there are, by what becomes of them."""
    found = differences(actor, sheet_id)
    sums = found.order_by().aggregate(
        all=Count("id"),
        open=Count("id", filter=Q(decision=Decision.OPEN)),
        keep=Count("id", filter=Q(decision=Decision.KEEP)),
        take=Count("id", filter=Q(decision=Decision.TAKE, takeover=None)),
        visit=Count("id", filter=Q(decision=Decision.VISIT)),
        taken=Count("id", filter=~Q(takeover=None)),
        blank=Count("id", filter=Q(fills_blank=True, can_take=True, takeover=None)),
    )
    return {name: number or 0 for name, number in sums.items()}


def returned_rows(actor: Actor, sheet_id: int) -> QuerySet[ReturnedRow]:
    """The rows of a sheet that could not be used, in its order."""
    return ReturnedRow.objects.filter(sheet__in=IncomingSheet.objects.visible_to(actor), sheet=sheet_id).order_by(
        "row_no", "id"
    )


def villages_of(actor: Actor, sheet_id: int) -> list[tuple[int, str, int]]:
    """Villages with differences: number, name, how many."""
    rows = differences(actor, sheet_id).order_by("place_number").values_list("place_number").annotate(Count("id"))
    names = place_names(number for number, _ in rows)
    return [(number, names.get(number, str(number)), count) for number, count in rows]


def fields_of(actor: Actor, sheet_id: int) -> list[tuple[str, str, int]]:
    """Fields with differences: key for the filter, title, how many; the most frequent first."""
    rows = differences(actor, sheet_id).order_by().values_list("of", "field", "title").annotate(number=Count("id"))
    return [(f"{of}.{key}", title, number) for of, key, title, number in sorted(rows, key=lambda row: -row[3])]


def takeovers_of(actor: Actor, sheet_id: int) -> list[TakeOver]:
    """The take-overs of a sheet, newest first."""
    mine = IncomingSheet.objects.visible_to(actor)
    return list(TakeOver.objects.filter(sheet=sheet_id, sheet__in=mine).order_by("-id"))


@dataclass(frozen=True)
class Shown:
    """A difference as the page shows it; ID and phone numbers masked."""

    difference: Difference
    ours: str
    theirs: str
    origin: str
    decided: bool
    """Whether only a procedure settles it."""


def shown(found: Iterable[Difference]) -> list[Shown]:
    """Differences with their values in words, and where ours came from."""
    rows = list(found)
    sources = origins(rows)
    return [
        Shown(
            difference=one,
            ours=_words(one, "ours"),
            theirs=one.written or _words(one, "theirs"),
            origin=sources.get((one.household_id, one.resident_id, one.field), REGISTER) if not one.fills_blank else "",
            decided=FIELDS[one.of, one.field].decided,
        )
        for one in rows
    ]


def origins(rows: Iterable[Difference]) -> dict[tuple[str, str, str], str]:
    """Where our values came from, as far as a sheet brought them (我方数据来源): household, person, field → words."""
    households = {one.household_id for one in rows}
    taken = Difference.objects.filter(household_id__in=households).exclude(takeover=None)
    found = {}
    for one in taken.select_related("takeover", "sheet").order_by("takeover_id"):
        if one.takeover is not None:
            words = f"{localtime(one.takeover.taken_at):%Y-%m-%d} 采用《{one.sheet.layout_title}》"
            found[one.household_id, one.resident_id, one.field] = words
    return found


def _words(one: Difference, which: str) -> str:
    kept = opened_text(one, which)
    if kept is None:
        return NOTHING
    field = field_of(one.of, one.field)
    if field.secret:
        return identity_numbers.mask(kept) if one.field == "id_number" else mask_phone(kept)
    return field.kind.show(kept)
