"""What a check of stored data finds broken (数据不符): which thing, and in one 中文 sentence what is wrong with it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Broken:
    """One thing that does not fit: its key, fit for the ledger, and a sentence that names no person."""

    subject: str
    sentence: str


@dataclass(frozen=True)
class KeptFile:
    """A file of the store that a row relies on."""

    subject: str
    path: str
