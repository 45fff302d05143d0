"""What hangs on each subject of the access matrix (权限矩阵的造物): a new kind of thing with an address of its own gets a maker here.

A maker writes the rows directly where an action would allow them in a village only: the pages must know none of the
others either. Whatever has a title or a file name bears the subject's name, so that showing it is noticed.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from shouwang.register.ledger.keys import keyring
from shouwang.register.ledger.sealed_files import put_sealed
from shouwang.register.places.queries import Place
from shouwang.register.staff.choices import Role
from shouwang.register.staff.queries import SYSTEM
from tests.cast import AT, TODAY
from tests.register.exchange.sheets import workbook
from tests.surfaces.web.matrix.world import PLACES, UNIT, Subject

PHONE = "15400003333"


def _household(one: Subject, place: Place, run: Any) -> None:
    from shouwang.register.households.models import Household, IncomeEntry, Resident

    Household.objects.create(
        household_id=one.household, place=place, place_number=one.number, head_name=one.name, head_pinyin=one.key,
        members=1, kind="ordinary",
    )  # fmt: skip
    Resident.objects.create(
        resident_id=one.resident, household_id=one.household, name=one.name, relation="head", birth_on=date(1960, 1, 1),
        sex="male",
    )  # fmt: skip
    IncomeEntry.objects.create(
        household_id=one.household, kind="wage", amount=8000, from_on=date(2025, 1, 1), until_on=date(2026, 1, 1)
    )


def _findings(one: Subject, place: Place, run: Any) -> None:
    from shouwang.stream.screening.models import Doubt, Gap
    from tests.surfaces.web.screened import counted, warning

    placed = {"household_id": one.household, "place_number": one.number, "run": run}
    Gap.objects.create(rules=[{"rule": "loan_overdue", "missing": ["loans"]}], **placed)
    Doubt.objects.create(check_name="head_missing", values={}, message=f"{one.name}户没有户主", **placed)
    issued = warning(run, one.household, "0", "red")
    type(issued).objects.filter(pk=issued.pk).update(place_number=one.number)
    counted()
    one.ids["warning"] = issued.pk


def _delivery(one: Subject, place: Place, run: Any) -> None:
    from shouwang.stream.feeds.models import Delivery
    from shouwang.stream.linkage.actions.review_rows import PLACE
    from shouwang.stream.linkage.models import LinkReview

    sent = Delivery.objects.create(
        feed="medical_settlements", feed_title="医保结算", unit=UNIT, range_low=place.range_low,
        range_high=place.range_high, file_name=f"{one.key}.csv", size=1, sha256="0" * 64, claim=f"matrix:{one.key}",
        status="accepted", received_at=AT, received_by="system", accepted_at=AT, original_path="none", batch_path="none",
    )  # fmt: skip
    key = f"{sent.pk}-7"
    identity = {"name": one.name, "id_number": None, "birth_on": "1960-01-01", "sex": "male", "place_name": None}
    evidence = {"id": "same", "phone": "unknown", "name": "other"}
    LinkReview.objects.create(
        key=key, delivery=sent, row_no=7, feed=sent.feed, place_number=one.number, score=0.87, reason="姓名对不上",
        identity_cipher=keyring().encrypt(PLACE, key, json.dumps(identity)),
        candidates=[
            {"resident_id": one.resident, "household_id": one.household, "score": 0.87, "evidence": evidence}
        ],
    )  # fmt: skip
    one.ids |= {"delivery": sent.pk, "review": key}


def _trial(one: Subject, place: Place, run: Any) -> None:
    from shouwang.stream.rules.models import Amendment
    from shouwang.stream.screening.models import Trial

    bounds = {"range_low": place.range_low, "range_high": place.range_high}
    if one.key == "neighbour":  # one amendment per place
        return
    drafted = Amendment.objects.create(
        pack="hunan/chenzhou", kind="parameter", name="monitoring_line", title="监测收入线", place_code=one.place_code,
        place_name=place.full_name, content={"value": 7000}, replaces={}, valid_from=date(2027, 1, 1), basis="某号文件",
        reason="物价上涨", drafted_by="somebody", drafted_at=AT, **bounds,
    )  # fmt: skip
    tried = Trial.objects.create(
        amendment=drafted, version=1, kind="trial", run=run, asked_by="somebody", asked_at=AT, **bounds
    )
    one.ids |= {"amendment": drafted.pk, "trial": tried.pk}


def _case(one: Subject, place: Place, run: Any) -> None:
    from shouwang.register.procedure.models import Enquiry
    from shouwang.stream.determination.actions import open_case

    opened = open_case(household_id=one.household, actor=SYSTEM, at=AT)
    asked = Enquiry.objects.create(
        case=opened, unit=UNIT, kind="comparison", asked_by="system", asked_at=AT, place_number=one.number
    )
    one.ids |= {"case": opened.number, "enquiry": asked.pk}


def _posting(one: Subject, place: Place, run: Any) -> None:
    """A notice at the place; an action would post it in a village only, the page must know none of the others either."""
    from shouwang.register.papers.models import Posting
    from tests.register.papers.notices import LINE

    content = [{"name": f"{one.name[0]}*{one.name[2]}", "group": "3组", "category": "边缘易致贫户", "help": "产业帮扶"}]
    made = Posting.objects.create(
        kind="determination", place_number=one.number, place_name=place.full_name, rows=content,
        content_hash=sha256(one.key.encode()).hexdigest(), phone=LINE, least_days=5, posted_on=TODAY, from_on=TODAY,
        until_on=TODAY + timedelta(days=5), token=sha256(one.key.encode()).hexdigest()[:43], posted_by="system",
        posted_name="系统任务", posted_at=AT,
    )  # fmt: skip
    one.ids["posting"] = made.pk


def _person(one: Subject, place: Place, run: Any) -> None:
    from shouwang.register.staff.models import Post, User

    person = User.objects.create(username=f"p{one.key.replace('_', '')}", name="某某", password="!")
    post = Post.objects.create(user=person, role=Role.HELPER, place=place, valid_from=date(2026, 1, 1))
    one.ids |= {"account": person.username, "post": post.pk}


def _plan(one: Subject, place: Place, run: Any) -> None:
    from shouwang.stream.assistance.actions import Chosen, draft_plan, plan_measure
    from tests.stream.assistance.telling import monitor

    monitor(one.household)
    given = {"goals": "好起来", "contact_name": "老张", "contact_phone": "15400002222", "green_channel": True}
    plan = draft_plan(household_id=one.household, actor=SYSTEM, at=AT, **given)
    chosen = Chosen(tool="medical_aid", ground="verified")
    one.ids |= {"plan": plan.pk, "measure": plan_measure(plan_id=plan.pk, chosen=chosen, actor=SYSTEM, at=AT).pk}


def _clue(one: Subject, place: Place, run: Any) -> None:
    from shouwang.stream.clues.actions.report import PHONE as CALL
    from shouwang.stream.clues.actions.report import TOLD
    from shouwang.stream.clues.models import Clue, ClueEvent, ClueSource, HeldWarning

    ring, key = keyring(), sha256(one.key.encode()).hexdigest()[:32]
    clue = Clue.objects.create(
        household_id=one.household, place_number=one.number, channel="cadre_screening", grade="unrated", severity=4,
        owner_level="township", opened_on=TODAY, due_on=TODAY, escalates_on=TODAY, reported_by="system", reported_at=AT,
    )  # fmt: skip
    source = ClueSource.objects.create(
        clue=clue, household_id=one.household, kind="report", channel="cadre_screening", noted_on=TODAY,
        reported_by="system", reported_at=AT, key=key, told_name=one.name, told_cipher=ring.encrypt(TOLD, key, one.name),
        phone_cipher=ring.encrypt(CALL, key, PHONE),
    )  # fmt: skip
    ClueEvent.objects.create(clue=clue, act="opened", at=AT, actor="system", role="system", level="system")
    HeldWarning.objects.create(
        household_id=one.household, rule="loan_overdue", resident_id=one.resident, place_number=one.number, severity=2,
        warning_id=one.warning, first_seen_run_id=run.pk, because="monitored", held_on=TODAY,
    )  # fmt: skip
    one.ids |= {"clue": clue.pk, "source": source.pk}


def _visit(one: Subject, place: Place, run: Any) -> None:
    from shouwang.stream.clearance.models import Contact, FollowUp

    on = date(2026, 11, 1)
    placed = {"household_id": one.household, "place_number": one.number}
    FollowUp.objects.create(
        visited_on=on, found="stable", after_clearance=False, visited_by="system", entered_at=AT, **placed
    )
    Contact.objects.create(name=f"{one.name}联系人", since_on=on, named_by="system", **placed)


def _round(one: Subject, place: Place, run: Any) -> None:
    """A round of the very place; each in another year, for a place has one round in a quarter."""
    from shouwang.stream.clearance.models import Round, RoundRow

    if one.key == "neighbour":  # one round per place
        return
    made = Round.objects.create(
        year=2000 + list(PLACES).index(one.key), quarter=4, place_code=one.place_code, place_name=place.full_name,
        range_low=place.range_low, range_high=place.range_high, from_on=date(2026, 10, 1), until_on=date(2199, 1, 1),
        opened_by="system", opened_at=AT,
    )  # fmt: skip
    row = RoundRow.objects.create(round=made, household_id=one.household, place_number=one.number)
    one.ids |= {"round": made.pk, "row": row.pk}


def _paper(one: Subject, place: Place, run: Any) -> None:
    from shouwang.register.papers.models import Paper, Template

    files = {form: f"{one.name}.{form}".encode() for form in ("docx", "pdf")}
    kept = {form: sha256(content).hexdigest() for form, content in files.items()}
    code = sha256(one.key.encode()).hexdigest()[:20].upper()
    made = Paper.objects.create(
        county_code=f"{one.number:012d}"[:6], year=2026, number=9_000 + list(PLACES).index(one.key), kind="pledge",
        subject=one.household, place_number=one.number, issuing_place=place.full_name, issued_on=TODAY, issued_at=AT,
        issued_by="system", fields_hash="0" * 64, template_hash="0" * 64, code=code,
        **{f"{form}_hash": kept[form] for form in files},
        **{f"{form}_path": put_sealed("papers", kept[form], content) for form, content in files.items()},
    )  # fmt: skip
    one.ids |= {"paper": made.pk, "code": code}
    if one.key == "neighbour":  # one template per place
        return
    own = Template.objects.create(
        kind="pledge", place_code=one.place_code, place_name=place.full_name, range_low=place.range_low,
        range_high=place.range_high, version=1, content_hash="0" * 64, valid_from=TODAY, uploaded_by="system",
        uploaded_at=AT,
    )  # fmt: skip
    one.ids["template"] = own.pk


def _sheets(one: Subject, place: Place, run: Any) -> None:
    from shouwang.register.exchange.actions.keep import UNDOING
    from shouwang.register.exchange.models import (
        Difference,
        IncomingSheet,
        OutgoingSheet,
        ReturnedRow,
        SentHousehold,
        TakeOver,
    )

    bounds = {"range_low": place.range_low, "range_high": place.range_high}
    content = workbook([{"户编号": one.household, "人编号": one.resident, "姓名": one.name, "与户主关系": "户主"}])
    digest = sha256(content).hexdigest()
    came = IncomingSheet.objects.create(
        layout="monitored", layout_title="监测对象信息", file_name=f"{one.name}.xlsx", size=len(content), sha256=digest,
        original_path=put_sealed("exchange", digest, content), received_at=AT, received_by="system", state="compared",
        progress=100, rows_in=1, rows_matched=1, households=1, **bounds,
    )  # fmt: skip
    ReturnedRow.objects.create(sheet=came, row_no=2, reason=f"没有找到{one.name}")
    Difference.objects.create(
        sheet=came, row_no=2, household_id=one.household, resident_id="", place_number=one.number, of="household",
        field="group_name", title="组", ours=one.name, theirs="2组", can_take=True, fills_blank=False,
    )  # fmt: skip
    taken = TakeOver.objects.create(
        sheet=came, taken_at=AT, taken_by="system", values=0, households=0,
        undoing_cipher=keyring().encrypt(UNDOING, str(came.pk), "[]"),
    )  # fmt: skip
    went = OutgoingSheet.objects.create(
        layout="monitored", layout_title="监测对象信息", choice="all", place_name=f"{one.name}家一带", made_at=AT,
        made_by="system", households=1, persons=1, in_full=False, sensitivity="other", sha256=digest,
        path=put_sealed("outgoing", digest, content), **bounds,
    )  # fmt: skip
    SentHousehold.objects.create(
        sheet=went, household_id=one.household, layout="monitored", digest="0" * 64, cleared=False
    )
    one.ids |= {"sheet": came.pk, "taken": taken.pk, "outgoing": went.pk}


def _sent_in(one: Subject, place: Place, run: Any) -> None:
    """An application through the portal whose holder was met, and a request to correct."""
    from shouwang.stream.self_service.models import Application, CorrectionRequest
    from shouwang.stream.self_service.queries.corrections import WORDS

    digest = sha256(one.key.encode()).hexdigest()
    applied = Application.objects.create(
        clue_id=one.ids["clue"], place_number=one.number, code_lookup=digest, code_cipher="-", row_key=digest[:32],
        tail_lookup=digest, on_behalf=False, pledge_hash=digest, applied_at=AT,
    )  # fmt: skip
    asked = CorrectionRequest.objects.create(
        application=applied, household_id=one.household, place_number=one.number, about="members",
        row_key=digest[:32], words_cipher=keyring().encrypt(WORDS, digest[:32], f"{one.name}家的人口错了"),
        asked_at=AT, due_on=TODAY,
    )  # fmt: skip
    one.ids |= {"application": applied.pk, "correction": asked.pk}


def _field_entry(one: Subject, place: Place, run: Any) -> None:
    """A form from a phone about the household that waits for somebody's decision."""
    from uuid import uuid4

    from shouwang.stream.fieldwork.models import Entry, Phone

    phone = Phone.objects.create(
        pk=uuid4(), username="nobody", title="手机", place_number=one.number, token_hash=uuid4().hex, registered_at=AT
    )
    made = Entry.objects.create(
        pk=uuid4(), phone=phone, sequence=1, sha256="0" * 64, path="none", size=1, place_number=one.number, arrived_at=AT,
        form="clue_check", household_id=one.household, state="review", cause="unreadable",
    )  # fmt: skip
    one.ids["field_entry"] = made.pk


MAKERS: list[Callable[[Subject, Place, Any], None]] = [
    _household,
    _findings,
    _delivery,
    _trial,
    _case,
    _posting,
    _person,
    _plan,
    _clue,
    _visit,
    _round,
    _paper,
    _sheets,
    _sent_in,
    _field_entry,
]
"""What is made for each subject, in this order."""
