"""The file store: complete or absent, addressed by content."""

from hashlib import sha256
from pathlib import Path

import pytest

from shouwang.kernel.filestore import get, put


def test_file_lies_under_the_hash_of_its_content(tmp_path: Path) -> None:
    inside, digest = put(tmp_path, "batches", b"rows", ".parquet")

    assert digest == sha256(b"rows").hexdigest()
    assert inside == f"batches/{digest[:2]}/{digest}.parquet"
    assert get(tmp_path, inside) == b"rows"


def test_same_content_is_kept_once(tmp_path: Path) -> None:
    first, second = put(tmp_path, "batches", b"rows", ".parquet"), put(tmp_path, "batches", b"rows", ".parquet")

    assert first == second
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{first[1]}.parquet"]


def test_flipped_bit_is_noticed(tmp_path: Path) -> None:
    inside, _ = put(tmp_path, "batches", b"rows", ".parquet")
    (tmp_path / inside).write_bytes(b"rowt")

    with pytest.raises(ValueError, match="指纹不符"):
        get(tmp_path, inside)
