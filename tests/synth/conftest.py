"""Two small prefectures made once: one whose feeds are linked, one whose feeds carry identities with slips."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shouwang.synth import make

AS_OF = date(2026, 11, 1)
RESIDENTS = 9_000


@dataclass(frozen=True)
class Prefecture:
    """A made prefecture: where it lies and what the maker said about it."""

    out: Path
    summary: dict[str, Any]
    read: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def table(self, name: str) -> pa.Table:
        """A table such as ``register/residents``."""
        return pq.read_table(self.out / f"{name}.parquet")

    def rows(self, name: str) -> list[dict[str, Any]]:
        """A table as dictionaries, read once."""
        if name not in self.read:
            self.read[name] = self.table(name).to_pylist()
        return self.read[name]


def made(out: Path, **changes: Any) -> Prefecture:
    """Make a prefecture of the usual size and day unless told otherwise."""
    asked = {"residents": RESIDENTS, "seed": 7, "as_of": AS_OF} | changes
    return Prefecture(out, make(out=out, **asked))


@pytest.fixture(scope="session")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Prefecture:
    """All five areas, feeds already linked."""
    return made(tmp_path_factory.mktemp("linked"))


@pytest.fixture(scope="session")
def unlinked(tmp_path_factory: pytest.TempPathFactory) -> Prefecture:
    """All five areas, feeds with identity columns as departments write them."""
    return made(tmp_path_factory.mktemp("unlinked"), linked=False)
