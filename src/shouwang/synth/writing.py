"""Writing (写出): the tables of all blocks into one Parquet file each, while the next block is being made."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP = 131_072


class Folder:
    """A folder of Parquet files that grow block by block; one thread writes while another computes."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.writers: dict[str, pq.ParquetWriter] = {}
        self.rows: dict[str, int] = {}
        self.pool = ThreadPoolExecutor(max_workers=1)
        self.pending: Future[None] | None = None

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if self.pending is not None:
                self.pending.result()
        finally:
            self.pool.shutdown()
            for writer in self.writers.values():
                writer.close()

    def add(self, tables: dict[str, pa.Table]) -> None:
        """Append the tables ("feeds/loans" → table); waits for those given before, so that memory stays bounded."""
        if self.pending is not None:
            self.pending.result()
        for name, table in tables.items():
            self.rows[name] = self.rows.get(name, 0) + len(table)
        self.pending = self.pool.submit(self._write, tables)

    def _write(self, tables: dict[str, pa.Table]) -> None:
        for name, table in tables.items():
            self._writer(name, table.schema).write_table(table, row_group_size=ROW_GROUP)

    def _writer(self, name: str, schema: pa.Schema) -> pq.ParquetWriter:
        if name not in self.writers:
            path = self.out / f"{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            self.writers[name] = pq.ParquetWriter(path, schema, compression="zstd", store_decimal_as_integer=True)
        return self.writers[name]
