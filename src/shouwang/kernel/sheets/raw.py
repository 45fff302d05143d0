"""A table as it stands in the file (原表): texts and kinds of cells, before any contract is applied to it."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import pyarrow as pa

INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")


@dataclass
class RawTable:
    """Rows of a file: ``rows`` are numbers as Excel shows them, ``texts[i]`` and ``kinds[i]`` the i-th column.

    ``ragged`` lists rows that have the wrong number of columns: (row number, 中文 reason, text of the row).
    """

    rows: np.ndarray
    texts: list[pa.StringArray]
    kinds: list[np.ndarray]
    notes: list[str] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    ragged: list[tuple[int, str, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def keep(self, marks: np.ndarray) -> RawTable:
        """The same table with only the marked rows."""
        if marks.all():
            return self
        mask = pa.array(marks)
        texts = [text.filter(mask) for text in self.texts]
        kinds = [kind[marks] for kind in self.kinds]
        return RawTable(self.rows[marks], texts, kinds, self.notes, self.about, self.ragged)

    def since(self, start: int) -> RawTable:
        """The same table without its first ``start`` rows."""
        texts = [text.slice(start) for text in self.texts]
        kinds = [kind[start:] for kind in self.kinds]
        return RawTable(self.rows[start:], texts, kinds, self.notes, self.about, self.ragged)

    def row_texts(self, place: int) -> list[str]:
        """The texts of one row; an empty cell is an empty text."""
        return [text[place].as_py() or "" for text in self.texts]


def write_raw(table: RawTable, out: BinaryIO) -> None:
    """Write a raw table as an Arrow stream, with notes and ragged rows in its metadata."""
    names = ["row"] + [f"t{i}" for i in range(len(table.texts))] + [f"k{i}" for i in range(len(table.kinds))]
    arrays = [pa.array(table.rows, pa.int64()), *table.texts, *(pa.array(kind, pa.uint8()) for kind in table.kinds)]
    about = json.dumps({"notes": table.notes, "about": table.about, "ragged": table.ragged})
    batch = pa.record_batch(arrays, names=names).replace_schema_metadata({"raw": about})
    with pa.ipc.new_stream(out, batch.schema) as writer:
        writer.write_batch(batch)


def read_raw(data: pa.Buffer) -> RawTable:
    """Read what write_raw wrote, without copying the columns."""
    reader = pa.ipc.open_stream(data)
    about = json.loads(reader.schema.metadata[b"raw"])
    batch = reader.read_next_batch()
    width = (batch.num_columns - 1) // 2
    return RawTable(
        rows=batch.column(0).to_numpy(),
        texts=[batch.column(1 + i) for i in range(width)],
        kinds=[batch.column(1 + width + i).to_numpy() for i in range(width)],
        notes=about["notes"],
        about=about["about"],
        ragged=[(row, reason, text) for row, reason, text in about["ragged"]],
    )


def normalise_header(text: str) -> str:
    """One form for header variants (表头归一): full width, blanks, required stars and colons make no difference."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
    return plain.strip("*:'\"‘’“”、.·")
