"""Verifying the ledger (核验台账): every entry against its seal, every seal against the chain, its key and checkpoints.

Nothing in the database is believed: lines are hashed anew from the rows, roots from the leaves, links from the texts;
keys and the last head come from files outside it. Rows go by in windows, so that ten million need no more memory than
ten thousand. What does not fit is named row by row.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Min

from shouwang.kernel import merkle
from shouwang.kernel.signing import is_signed, load_signing_keys
from shouwang.register.ledger.checkpoints import Checkpoint
from shouwang.register.ledger.head import kept_head
from shouwang.register.ledger.lines import END, lines_between, lines_in, number_of, time_of
from shouwang.register.ledger.models import Entry, Seal, SealSignature
from shouwang.register.ledger.ranges import read
from shouwang.register.ledger.seal_text import NOTHING_BEFORE, text_of

WINDOW = 100_000
"""Entry numbers looked at in one step."""
LATE = timedelta(hours=1)
MOST_NAMED = 1_000
"""Faults listed one by one; the rest is counted."""
Say = Callable[[int, int], None]


@dataclass(frozen=True)
class Fault:
    """One thing that does not fit (不符之处): what kind, which entry or seal, in words."""

    kind: str
    text: str
    entry: int | None = None
    seal: int | None = None


@dataclass
class Verification:
    """What was verified and what did not fit (核验结果)."""

    entries: int = 0
    sealed: int = 0
    waiting: int = 0
    late: int = 0
    seals: int = 0
    checkpoints: int = 0
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether everything fits."""
        return self.fault_count == 0

    def add(self, kind: str, text: str, *, entry: int | None = None, seal: int | None = None) -> None:
        """One more fault."""
        self.fault_count += 1
        if len(self.faults) < MOST_NAMED:
            self.faults.append(Fault(kind, text, entry, seal))


def verify_ledger(*, checkpoints: Iterable[Checkpoint] = (), say: Say = lambda done, of: None) -> Verification:
    """Verify everything (核验); entries that wait for their seal are counted, old ones among them are faults."""
    found = Verification()
    seals = list(Seal.objects.order_by("number").defer("leaves"))
    _chain(seals, found)
    _signatures(seals, found)
    _head(seals, found)
    for one in checkpoints:
        _checkpoint(one, seals, found)
    _entries(seals, found, say)
    return found


def seal_states(numbers: Iterable[int]) -> dict[int, bool]:
    """Whether each of these seals fits its entries, its text, the seal before it and its signature."""
    seals = list(Seal.objects.filter(number__in=list(numbers)))
    before = dict(Seal.objects.filter(number__in=[one.number - 1 for one in seals]).values_list("number", "hash"))
    states = {}
    for seal in seals:
        found = Verification()
        _link(seal, before.get(seal.number - 1, NOTHING_BEFORE if seal.number == 1 else ""), found)
        _signatures([seal], found)
        states[seal.number] = found.sound and _whole(seal) and _rooted(seal) and _reads(seal)
    return states


def _reads(seal: Any) -> bool:
    return merkle.leaves(lines_in(read(seal.ids), limit=seal.entries)) == bytes(seal.leaves)


def _chain(seals: list[Any], found: Verification) -> None:
    number, link = 1, NOTHING_BEFORE
    for seal in seals:
        if seal.number != number:
            found.add("seal_missing", f"缺第 {number} 至 {seal.number - 1} 号封存", seal=number)
        _link(seal, link, found)
        number, link = seal.number + 1, text_of(seal).hash
        found.late += seal.late
    found.seals = len(seals)


def _link(seal: Any, link: str, found: Verification) -> None:
    if text_of(seal).hash != seal.hash:
        found.add("seal_changed", f"第 {seal.number} 号封存的内容被改过", seal=seal.number)
    if seal.previous != link:
        found.add("chain_broken", f"第 {seal.number} 号封存接不上前一号", seal=seal.number)


def _signatures(seals: list[Any], found: Verification) -> None:
    path = Path(settings.LEDGER_KEY_FILE)
    if not seals:
        return
    if not path.exists():
        found.add("key_missing", f"签名密钥文件 {path} 不存在，签名无法核验")
        return
    keys, low, high = load_signing_keys(path).public, seals[0].number, seals[-1].number
    given: dict[int, list[Any]] = {}
    for one in SealSignature.objects.filter(seal_id__gte=low, seal_id__lte=high).iterator():
        given.setdefault(one.seal_id, []).append(one)
    for seal in seals:
        text = str(text_of(seal)).encode()
        ours = [one for one in given.get(seal.number, []) if one.key_id in keys]
        if not ours:
            found.add("not_signed", f"第 {seal.number} 号封存没有本机的签名", seal=seal.number)
        elif not all(is_signed(text, bytes.fromhex(one.signature), keys[one.key_id]) for one in ours):
            found.add("bad_signature", f"第 {seal.number} 号封存的签名不符", seal=seal.number)


def _head(seals: list[Any], found: Verification) -> None:
    head = kept_head()
    if head is None or head.number == 0:
        return
    if not any(seal.number == head.number and text_of(seal).hash == head.hash for seal in reversed(seals)):
        found.add("head_lost", f"本机记得的第 {head.number} 号封存不在数据库里，或者不是原来那一个", seal=head.number)


