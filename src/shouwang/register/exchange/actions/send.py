"""Sending up (导出上报表): chosen households in the national layout, with who, when and why, and a note."""

import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.kernel.sheets.writing import write_sheet
from shouwang.register.exchange.choices import Choice, Decision
from shouwang.register.exchange.layouts import LAYOUTS, Layout
from shouwang.register.exchange.limits import HOURS, LIMITS, is_reason, needs_reason, sensitivity_of
from shouwang.register.exchange.models import OutgoingSheet, SentHousehold
from shouwang.register.exchange.outgoing import sheet_rows
from shouwang.register.exchange.queries import differences, last_sent, outgoing_sheets, persons_sent
from shouwang.register.households.queries import Record, household_records, households_for_sheets
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.ledger.sealed_files import open_sealed, put_sealed
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

KIND = "outgoing"
MOST_HOUSEHOLDS = 8_000
"""What one sheet holds at most; a whole county goes up township by township."""


class CannotSend(Refusal):
    """The sheet cannot be made (不能导出): nothing chosen, too much at once, or a reason is missing."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to send (导出要求)."""

    layout: str
    choice: str
    range_low: int
    range_high: int
    place_name: str
    listed: tuple[str, ...] = ()
    kept_of_sheet: int | None = None
    in_full: bool = False
    year: int | None = None


@dataclass
class Prepared:
    """The chosen households and what is to be known before sending them."""

    wish: Wish
    layout: Layout
    records: list[Record]
    sensitivity: str
    earlier: int
    only: dict[str, set[tuple[str, str]]] | None = None
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def persons(self) -> int:
        """People whose data the sheet tells."""
        return sum(max(1, len(record.members)) for record in self.records)

    @property
    def limit(self) -> int:
        """Above how many people a reason is asked for."""
        return LIMITS[self.sensitivity]

    @property
    def needs_reason(self) -> bool:
        """Whether a reason is asked for."""
        return needs_reason(
            sensitivity=self.sensitivity, persons=self.persons, earlier=self.earlier, in_full=self.wish.in_full
        )


def prepare_sheet(*, wish: Wish, actor: Actor, at: datetime) -> Prepared:
    """Choose the households of a sheet and count them (导出前核对); nothing leaves yet. Raises CannotSend, NotAllowed."""
    actor.require(Permission.EXCHANGE_SHEETS)
    if wish.in_full:
        actor.require(Permission.REVEAL_IDENTITY)
    if wish.layout not in LAYOUTS or wish.choice not in Choice.values:
        raise CannotSend("请先选择表样和导出范围。")
    layout, only = LAYOUTS[wish.layout], None
    if wish.kept_of_sheet is not None:
        only = _kept(actor, wish.kept_of_sheet)
    ids = _candidates(wish, actor, only)
    if len(ids) > MOST_HOUSEHOLDS:
        raise CannotSend(f"一次最多导出 {MOST_HOUSEHOLDS} 户，现在有 {len(ids)} 户。", "请按乡镇或村分次导出。")
    records = list(household_records(actor, ids).values())
    records.sort(key=lambda one: (one.household.place_number, one.household.group_name or "", one.household.pk))
    digests = {one.household.household_id: _digest(layout, one, wish.year) for one in records}
    records = _not_sent_yet(wish, actor, records, digests)
    sensitivity = sensitivity_of(column.field for column in layout.columns)
    earlier = persons_sent(actor, until=at, hours=HOURS)
    return Prepared(wish, layout, records, sensitivity, earlier, only, digests)


@transaction.atomic
def send_sheet(*, wish: Wish, reason: str, actor: Actor, at: datetime) -> tuple[OutgoingSheet, bytes]:
    """Make the sheet, keep it sealed, remember what was sent (导出上报表). Raises CannotSend, NotAllowed."""
    prepared = prepare_sheet(wish=wish, actor=actor, at=at)
    if not prepared.records:
        raise CannotSend("没有符合条件的农户。", "请换一个导出范围或地区。")
    if prepared.needs_reason and not is_reason(reason):
        raise CannotSend("请写明导出理由，不少于四个字。")
    content = _workbook(prepared, actor, at)
    digest = sha256(content).hexdigest()
    sheet = OutgoingSheet.objects.create(
        layout=prepared.layout.name,
        layout_title=prepared.layout.title,
        choice=wish.choice,
        range_low=actor.range_low,
        range_high=actor.range_high,
        place_name=wish.place_name,
        made_at=at,
        made_by=actor.username,
        households=len(prepared.records),
        persons=prepared.persons,
        in_full=wish.in_full,
        sensitivity=prepared.sensitivity,
        reason=reason.strip()[:200],
        path=put_sealed(KIND, digest, content),
        sha256=digest,
    )
    fault_point("exchange.send.sheet_kept")
    SentHousehold.objects.bulk_create((_sent(sheet, one, prepared) for one in prepared.records), batch_size=2_000)
    details = {"layout": sheet.layout, "households": sheet.households, "persons": sheet.persons, "full": wish.in_full}
    subject = f"outgoing:{sheet.pk}"
    fault_point("exchange.send.remembered")
    note(act="export_sheet", subject=subject, reason=sheet.reason, actor=actor, at=at, details=details)
    return sheet, content


