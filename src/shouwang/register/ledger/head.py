"""The head of the ledger outside the database (链头): the last seal's number and hash, in a file beside the keys.

Whoever can change every row of the database, keys of the chain included, cannot change this file; and a database put
back from an old backup is noticed before anything is sealed on top of it.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point


class HeadLost(Refusal):
    """The database lacks seals that this installation has given (封存缺失): restored from a backup, or cut off."""


@dataclass(frozen=True)
class Head:
    """A seal by number and hash."""

    number: int
    hash: str


def kept_head() -> Head | None:
    """The last seal that this installation knows to have given; None before the first."""
    path = Path(settings.LEDGER_HEAD_FILE)
    return Head(**json.loads(path.read_text())) if path.exists() else None


def keep_head(head: Head) -> None:
    """Write the head down, whole or not at all."""
    path = Path(settings.LEDGER_HEAD_FILE)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    with aside.open("w") as file:
        json.dump(asdict(head), file)
        file.flush()
        os.fsync(file.fileno())
    fault_point("ledger.head.written")
    aside.rename(path)
