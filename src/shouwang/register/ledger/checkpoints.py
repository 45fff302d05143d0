"""Checkpoints (检查点): the signed head of the ledger for witnesses outside, short for paper or with every leaf.

A short one proves whether anything up to it was rewritten; one with all leaves also names the rows.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from shouwang.kernel.errors import InputError, Refusal
from shouwang.kernel.signing import is_signed, key_id, load_signing_keys
from shouwang.register.ledger.models import Seal
from shouwang.register.ledger.seal_text import text_of

FORMAT = "shouwang ledger checkpoint 1"


@dataclass(frozen=True)
class Batch:
    """What a witness keeps of one seal: which entries, and the leaf of each."""

    number: int
    ids: str
    leaves: bytes


@dataclass(frozen=True)
class Checkpoint:
    """The head of the ledger at a time (检查点), with the key that signed it."""

    number: int
    text: str
    signature: str
    public_key: str
    file: Path | None = None

    @property
    def hash(self) -> str:
        """The hash of the seal that it names."""
        return sha256(self.text.encode()).hexdigest()

    def signed_by(self, keys: dict[str, bytes]) -> bool:
        """Whether one of these keys signed it; without keys at hand its own is believed."""
        public = bytes.fromhex(self.public_key)
        known = not keys or keys.get(key_id(public)) == public
        return known and is_signed(self.text.encode(), bytes.fromhex(self.signature), public)

    def short(self) -> str:
        """One line for paper and two-dimensional codes."""
        return f"SWCP1 {self.number} {self.hash} {self.public_key[:16]}"

    def batches(self) -> Iterator[Batch]:
        """The leaves of every seal, where the file has them."""
        if self.file is not None:
            with self.file.open(encoding="utf-8") as file:
                next(file)
                for line in file:
                    one = json.loads(line)
                    yield Batch(one["number"], one["ids"], b64decode(one["leaves"]))


def current_checkpoint() -> Checkpoint:
    """The last signed seal as a checkpoint. Raises Refusal before the first."""
    seal = Seal.objects.exclude(signatures=None).order_by("-number").defer("leaves").first()
    if seal is None:
        raise Refusal("台账还没有封存过。", "先运行 shouwang ledger seal。")
    signed = seal.signatures.order_by("-id")[0]
    public = load_signing_keys(Path(settings.LEDGER_KEY_FILE)).public[signed.key_id]
    return Checkpoint(seal.number, str(text_of(seal)), signed.signature, public.hex())


def write_checkpoint(checkpoint: Checkpoint, path: Path, *, leaves: bool) -> None:
    """Write it as a JSON line, and with `leaves` one more line for every seal up to it."""
    head = {"format": FORMAT, "number": checkpoint.number, "hash": checkpoint.hash, "text": checkpoint.text}
    head |= {"signature": checkpoint.signature, "public_key": checkpoint.public_key}
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head) + "\n")
        if leaves:
            for seal in Seal.objects.filter(number__lte=checkpoint.number).order_by("number").iterator(chunk_size=200):
                packed = b64encode(bytes(seal.leaves)).decode()
                file.write(json.dumps({"number": seal.number, "ids": seal.ids, "leaves": packed}) + "\n")


def read_checkpoint(path: Path) -> Checkpoint:
    """A checkpoint from a file. Raises InputError when it is none."""
    try:
        with path.open(encoding="utf-8") as file:
            head = json.loads(file.readline())
            more = bool(file.readline())
        if head["format"] != FORMAT:
            raise ValueError(head["format"])
        names = ("number", "text", "signature", "public_key")
        return Checkpoint(**{name: head[name] for name in names}, file=path if more else None)
    except OSError as wrong:
        raise InputError(f"检查点文件 {path} 打不开。", "请核对文件名。") from wrong
    except (ValueError, KeyError, TypeError) as wrong:
        raise InputError("这不是台账检查点。", "请给 shouwang ledger checkpoint 写出的文件。", file=path) from wrong
