"""Sending a form once (重复提交): the second time it is the same one, whatever happened to the connection between."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.keys import keyring
from shouwang.stream.self_service.models import Sending

KEY = re.compile(r"[A-Za-z0-9_-]{22,64}")


class SentOtherwise(Refusal):
    """The form was sent before with another content (同一张表，内容变了)."""

    def __init__(self, sending: Sending) -> None:
        super().__init__(
            "这张表刚才已经收到过一份，和现在写的不一样。", "如果是另一件事或者另一个人，请再按一次“交上去”。"
        )
        self.sending = sending


def begin_sending(*, form_key: str, kind: str, content: tuple[str, ...], at: datetime) -> tuple[Sending, bool]:
    """The sending of a form and whether it is new. Raises Refusal for a form without a key, SentOtherwise."""
    if not KEY.fullmatch(form_key):
        raise Refusal("这张表不完整。", "请回到上一页，重新打开。")
    ring = keyring()
    fingerprint = ring.lookup("self_service.content", "\x1f".join(content))
    made = Sending(
        key_lookup=ring.lookup("self_service.form", f"{kind}:{form_key}"),
        kind=kind,
        content_hash=fingerprint,
        sent_at=at,
    )
    try:
        with transaction.atomic():  # whoever sends the same at the same time waits here for the first one
            made.save(force_insert=True)
    except IntegrityError:
        found = Sending.objects.get(key_lookup=made.key_lookup)
        if found.content_hash != fingerprint:
            raise SentOtherwise(found) from None
        return found, False
    return made, True
