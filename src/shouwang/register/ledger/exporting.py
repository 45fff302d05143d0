"""The ledger as a file (导出台账): one JSON object a line, to be verified anywhere without this program.

Entries in order of their number, then the seals in order of theirs, each with its text and signatures. Fields are the
texts that the hash is made of; `scripts/verify_ledger.py` is the verifier, in plain Python.
"""

import json
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db.models import Max, Min

from shouwang.kernel.signing import load_signing_keys
from shouwang.register.ledger.lines import fields_of, lines_between
from shouwang.register.ledger.models import Entry, Seal
from shouwang.register.ledger.seal_text import text_of

STEP = 50_000


def export_ledger(path: Path, *, say: Callable[[int], None] = lambda rows: None) -> dict[str, int]:
    """Write all entries and seals; gives back how many of each."""
    bounds = Entry.objects.aggregate(low=Min("id"), high=Max("id"))
    public, entries, seals = load_signing_keys(Path(settings.LEDGER_KEY_FILE)).public, 0, 0
    with path.open("w", encoding="utf-8") as file:
        for low in range(bounds["low"] or 0, (bounds["high"] or -1) + 1, STEP):
            for line in lines_between(low, low + STEP):
                file.write(json.dumps({"kind": "entry", **fields_of(line)}, ensure_ascii=False) + "\n")
                entries += 1
            say(entries)
        for seal in Seal.objects.order_by("number").prefetch_related("signatures").defer("leaves").iterator(1000):
            signed = [
                {"key_id": one.key_id, "signature": one.signature, "public_key": public.get(one.key_id, b"").hex()}
                for one in seal.signatures.all()
            ]
            told = {"kind": "seal", "number": seal.number, "text": str(text_of(seal)), "signatures": signed}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
            seals += 1
    return {"entries": entries, "seals": seals}
