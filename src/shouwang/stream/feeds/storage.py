"""Tables of deliveries in the store (送达数据的存放): batches in Parquet, addressed by their content."""

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from shouwang.kernel import filestore


def put_table(kind: str, table: pa.Table) -> tuple[str, str]:
    """Keep a table as Parquet; gives back its path and the SHA-256 of the file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return filestore.put(settings.STORE, kind, sink.getvalue().to_pybytes(), ".parquet")


def get_table(path: str) -> pa.Table:
    """A kept table."""
    return pq.read_table(settings.STORE / path)
