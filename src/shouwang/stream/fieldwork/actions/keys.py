"""The key to which phones seal (封装密钥): made at the first download, kept for ever to open what was sealed to it."""

from datetime import datetime

from django.db import connection, transaction

from shouwang.register.ledger.keys import keyring
from shouwang.stream.fieldwork.models import SealingKey
from shouwang.stream.fieldwork.queries.opening import PRIVATE
from shouwang.stream.fieldwork.sealing import key_id_of, make_key


@transaction.atomic
def open_sealing_key(*, at: datetime, new: bool = False) -> SealingKey:
    """The newest key; with `new`, or at the very first time, one is made. Older ones go on opening."""
    with connection.cursor() as cursor:  # two phones may ask at once
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shouwang field key'))")
    newest = SealingKey.objects.order_by("-made_at").first()
    if newest is not None and not new:
        return newest
    private, public = make_key()
    key_id = key_id_of(public)
    sealed = keyring().encrypt(PRIVATE, key_id, private)
    return SealingKey.objects.create(key_id=key_id, public=public, private_cipher=sealed, made_at=at)
