"""Opening what a phone sealed (打开封装的表)."""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.timezone import is_aware, localtime

from shouwang.kernel import filestore
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.queries import names_of
from shouwang.stream.fieldwork.forms import UnknownForm, Wrong, read_answers
from shouwang.stream.fieldwork.kinds import KINDS, Reading, lists_of
from shouwang.stream.fieldwork.models import Bundle, Entry, SealingKey
from shouwang.stream.fieldwork.queries.phones import token_hash
from shouwang.stream.fieldwork.sealing import Envelope, Unreadable, unseal

PRIVATE = "fieldwork_key.private"
"""Where the encrypted private half of a key belongs, as bound into it."""
FOLDER = "field"
HALF_A_DAY = timedelta(hours=12)
MOST_PHOTOS = 6


@dataclass(frozen=True)
class Opened:
    """A form in clear as the phone wrote it (打开的表), nothing of it believed yet."""

    given: Mapping[str, Any]
    bundle: Bundle | None
    proven: bool

    def text(self, name: str, most: int = 60) -> str:
        """One of its texts."""
        value = self.given.get(name)
        # What no table can hold is left out: the sealed original still has it.
        return value.encode("utf-8", "ignore").decode().replace("\x00", "")[:most] if isinstance(value, str) else ""

    @property
    def form(self) -> str:
        """Which form it is."""
        return self.text("form", 24)

    @property
    def version(self) -> int:
        """Which version of it; 0 where it says none."""
        value = self.given.get("version")
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000 else 0

    @property
    def said_at(self) -> datetime | None:
        """The phone's own time."""
        try:
            said = datetime.fromisoformat(self.text("said_at"))
        except ValueError:
            return None
        return said if is_aware(said) else None


def open_envelope(envelope: Envelope) -> Opened:
    """The form in clear, and whether it was filled in on an unlocked phone. Raises Unreadable."""
    key = SealingKey.objects.filter(pk=envelope.key_id).first()
    if key is None:
        raise Unreadable
    private = keyring().decrypt(PRIVATE, key.key_id, key.private_cipher)
    try:
        given = json.loads(unseal(envelope, private=private, public=key.public))
    except ValueError as wrong:
        raise Unreadable from wrong
    if not isinstance(given, dict):
        raise Unreadable
    bundle = _bundle_of(envelope.phone, given.get("bundle"))
    secret = given.get("secret")
    proven = bundle is not None and isinstance(secret, str) and token_hash(secret) == bundle.secret_hash
    return Opened(given, bundle, proven)


def open_entry(entry: Entry) -> Opened:
    """A kept form opened again. Raises Unreadable."""
    content = filestore.get(settings.STORE, entry.path)
    header, _, body = content.partition(b"\n")
    told = json.loads(header)
    return open_envelope(Envelope(told["id"], told["phone"], told["sequence"], told["key"], body))


def kept_bytes(envelope: Envelope) -> bytes:
    """The sealed original as it is kept: who sent it as what in one line, then what was sealed."""
    told = {"id": envelope.id, "phone": envelope.phone, "sequence": envelope.sequence, "key": envelope.key_id}
    return json.dumps(told, sort_keys=True).encode() + b"\n" + envelope.body


def read_entry(entry: Entry, opened: Opened) -> Reading:
    """The form as the kinds of visits read it. Raises UnknownForm, Wrong."""
    if opened.form not in KINDS or opened.bundle is None:
        raise UnknownForm(opened.form)
    taken_on = localtime(opened.bundle.downloaded_at).date()
    answers = read_answers(opened.form, opened.version, opened.given.get("answers"), lists_of(taken_on))
    base = opened.given.get("base")
    return Reading(
        form=opened.form,
        subject=opened.text("subject"),
        household_id=opened.text("household_id", 40),
        base={str(name): str(value) for name, value in base.items()} if isinstance(base, dict) else {},
        answers=answers,
        visited_on=_day(entry, opened),
        taken_on=taken_on,
        by=opened.bundle.username,
        by_name=names_of([opened.bundle.username]).get(opened.bundle.username, ""),
        photos=_photos(opened.given.get("photos")),
        signature=_image(opened.given["signature"]) if opened.given.get("signature") else None,
    )


def said_day(opened: Opened) -> date:
    """The day of the visit as the person said it. Raises Wrong."""
    try:
        return date.fromisoformat(opened.text("visited_on"))
    except ValueError:
        raise Wrong("没有写走访日期。") from None


def _day(entry: Entry, opened: Opened) -> date:
    """The day on which the visit counts: as said, moved by what the phone's clock was off, never after it arrived."""
    off = timedelta(seconds=entry.clock_off)
    said, arrived = said_day(opened), localtime(entry.arrived_at).date()
    try:
        moved = said + timedelta(days=round(off / timedelta(days=1))) if abs(off) > HALF_A_DAY else said
    except OverflowError:
        return arrived
    return min(moved, arrived)


def _bundle_of(phone: str, bundle: Any) -> Bundle | None:
    from uuid import UUID

    try:
        return Bundle.objects.filter(pk=UUID(str(bundle)), phone_id=UUID(phone)).first()
    except ValueError:
        return None


def _photos(given: Any) -> tuple[bytes, ...]:
    if not given:
        return ()
    if not isinstance(given, list) or len(given) > MOST_PHOTOS:
        raise Wrong(f"照片最多 {MOST_PHOTOS} 张。")
    return tuple(_image(one) for one in given)


def _image(given: Any) -> bytes:
    try:
        return b64decode(str(given).partition(",")[2] or str(given), validate=True)
    except (NotBase64, ValueError):
        raise Wrong("照片没有存好。") from None
