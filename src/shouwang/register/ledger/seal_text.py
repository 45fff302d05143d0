"""The text of a seal (封存文本): what is hashed into the chain and signed, made to be read by people too."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

NOTHING_BEFORE = "0" * 64
"""What stands for the seal before the first."""
TEXT = """shouwang ledger seal 1
number: {number}
sealed at: {sealed_at}
entries: {entries}
late: {late}
ids: {ids}
root: {root}
previous: {previous}
"""


@dataclass(frozen=True)
class SealText:
    """What a seal says."""

    number: int
    sealed_at: datetime
    entries: int
    late: int
    ids: str
    root: str
    previous: str

    def __str__(self) -> str:
        at = self.sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
        return TEXT.format(**{**vars(self), "sealed_at": at})

    @property
    def hash(self) -> str:
        """The link that the next seal carries."""
        return sha256(str(self).encode()).hexdigest()


def text_of(seal: object) -> SealText:
    """The text of a kept seal."""
    names = ("number", "sealed_at", "entries", "late", "ids", "root", "previous")
    return SealText(**{name: getattr(seal, name) for name in names})
