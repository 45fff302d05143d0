"""Sealing the ledger (封存台账): whatever was written since, in batches, each a Merkle root signed and chained.

Entries get their number when they are written and become visible when their transaction ends, so that numbers arrive
out of order and some never come. A seal therefore lists the numbers that it covers; the gaps of the last day are looked
at again every time, and all gaps every night: an entry that comes late is sealed late, and none is lost.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from shouwang.kernel import merkle
from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.kernel.signing import ALGORITHM, SigningKeys, load_signing_keys, make_signing_keys
from shouwang.register.ledger.actions.note import note
from shouwang.register.ledger.head import Head, HeadLost, keep_head, kept_head
from shouwang.register.ledger.lines import Gap, lines_in, number_of, time_of
from shouwang.register.ledger.models import Seal, SealSignature
from shouwang.register.ledger.ranges import gaps, read, written
from shouwang.register.ledger.seal_text import NOTHING_BEFORE, SealText, text_of
from shouwang.register.staff.queries import Actor

BATCH = 50_000
"""Most entries under one seal, so that one fits in memory anywhere."""
LOOK_BACK = 2_880
"""Seals whose gaps are looked at every time: a day of them, one every half minute."""
LATE = timedelta(hours=1)


class NotAsSealed(Refusal):
    """What was read back is not what was hashed (读回不符): nothing is signed."""


@dataclass(frozen=True)
class Sealing:
    """What a run of sealing did: seals and entries, and the last seal there is now."""

    seals: int
    entries: int
    head: Head | None


def seal_entries(*, at: datetime, every_gap: bool = False, batch: int = BATCH) -> Sealing:
    """Seal all entries that are not under a seal yet (封存), oldest first; signs what a killed run left unsigned.

    Each seal is written down, read back together with its entries, and only then signed. Raises HeadLost when the
    database lacks seals that were given before, NotAsSealed when what is read back differs, KeyMissing without the key.
    """
    seals = entries = 0
    with _alone() as free:
        if free:
            keys = _signing_keys()
            _sign_unsigned(keys, at)
            while (made := _write_seal(at, every_gap, batch)) is not None:
                fault_point("ledger.seal.unsigned")
                _sign(made, keys, at)
                seals, entries = seals + 1, entries + made.entries
    return Sealing(seals, entries, kept_head())


@transaction.atomic
def accept_restored_ledger(*, reason: str, actor: Actor, at: datetime) -> None:
    """Go on from a database that was put back from a backup (认可恢复), for a reason that stands in the ledger.

    The seals that were lost are named in it; checkpoints outside that are newer go on failing, as they should.
    """
    if len(reason.strip()) < 4:
        raise Refusal("请写明恢复数据库的原因，不少于四个字。")
    lost, there = kept_head(), Seal.objects.order_by("-number").first()
    details = {"lost_head": lost.number if lost else 0, "head": there.number if there else 0}
    note(act="accept_restored_ledger", subject="ledger", reason=reason.strip(), actor=actor, at=at, details=details)
    keep_head(Head(there.number, there.hash) if there else Head(0, NOTHING_BEFORE))


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else is sealing at this moment; the lock goes with the session of whoever is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('shouwang ledger seal'))")
        free = bool(cursor.fetchone()[0])
        try:
            yield free
        finally:
            if free:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('shouwang ledger seal'))")


def _signing_keys() -> SigningKeys:
    path = Path(settings.LEDGER_KEY_FILE)
    if not path.exists() and not SealSignature.objects.exists():
        return make_signing_keys(path)
    return load_signing_keys(path)


@transaction.atomic
def _write_seal(at: datetime, every_gap: bool, batch: int) -> Seal | None:
    last = Seal.objects.order_by("-number").defer("leaves").first()
    _check_head(last)
    lines = lines_in(_open_gaps(last, every_gap), limit=batch)
    if not lines:
        return None
    packed, found = merkle.leaves(lines), [number_of(line) for line in lines]
    text = SealText(
        number=last.number + 1 if last else 1,
        sealed_at=at,
        entries=len(lines),
        late=sum(time_of(line) < at - LATE for line in lines),
        ids=written(found),
        root=merkle.root(packed),
        previous=last.hash if last else NOTHING_BEFORE,
    )
    return Seal.objects.create(**vars(text), hash=text.hash, leaves=packed, first_id=found[0], last_id=found[-1])


def _open_gaps(last: Seal | None, every_gap: bool) -> list[Gap]:
    """Numbers under no seal yet, the endless gap after the last one included."""
    if last is None:
        return gaps([], 0)
    before = 0 if every_gap else max(last.number - LOOK_BACK, 0)
    floor = Seal.objects.filter(number__lte=before).aggregate(top=Max("last_id"))["top"] or 0
    covered = Seal.objects.filter(number__gt=before).values_list("ids", flat=True)
    return gaps((pair for ids in covered.iterator() for pair in read(ids)), floor)


def _check_head(last: Seal | None) -> None:
    head = kept_head()
    if head is None or head.number == 0:
        return
    there = last if last and last.number == head.number else Seal.objects.filter(number=head.number).first()
    if there is None or there.hash != head.hash:
        raise HeadLost(
            f"数据库里没有本机已经给出的第 {head.number} 号封存，可能是从旧备份恢复，也可能被删改。",
            "请先运行 shouwang ledger verify；确认是恢复备份的，用 shouwang ledger seal --after-restore 写明原因。",
        )


def _sign_unsigned(keys: SigningKeys, at: datetime) -> None:
    for seal in Seal.objects.filter(signatures=None).order_by("number"):
        _sign(seal, keys, at)


def _sign(made: Seal, keys: SigningKeys, at: datetime) -> None:
    """Read back what was written, by a question of its own, and sign it only when it is whole."""
    seal = Seal.objects.get(pk=made.pk)
    text = text_of(seal)
    packed = merkle.leaves(lines_in(read(seal.ids), limit=seal.entries + 1))
    if text.hash != seal.hash or merkle.root(packed) != seal.root or packed != bytes(seal.leaves):
        raise NotAsSealed(
            f"第 {seal.number} 号封存读回来与写下去的不一致，没有签名。", "请运行 shouwang ledger verify。"
        )
    SealSignature.objects.create(
        seal=seal,
        key_id=keys.active,
        algorithm=ALGORITHM,
        signature=keys.sign(str(text).encode()).hex(),
        signed_at=at,
    )
    fault_point("ledger.seal.signed")
    keep_head(Head(seal.number, seal.hash))
