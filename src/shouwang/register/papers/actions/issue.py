"""Issuing papers (签发文书): checked, filled, printed, numbered, kept as issued; a change is a new version.

依据: REQUIREMENTS A10; 社会救助法 第四十五条 (书面理由). Personal data stand in the encrypted files only.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.ledger.sealed_files import put_sealed
from shouwang.register.papers.kinds import Kind, Texts, checked, kind_named
from shouwang.register.papers.models import Counter, Paper
from shouwang.register.papers.queries.papers import STORED, code_words, number_words
from shouwang.register.papers.queries.templates import template_in_force
from shouwang.register.places.queries import place_of
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.register.staff.rights import Spot, require

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_SIGNS = 20


@dataclass(frozen=True)
class _Order:
    """What is to be issued, and for whom (签发事项)."""

    kind: Kind
    subject: str
    part: str
    place_number: int
    texts: Texts
    fields_hash: str


def issue_paper(
    *,
    kind: str,
    subject: str,
    fields: Mapping[str, Any],
    place_number: int,
    actor: Actor,
    at: datetime,
    part: str = "",
) -> Paper:
    """Issue a paper about a case ("case:…") or a household (its id) of a village (签发文书).

    `part` tells apart what one subject has several of, such as the quarter of an income sheet. The same content again
    gives the paper that is there already; other content gives its next version. Raises NotAllowed and Refusal.
    """
    found = kind_named(kind)
    if found.posted:
        raise Refusal(f"{found.title}只能从公示名单生成。", "请在办件里预览并签发公示。")
    return issue_checked(found, subject, part, fields, place_number, actor, at)


@transaction.atomic
def issue_checked(
    kind: Kind, subject: str, part: str, fields: Mapping[str, Any], place_number: int, actor: Actor, at: datetime
) -> Paper:
    """Issue a paper whose kind was already judged to be one that may be issued this way."""
    elsewhere = Refusal("这个村不在您的辖区。", "请由所在村或乡镇办理。")
    require(actor, Permission.ISSUE_PAPER, Spot(place_number), otherwise=elsewhere)
    if kind.many and not part:
        raise Refusal(f"没有写明是哪一份“{kind.title}”。", "请写明期次或编号。")
    order = _Order(kind, subject, part if kind.many else "", place_number, checked(kind, fields), _hash(fields))
    _counter(str(place_number)[:6], localtime(at).year)  # whoever issues in this county waits for the one before
    old = Paper.objects.filter(kind=kind.name, subject=subject, part=order.part, superseded_by=None).first()
    if old is not None and old.place_number != place_number:
        raise Refusal("这个对象的文书属于另一个村。", "请核对办件所在的村。")
    template, template_hash = template_in_force(kind.name, place_number=place_number, on=localtime(at).date())
    if old is not None and (old.fields_hash, old.template_hash) == (order.fields_hash, template_hash):
        return old
    made = _issue(order, template, template_hash, old, actor, at)
    fault_point("paper.issue.saved")
    details = {"kind": kind.name, "number": made.number, "version": made.version, "pdf": made.pdf_hash}
    note(act="issue_paper", subject=f"paper:{made.pk}", actor=actor, at=at, details=details)
    return made


def _issue(order: _Order, template: bytes, template_hash: str, old: Paper | None, actor: Actor, at: datetime) -> Paper:
    on, county = localtime(at).date(), str(order.place_number)[:6]
    number = old.number if old else _next_number(county, on.year)
    year, version = (old.year, old.version + 1) if old else (on.year, 1)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIGNS))
    place = place_of(county)
    words = number_words(place.name if place else "", year, number)
    docx, pdf = rendered(
        order.kind, order.texts, template, number=words, version=version, code=code, actor=actor, on=on
    )
    fault_point("paper.issue.printed")
    hashes = sha256(docx).hexdigest(), sha256(pdf).hexdigest()
    made = Paper(
        county_code=county,
        year=year,
        number=number,
        version=version,
        kind=order.kind.name,
        subject=order.subject,
        part=order.part,
        place_number=order.place_number,
        issuing_place=actor.place_name,
        issued_on=on,
        issued_at=at,
        issued_by=actor.username,
        fields_hash=order.fields_hash,
        template_hash=template_hash,
        docx_hash=hashes[0],
        pdf_hash=hashes[1],
        docx_path=put_sealed(STORED, hashes[0], docx),
        pdf_path=put_sealed(STORED, hashes[1], pdf),
        code=code,
    )
    fault_point("paper.issue.files_kept")
    _replace(old, made)
    return made


def _replace(old: Paper | None, made: Paper) -> None:
    """The old version names its successor before that one stands: only one version is ever in force."""
    if old is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('papers_paper', 'id'))")
            made.pk = cursor.fetchone()[0]
        Paper.objects.filter(pk=old.pk).update(superseded_by=made.pk)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # of a place that the actor does not see
        raise Refusal("这个对象的文书属于另一个村。", "请核对办件所在的村。") from None


def rendered(
    kind: Kind,
    texts: Texts,
    template: bytes,
    *,
    number: str,
    version: int,
    code: str,
    actor: Actor,
    on: date,
    specimen: bool = False,
) -> tuple[bytes, bytes]:
    """Word and PDF of a paper; equal arguments give equal bytes."""
    # The typesetter is heavy: the first paper pays for it, not the start of every process.
    from shouwang.register.papers.documents.filling import filled
    from shouwang.register.papers.documents.printing import printed

    address = f"{settings.PUBLIC_ADDRESS}/papers/verify/{code}/"
    common = {
        "文书名称": kind.title,
        "文号": number,
        "版次": str(version),
        "签发单位": actor.place_name,
        "签发日期": f"{on.year}年{on.month}月{on.day}日",
        "签发人": actor.name,
        "校验码": code_words(code),
        "校验网址": address,
    }
    docx = filled(template, texts, common)
    foot = f"{number}　第{version}版\n校验码 {code_words(code)}\n扫码或到 {settings.PUBLIC_ADDRESS}/papers/verify/ 核对真伪"
    return docx, printed(docx, title=kind.title, on=on, foot=foot, address=address, specimen=specimen)


def _counter(county: str, year: int) -> Counter:
    """The counter, its row locked until the transaction ends: numbers have no gap, and no paper is issued twice."""
    Counter.objects.get_or_create(county_code=county, year=year)
    return Counter.objects.select_for_update().get(county_code=county, year=year)


def _next_number(county: str, year: int) -> int:
    counter = _counter(county, year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _hash(fields: Mapping[str, Any]) -> str:
    """A keyed hash: a plain one of a name and a few numbers could be guessed."""
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, default=str)
    return keyring().lookup("paper_fields", text)