@transaction.atomic
def download_sheet(*, sheet_id: int, actor: Actor, at: datetime) -> tuple[OutgoingSheet, bytes]:
    """A sheet that was made before, once more (再次下载); noted too. Raises CannotSend, NotAllowed."""
    actor.require(Permission.EXCHANGE_SHEETS)
    sheet = outgoing_sheets(actor).filter(pk=sheet_id).first()
    if sheet is None:
        raise CannotSend("没有这张表。")
    if sheet.in_full:
        actor.require(Permission.REVEAL_IDENTITY)
    note(act="export_sheet_again", subject=f"outgoing:{sheet.pk}", reason=sheet.reason, actor=actor, at=at)
    return sheet, open_sealed(KIND, sheet.sha256, sheet.path)


def _candidates(wish: Wish, actor: Actor, only: Collection[str] | None) -> list[str]:
    found = households_for_sheets(actor, range_low=wish.range_low, range_high=wish.range_high)
    if only is not None:
        found = found.filter(pk__in=only)
    elif wish.choice == Choice.LISTED:
        found = found.filter(pk__in=wish.listed)
    elif wish.choice == Choice.CLEARED:
        found = found.exclude(monitored_class=None).exclude(cleared_on=None)
    elif wish.choice != Choice.ALL:
        found = found.exclude(monitored_class=None).filter(cleared_on=None)
    return list(found.values_list("household_id", flat=True)[: MOST_HOUSEHOLDS + 1])


def _not_sent_yet(wish: Wish, actor: Actor, records: list[Record], digests: dict[str, str]) -> list[Record]:
    if wish.choice not in (Choice.NEW, Choice.CHANGED, Choice.CLEARED) or wish.kept_of_sheet is not None:
        return records
    sent = last_sent(actor, wish.layout, list(digests))
    if wish.choice == Choice.NEW:
        return [one for one in records if one.household.pk not in sent]
    if wish.choice == Choice.CLEARED:
        return [one for one in records if one.household.pk not in sent or not sent[one.household.pk].cleared]
    known = [one for one in records if one.household.pk in sent]
    return [one for one in known if sent[one.household.pk].digest != digests[one.household.pk]]


def _kept(actor: Actor, sheet_id: int) -> dict[str, set[tuple[str, str]]]:
    """What the own side keeps against an incoming sheet: only these cells go up."""
    found: dict[str, set[tuple[str, str]]] = {}
    for one in differences(actor, sheet_id, decision=Decision.KEEP):
        found.setdefault(one.household_id, set()).add((one.resident_id, one.field))
    return found


def _digest(layout: Layout, record: Record, year: int | None) -> str:
    """A keyed digest of everything that the sheet says of a household."""
    rows = sheet_rows(layout, [record], in_full=True, year=year)
    return keyring().lookup("sheet", "\x1e".join("\x1f".join(row) for row in rows))


def _sent(sheet: OutgoingSheet, record: Record, prepared: Prepared) -> SentHousehold:
    household = record.household
    return SentHousehold(
        sheet=sheet,
        household_id=household.household_id,
        layout=sheet.layout,
        digest=prepared.digests[household.household_id],
        cleared=household.cleared_on is not None,
    )


def _workbook(prepared: Prepared, actor: Actor, at: datetime) -> bytes:
    layout, wish, sink = prepared.layout, prepared.wish, io.BytesIO()
    mark = f"{wish.place_name}　{actor.name}（{actor.username}）　{localtime(at):%Y-%m-%d %H:%M} 导出　仅供业务系统上报使用，请勿外传"
    above = [layout.title, mark][: layout.header_row] if layout.header_row else []
    rows: Iterable[list[str]] = sheet_rows(
        layout, prepared.records, in_full=wish.in_full, year=wish.year, only=prepared.only
    )
    write_sheet(sink, [column.title for column in layout.columns], rows, title=layout.title, above=above, mark=mark)
    return sink.getvalue()
