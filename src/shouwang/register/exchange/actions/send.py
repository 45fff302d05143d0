"""Sending up (导出上报表): chosen households in the national layout, with who, when and why, and a note."""

import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Greatest
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
from shouwang.register.households.queries import Household, Record, household_records, households_for_sheets
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.ledger.sealed_files import open_sealed, put_sealed
from shouwang.register.releases.actions import Leaving, let_leave
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

KIND = "outgoing"
AT_ONCE = 1_000
"""Households of a sheet that is made while its sender waits; larger ones are made in the background."""
MOST_PERSONS = 1_000_000
"""What a worksheet holds, with room for its header."""


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
    """The chosen households and what is to be known before sending them; of a large sheet only how many at most."""

    wish: Wish
    layout: Layout
    records: list[Record]
    sensitivity: str
    earlier: int
    only: dict[str, set[tuple[str, str]]] | None = None
    digests: dict[str, str] = field(default_factory=dict)
    most: tuple[int, int] | None = None

    @property
    def in_background(self) -> bool:
        """Whether it is too large to be made while somebody waits."""
        return self.most is not None

    @property
    def households(self) -> int:
        """Households of the sheet; of a large one at most so many."""
        return self.most[0] if self.most else len(self.records)

    @property
    def persons(self) -> int:
        """People whose data the sheet tells; of a large one at most so many."""
        return self.most[1] if self.most else sum(max(1, len(record.members)) for record in self.records)

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
        only = kept_cells(actor, wish.kept_of_sheet)
    sensitivity = sensitivity_of(column.field for column in layout.columns)
    earlier = persons_sent(actor, until=at, hours=HOURS)
    found = candidates(wish, actor, only)
    most = found.order_by().aggregate(homes=Count("pk"), people=Sum(Greatest("members", 1)))
    if most["homes"] > AT_ONCE:
        if most["people"] > MOST_PERSONS:
            raise CannotSend(
                f"一张表最多 {MOST_PERSONS:,} 行，现在有 {most['people']:,} 人。", "请按县或乡镇分次导出。"
            )
        return Prepared(wish, layout, [], sensitivity, earlier, only, most=(most["homes"], most["people"]))
    records, digests = records_of(wish, actor, list(found.values_list("household_id", flat=True)))
    return Prepared(wish, layout, records, sensitivity, earlier, only, digests)


def records_of(wish: Wish, actor: Actor, ids: list[str]) -> tuple[list[Record], dict[str, str]]:
    """Those of some households that the wish is for, in their order, and the digests of what is said of them."""
    layout, found = LAYOUTS[wish.layout], household_records(actor, ids)
    records = [found[one] for one in ids if one in found]
    digests = {one.household.household_id: _digest(layout, one, wish.year) for one in records}
    return _not_sent_yet(wish, actor, records, digests), digests


@transaction.atomic
def send_sheet(*, wish: Wish, reason: str, actor: Actor, at: datetime) -> tuple[OutgoingSheet, bytes]:
    """Make the sheet, keep it sealed, remember what was sent (导出上报表). Raises CannotSend, NotAllowed."""
    prepared = prepare_sheet(wish=wish, actor=actor, at=at)
    if prepared.in_background:
        raise CannotSend("农户太多，不能当场生成。", "请在后台生成，做好了再下载。")
    refuse_without_reason(prepared, reason)
    let_people_leave(prepared, actor, at)
    content = workbook(prepared, prepared.records, actor, at)
    sheet = keep_sheet(prepared, content, reason, actor, at)
    return sheet, content


def let_people_leave(prepared: Prepared, actor: Actor, at: datetime) -> None:
    """Count the people of a sheet; beyond the line others must have agreed. Raises MustAsk."""
    told = {name: value for name, value in asdict(prepared.wish).items() if value and name != "place_name"}
    told["listed"] = sha256(" ".join(prepared.wish.listed).encode()).hexdigest()[:16] if prepared.wish.listed else ""
    people: list[str] | int = prepared.persons
    if not prepared.in_background:
        people = [
            f"{one.household.household_id}:{at}" for one in prepared.records for at in range(max(1, len(one.members)))
        ]
    title, page = prepared.layout.title, f"outgoing?{urlencode(told)}"
    let_leave(leaving=Leaving(prepared.sensitivity, page, title, people), actor=actor, at=at)


def refuse_without_reason(prepared: Prepared, reason: str) -> None:
    """Raises CannotSend when nobody was chosen, or a reason is asked for and missing."""
    if not prepared.households:
        raise CannotSend("没有符合条件的农户。", "请换一个导出范围或地区。")
    if prepared.needs_reason and not is_reason(reason):
        raise CannotSend("请写明导出理由，不少于四个字。")


