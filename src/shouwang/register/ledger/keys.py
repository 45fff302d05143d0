"""The keys of this installation (本机密钥), checked against the fingerprints that the database remembers."""

from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from shouwang.kernel.secrets import KeyMissing, Keyring, load_keyring, make_keyring, save_keyring
from shouwang.register.ledger.models import KeyRecord


def open_keys(*, at: datetime) -> Keyring:
    """The keyring for this process; at the very first start it is made and its fingerprints are recorded.

    Raises KeyMissing, naming the key, when the database remembers keys that the key file does not hold: there is no
    start without them and no falling back to plain text.
    """
    path = Path(settings.KEY_FILE)
    with transaction.atomic():
        with connection.cursor() as cursor:  # two processes may start at once
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shouwang keys'))")
        recorded = dict(KeyRecord.objects.values_list("key_id", "fingerprint"))
        if not recorded and not path.exists():
            save_keyring(path, make_keyring(settings.CIPHER_PROFILE))
        keyring = load_keyring(path)
        for key_id, fingerprint in recorded.items():
            if keyring.fingerprints.get(key_id) != fingerprint:
                raise KeyMissing(f"密钥文件 {path} 里没有数据库所用的密钥 {key_id}。", "请放回原来的密钥文件。")
        new = {key_id: mark for key_id, mark in keyring.fingerprints.items() if key_id not in recorded}
        KeyRecord.objects.bulk_create(
            KeyRecord(key_id=key_id, fingerprint=mark, recorded_at=at) for key_id, mark in new.items()
        )
    return keyring


@cache
def keyring() -> Keyring:
    """The keyring that this process works with; `open_keys` has made it at start. Raises KeyMissing."""
    held = load_keyring(Path(settings.KEY_FILE))
    for key_id, fingerprint in KeyRecord.objects.values_list("key_id", "fingerprint"):
        if held.fingerprints.get(key_id) != fingerprint:
            raise KeyMissing(f"密钥文件里没有数据库所用的密钥 {key_id}。", "请放回原来的密钥文件。")
    return held
