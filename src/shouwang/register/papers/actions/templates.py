"""Templates of a county (管理模板): uploaded, previewed, taken into use, put back; nothing is ever overwritten."""

from datetime import date, datetime
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localtime

from shouwang.kernel import filestore
from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.papers.actions.issue import CODE_SIGNS, rendered
from shouwang.register.papers.kinds import checked, kind_named
from shouwang.register.papers.models import Template
from shouwang.register.papers.queries.templates import shipped
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

STORED = "templates"
MOST_WORDS = 200


@transaction.atomic
def upload_template(
    *, kind: str, content: bytes, valid_from: date, words: str = "", actor: Actor, at: datetime
) -> Template:
    """Take a county's own template into use from a day (上传模板). Raises Refusal naming what is wrong with it.

    A specimen is printed before it is kept: what cannot be printed is not accepted.
    """
    from shouwang.register.papers.documents.checking import accepted_template  # heavy, see `rendered`

    actor.require(Permission.MANAGE_TEMPLATES)
    if valid_from < localtime(at).date():
        raise Refusal("启用日期已经过去。", "请写今天或以后的日期。")
    accepted = accepted_template(content, kind_named(kind))
    specimen(kind, accepted, actor=actor, at=at)
    path, digest = filestore.put(settings.STORE, STORED, accepted, ".docx")
    return _added(kind, path, digest, valid_from, words, actor, at, "upload_template")


@transaction.atomic
def revert_template(*, kind: str, to: int | None, actor: Actor, at: datetime) -> Template:
    """Use an earlier version of the own place again, or with `to=None` the shipped one (恢复模板), as a new version."""
    actor.require(Permission.MANAGE_TEMPLATES)
    found = kind_named(kind)
    path, digest = "", sha256(shipped(found.name)).hexdigest()
    if to is not None:
        old = Template.objects.filter(pk=to, kind=kind, place_code=actor.place_code).first()
        if old is None:
            raise Refusal("没有这个版本。", "请从版本列表里选择。")
        path, digest = old.path, old.content_hash
    return _added(kind, path, digest, localtime(at).date(), "恢复", actor, at, "revert_template")


def specimen(kind: str, template: bytes, *, actor: Actor, at: datetime) -> bytes:
    """A PDF of a template filled with an example and marked 样张 (样张); nothing is kept."""
    found = kind_named(kind)
    texts = checked(found, found.example)
    return rendered(
        found,
        texts,
        template,
        number="样张",
        version=1,
        code="0" * CODE_SIGNS,
        actor=actor,
        on=localtime(at).date(),
        specimen=True,
    )[1]


def _added(
    kind: str, path: str, digest: str, valid_from: date, words: str, actor: Actor, at: datetime, act: str
) -> Template:
    if len(words) > MOST_WORDS:
        raise Refusal(f"说明太长，最多 {MOST_WORDS} 个字。", "请写得短一些。")
    own = Template.objects.filter(kind=kind, place_code=actor.place_code)
    last = own.aggregate(last=Max("version"))["last"] or 0
    made = Template.objects.create(
        kind=kind,
        place_code=actor.place_code,
        place_name=actor.place_name,
        range_low=actor.range_low,
        range_high=actor.range_high,
        version=last + 1,
        content_hash=digest,
        path=path,
        valid_from=valid_from,
        uploaded_by=actor.username,
        uploaded_at=at,
        note=words.strip(),
    )
    details = {"kind": kind, "version": made.version, "hash": digest}
    note(act=act, subject=f"template:{made.pk}", actor=actor, at=at, details=details)
    return made