def _checkpoint(one: Checkpoint, seals: list[Any], found: Verification) -> None:
    """A witness from outside: what it holds must stand in the chain, and its leaves name the rows that do not."""
    found.checkpoints += 1
    if not one.signed_by(_known_keys()):
        found.add("checkpoint_unsigned", f"检查点（第 {one.number} 号）不是本机密钥签的", seal=one.number)
    seal = next((seal for seal in seals if seal.number == one.number), None)
    if seal is None:
        last = seals[-1].number if seals else 0
        found.add("truncated", f"检查点记有第 {one.number} 号封存，数据库只到第 {last} 号", seal=last + 1)
    elif text_of(seal).hash != one.hash:
        found.add("rewritten", f"第 {one.number} 号封存与检查点不符：其中或之前的台账被重写过", seal=one.number)
    for witnessed in one.batches():
        _witnessed(witnessed, found)


def _witnessed(witnessed: Any, found: Verification) -> None:
    """Entries of one seal against the leaves that an outside witness keeps."""
    numbers, hashes = _pairs(witnessed.ids, witnessed.leaves)
    lines = lines_in(read(witnessed.ids), limit=len(numbers))
    if merkle.leaves(lines) != witnessed.leaves:
        _name(numbers, hashes, lines, found, "与检查点不符")


def _known_keys() -> dict[str, bytes]:
    path = Path(settings.LEDGER_KEY_FILE)
    return load_signing_keys(path).public if path.exists() else {}


def _entries(seals: list[Any], found: Verification, say: Say) -> None:
    total = sum(seal.entries for seal in seals)
    old = seals[-1].sealed_at - LATE if seals else None
    low = _next(-END)
    while low is not None:
        numbers, hashes = _stored(low, low + WINDOW, found)
        lines = lines_between(low, low + WINDOW)
        found.entries += len(lines)
        if merkle.leaves(lines) == hashes.tobytes():
            found.sealed += len(lines)
        else:
            _compare(numbers, hashes, lines, found, old)
        say(found.entries, total)
        low = _next(low + WINDOW)


def _next(low: int) -> int | None:
    """The lowest number from here on that an entry or a seal speaks of; no walk through empty numbers."""
    entry = Entry.objects.filter(id__gte=low).aggregate(least=Min("id"))["least"]
    ahead = Seal.objects.filter(last_id__gte=low).aggregate(least=Min("first_id"))["least"]
    here = [max(number, low) for number in (entry, ahead) if number is not None]
    return min(here, default=None)


def _stored(low: int, high: int, found: Verification) -> tuple[Any, Any]:
    """Numbers and leaves of the window as the seals keep them; each seal's root is checked where it begins."""
    parts = []
    for seal in Seal.objects.filter(first_id__lt=high, last_id__gte=low).order_by("number").iterator(chunk_size=200):
        whole = _whole(seal)
        if low <= seal.first_id < high and not (whole and _rooted(seal)):
            found.add(
                "bad_root", f"第 {seal.number} 号封存的根哈希与叶子不符（记录 {seal.ids[:60]}）", seal=seal.number
            )
        if whole:
            numbers, hashes = _pairs(seal.ids, bytes(seal.leaves))
            inside = (numbers >= low) & (numbers < high)
            parts.append((numbers[inside], hashes[inside]))
    if not parts:
        return _pairs("", b"")
    numbers, hashes = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.argsort(numbers, kind="stable")
    return numbers[order], hashes[order]


def _whole(seal: Any) -> bool:
    """Whether a seal has a leaf for every number that it lists; what was tampered with need not even be numbers."""
    try:
        listed = sum(high - low for low, high in read(seal.ids))
    except ValueError:
        return False
    return 0 < listed == seal.entries and len(seal.leaves) == listed * merkle.WIDTH


def _rooted(seal: Any) -> bool:
    return merkle.root(bytes(seal.leaves)) == seal.root


def _pairs(ids: str, leaves: bytes) -> tuple[Any, Any]:
    runs = [np.arange(low, high, dtype=np.int64) for low, high in read(ids)] if ids else []
    return np.concatenate(runs) if runs else np.zeros(0, np.int64), np.frombuffer(leaves, dtype="V32")


def _compare(numbers: Any, hashes: Any, lines: list[bytes], found: Verification, old: datetime | None) -> None:
    """The slow way, for a window in which something differs or waits."""
    sealed = set(numbers.tolist())
    waiting = [line for line in lines if number_of(line) not in sealed]
    for line in waiting:
        if old and time_of(line) < old:
            number = number_of(line)
            found.add(
                "inserted", f"第 {number} 条记录说是 {time_of(line):%Y-%m-%d %H:%M} 的，却不在任何封存里", entry=number
            )
        else:
            found.waiting += 1
    held = lines if not waiting else [line for line in lines if number_of(line) in sealed]
    found.sealed += len(held)
    _name(numbers, hashes, held, found, "与封存时不同")


def _name(numbers: Any, hashes: Any, lines: list[bytes], found: Verification, how: str) -> None:
    """Names every row that is gone or reads differently."""
    there = {number_of(line): leaf for line, leaf in zip(lines, _leaves(lines), strict=True)}
    kept: set[int] = set()
    for number, leaf in zip(numbers.tolist(), hashes, strict=True):
        if number in kept:
            found.add("sealed_twice", f"第 {number} 条记录在两个封存里", entry=number)
        kept.add(number)
        if number not in there:
            found.add("removed", f"第 {number} 条记录被删掉了", entry=number)
        elif there[number] != leaf.tobytes():
            found.add("changed", f"第 {number} 条记录{how}", entry=number)


def _leaves(lines: list[bytes]) -> Iterator[bytes]:
    packed = merkle.leaves(lines)
    return (packed[at : at + merkle.WIDTH] for at in range(0, len(packed), merkle.WIDTH))
