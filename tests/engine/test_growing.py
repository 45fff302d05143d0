"""A feed to which a file is added: it becomes what it would be if all its files were frozen together."""

import os
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.engine import growing
from shouwang.engine.digests import Digests
from shouwang.engine.frozen import Frozen, freeze
from tests.spec.vocabulary import SOURCES

PEOPLE = [f"R{n}" for n in range(1, 6)]
REGISTER = {
    "households": pa.table({"household_id": ["H1", "H2", "H3"], "place_code": ["431003100200"] * 3}),
    "residents": pa.table({"resident_id": PEOPLE, "household_id": ["H1", "H1", "H2", "H3", "H3"]}),
}
# R8 and R9 are not in the register: their rows are left out.
bill = st.fixed_dictionaries(
    {
        "resident_id": st.sampled_from([*PEOPLE, "R8", None]),
        "paid_on": st.none() | st.dates(date(2026, 1, 1), date(2026, 3, 1)),
        "amount": st.none() | st.integers(0, 10**6),
        "kind": st.none() | st.sampled_from(["inpatient", "outpatient", "pharmacy"]),
        "note": st.sampled_from(["", "骨折"]) | st.none(),
    }
)
SCHEMA = pa.schema(
    [("resident_id", pa.string()), ("paid_on", pa.date32()), ("amount", pa.int64()), ("kind", pa.string()),
     ("note", pa.string())]
)  # fmt: skip


def written(folder: Path, **tables: pa.Table) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return {name: folder / f"{name}.parquet" for name in tables}


def bills(rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def frozen_of(folder: Path, files: list[Path]) -> Frozen:
    return freeze(SOURCES, written(folder.parent / "register", **REGISTER), {"bills": files}, folder)


def same(one: Frozen, other: Frozen) -> None:
    first, second = one.tables["bills"], other.tables["bills"]
    for name in ("digest", "columns", "types", "nulls", "rows", "unlinked", "single"):
        assert getattr(first, name) == getattr(second, name), name
    assert first.keys.hid.tolist() == second.keys.hid.tolist()
    assert first.keys.rid.tolist() == second.keys.rid.tolist()
    for name in first.columns:
        a, b = first.column(name), second.column(name)
        assert (a.values.tolist(), a.most) == (b.values.tolist(), b.most), name
        assert a.values.dtype == b.values.dtype
        assert (a.unknown is None) == (b.unknown is None)
        assert a.unknown is None or np.array_equal(a.unknown, b.unknown)
        assert a.words == b.words


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(bill, max_size=8), min_size=2, max_size=4), st.sets(st.sampled_from(SCHEMA.names[1:])))
def test_file_after_file_makes_what_all_files_together_make(tmp_path_factory, parts, asked):
    folder = tmp_path_factory.mktemp("growing")
    files = [written(folder, **{f"part-{n}": bills(rows)})[f"part-{n}"] for n, rows in enumerate(parts)]

    for count in range(1, len(files) + 1):
        grown = frozen_of(folder / "kept", files[:count])
        for name in asked:
            grown.tables["bills"].column(name)

    same(grown, frozen_of(folder / "together", files))


def test_only_the_new_file_is_read(tmp_path, monkeypatch):
    rows = [{"resident_id": "R2", "paid_on": date(2026, 1, 1) + timedelta(n), "amount": n} for n in range(5)]
    files = [written(tmp_path, **{name: bills(rows)})[name] for name in ("a", "b")]
    frozen_of(tmp_path / "kept", files[:1]).tables["bills"].column("amount")
    read = []
    whole = growing.Delivery.column
    monkeypatch.setattr(growing.Delivery, "column", lambda self, c: read.append(self.paths) or whole(self, c))

    assert (
        frozen_of(tmp_path / "kept", files).tables["bills"].column("amount").values.tolist()
        == [100 * n for n in range(5)] * 2
    )

    assert read == [[files[1]]]


def test_a_file_with_other_columns_is_not_put_in(tmp_path):
    rows = [{"resident_id": "R2", "amount": 5}]
    whole, narrow = bills(rows), bills(rows).select(["resident_id", "amount"])
    files = list(written(tmp_path, a=whole, b=narrow).values())
    frozen_of(tmp_path / "kept", files[:1])

    same(frozen_of(tmp_path / "kept", files), frozen_of(tmp_path / "together", files))


@pytest.fixture
def old_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"one")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def digest(folder: Path | None, path: Path) -> str:
    digests = Digests(folder)
    found = digests.of([path])
    digests.keep()
    return found


def test_a_file_that_was_not_touched_is_recognised_without_reading_it(tmp_path, old_file):
    first = digest(tmp_path, old_file)
    old_file.write_bytes(b"two")
    os.utime(old_file, (1_700_000_000, 1_700_000_000))  # nobody does this by accident

    assert digest(tmp_path, old_file) == first
    assert digest(None, old_file) != first


def test_a_file_that_was_touched_is_read_again(tmp_path, old_file):
    first = digest(tmp_path, old_file)
    old_file.write_bytes(b"two")

    assert digest(tmp_path, old_file) != first


def test_a_file_written_a_moment_ago_is_read_again(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"one")
    at = path.stat().st_mtime_ns
    first = digest(tmp_path, path)
    path.write_bytes(b"two")
    os.utime(path, ns=(at, at))  # the clock of the disk had not gone on

    assert digest(tmp_path, path) != first