def keep_sheet(
    prepared: Prepared,
    content: bytes,
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    sent: Mapping[str, bool] | None = None,
) -> OutgoingSheet:
    """Keep a finished sheet sealed with what it told of whom, and note it.

    `sent` names the households of a large one, which are not at hand any more, and whether each was cleared.
    """
    wish = prepared.wish
    if sent is None:
        sent = {one.household.household_id: one.household.cleared_on is not None for one in prepared.records}
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
        households=prepared.households,
        persons=prepared.persons,
        in_full=wish.in_full,
        sensitivity=prepared.sensitivity,
        reason=reason.strip()[:200],
        path=put_sealed(KIND, digest, content),
        sha256=digest,
    )
    fault_point("exchange.send.sheet_kept")
    rows = (
        SentHousehold(sheet=sheet, household_id=key, layout=sheet.layout, digest=prepared.digests[key], cleared=cleared)
        for key, cleared in sent.items()
    )
    SentHousehold.objects.bulk_create(rows, batch_size=2_000)
    details = {"layout": sheet.layout, "households": sheet.households, "persons": sheet.persons, "full": wish.in_full}
    subject = f"outgoing:{sheet.pk}"
    fault_point("exchange.send.remembered")
    note(act="export_sheet", subject=subject, reason=sheet.reason, actor=actor, at=at, details=details)
    return sheet


@transaction.atomic
def download_sheet(*, sheet_id: int, actor: Actor, at: datetime) -> tuple[OutgoingSheet, bytes]:
    """A sheet that was made before, once more (再次下载); noted too. Raises CannotSend, NotAllowed."""
    actor.require(Permission.EXCHANGE_SHEETS)
    sheet = outgoing_sheets(actor).filter(pk=sheet_id).first()
    if sheet is None:
        raise CannotSend("没有这张表。")
    if sheet.in_full:
        actor.require(Permission.REVEAL_IDENTITY)
    if sheet.made_by != actor.username or sheet.made_at <= at - timedelta(hours=HOURS):
        people = [f"outgoing:{sheet.pk}:{row}" for row in range(sheet.persons)]
        page = f"outgoing?{urlencode({'sheet_id': sheet.pk})}"
        let_leave(leaving=Leaving(sheet.sensitivity, page, sheet.layout_title, people), actor=actor, at=at)
    note(act="export_sheet_again", subject=f"outgoing:{sheet.pk}", reason=sheet.reason, actor=actor, at=at)
    return sheet, open_sealed(KIND, sheet.sha256, sheet.path)


def candidates(wish: Wish, actor: Actor, only: Collection[str] | None) -> QuerySet[Household]:
    """Households that a wish may be for, before it is looked what was sent of each."""
    found = households_for_sheets(actor, range_low=wish.range_low, range_high=wish.range_high)
    if only is not None:
        found = found.filter(pk__in=only)
    elif wish.choice == Choice.LISTED:
        found = found.filter(pk__in=wish.listed)
    elif wish.choice == Choice.CLEARED:
        found = found.exclude(monitored_class=None).exclude(cleared_on=None)
    elif wish.choice != Choice.ALL:
        found = found.exclude(monitored_class=None).filter(cleared_on=None)
    return found


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


def kept_cells(actor: Actor, sheet_id: int) -> dict[str, set[tuple[str, str]]]:
    """What the own side keeps against an incoming sheet: only these cells go up."""
    found: dict[str, set[tuple[str, str]]] = {}
    for one in differences(actor, sheet_id, decision=Decision.KEEP):
        found.setdefault(one.household_id, set()).add((one.resident_id, one.field))
    return found


def _digest(layout: Layout, record: Record, year: int | None) -> str:
    """A keyed digest of everything that the sheet says of a household."""
    rows = sheet_rows(layout, [record], in_full=True, year=year)
    return keyring().lookup("sheet", "\x1e".join("\x1f".join(row) for row in rows))


def workbook(prepared: Prepared, records: Iterable[Record], actor: Actor, at: datetime) -> bytes:
    """The sheet with its mark; records may come one by one."""
    layout, wish, sink = prepared.layout, prepared.wish, io.BytesIO()
    mark = f"{wish.place_name}　{actor.name}（{actor.username}）　{localtime(at):%Y-%m-%d %H:%M} 导出　仅供业务系统上报使用，请勿外传"
    above = [layout.title, mark][: layout.header_row] if layout.header_row else []
    rows: Iterable[list[str]] = sheet_rows(layout, records, in_full=wish.in_full, year=wish.year, only=prepared.only)
    write_sheet(sink, [column.title for column in layout.columns], rows, title=layout.title, above=above, mark=mark)
    return sink.getvalue()
