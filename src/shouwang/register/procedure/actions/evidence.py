"""Keeping files of a case (存证)."""

from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction

from shouwang.kernel import filestore
from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.procedure.models import Case, Evidence
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

MOST_BYTES = 10 * 1024 * 1024
KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf"))


@transaction.atomic
def keep_evidence(*, number: str, title: str, content: bytes, actor: Actor, at: datetime) -> Evidence:
    """Keep a photo or scan of a case encrypted; the same file twice is one. Raises Refusal for another kind of file."""
    actor.require(Permission.SEE_CASES)
    case = Case.objects.visible_to(actor).filter(number=number).first()
    if case is None:
        raise Refusal("没有找到这件事项。")
    kind = next((name for head, name in KINDS if content.startswith(head)), "")
    if not kind:
        raise Refusal("只能上传照片（JPG、PNG）或 PDF。", "请把文件另存为这几种格式。")
    if len(content) > MOST_BYTES:
        raise Refusal("文件超过 10 MB。", "请缩小照片或分成几份。")
    digest = sha256(content).hexdigest()
    known = Evidence.objects.filter(case=case, sha256=digest).first()
    if known is not None:
        return known
    sealed = keyring().seal_file(f"evidence:{digest}", content)
    path, _ = filestore.put(settings.STORE, "evidence", sealed, ".sealed")
    fault_point("case.evidence.file_kept")
    kept = Evidence(
        sha256=digest,
        case=case,
        title=title.strip()[:80] or "未命名",
        kind=kind,
        size=len(content),
        path=path,
        added_by=actor.username,
        added_at=at,
    )
    try:
        with transaction.atomic():
            kept.save(force_insert=True)
    except IntegrityError:  # the same file came twice at the same moment
        return Evidence.objects.get(case=case, sha256=digest)
    note(act="keep_evidence", subject=f"case:{number}", actor=actor, at=at, details={"bytes": len(content)})
    return kept
