"""Ways of linking that the benchmark compares, and how one run is measured."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from shouwang.stream.linkage.matching import link_records

IDENTITY = ("name", "id_number", "birth_on", "sex", "place_name", "phone")


def ours(records: pa.Table, residents: pa.Table, households: pa.Table, places: pa.Table) -> pa.Table:
    """Shouwang with the stored model."""
    return link_records(records, residents, households, places=places).links.select(["row_no", "resident_id"])


def exact_ids(records: pa.Table, residents: pa.Table, households: pa.Table, places: pa.Table) -> pa.Table:
    """Equality of the numbers as they stand, nothing else."""
    con = duckdb.connect()
    con.register("records", records.append_column("row_no", pa.array(range(len(records)), pa.int64())))
    con.register("residents", residents)
    return con.sql("SELECT row_no, resident_id FROM records JOIN residents USING (id_number)").to_arrow_table()


def splink_defaults(records: pa.Table, residents: pa.Table, households: pa.Table, places: pa.Table) -> pa.Table:
    """Splink as its documentation introduces it: library comparisons of raw columns, trained, best above 0.95."""
    con = duckdb.connect(config={"memory_limit": "8GB"})
    con.register("raw_records", records.append_column("unique_id", pa.array(range(len(records)), pa.int64())))
    con.register("raw_residents", residents.append_column("unique_id", pa.array(range(len(residents)), pa.int64())))
    con.register("households", households)
    con.register("places", places)
    columns = "unique_id, t.name, id_number, birth_on, sex"
    con.execute(f"CREATE TABLE left_side AS SELECT {columns}, place_name, phone FROM raw_records t")
    con.execute(f"""CREATE TABLE right_side AS
        SELECT {columns}, p.name AS place_name, coalesce(t.phone, h.phone) AS phone FROM raw_residents t
        JOIN households h USING (household_id) LEFT JOIN places p ON p.place_code = h.place_code""")
    api = DuckDBAPI(con)
    sides = [api.register("left_side", dataset_display_name="l", table_name="l"),
             api.register("right_side", dataset_display_name="r", table_name="r")]  # fmt: skip
    linker = Linker(sides, _library_settings(), log_level=None)
    same_number = block_on("id_number")
    linker.training.estimate_probability_two_random_records_match([same_number], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(same_number)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name", "birth_on"))
    predicted = linker.inference.predict(threshold_match_probability=0.95, warning_mode="never").physical_name
    best = f"""SELECT unique_id_l AS row_no, arg_max(unique_id_r, match_weight) AS row FROM {predicted} GROUP BY 1"""
    return con.sql(
        f"SELECT row_no, resident_id FROM ({best}) b JOIN raw_residents r ON r.unique_id = b.row"
    ).to_arrow_table()


def _library_settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("name"),
            cl.DateOfBirthComparison("birth_on", input_is_string=False),
            cl.DamerauLevenshteinAtThresholds("id_number", [1, 2]),
            cl.ExactMatch("sex"),
            cl.ExactMatch("place_name"),
            cl.ExactMatch("phone"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("id_number"), block_on("name", "birth_on"), block_on("name", "place_name"),
            block_on("birth_on", "place_name"),
        ],
    )  # fmt: skip


WAYS: dict[str, Callable[[pa.Table, pa.Table, pa.Table, pa.Table], pa.Table]] = {
    "shouwang": ours, "splink defaults": splink_defaults, "exact id only": exact_ids,
}  # fmt: skip


def measure(way: str, folder: Path, records: str) -> dict[str, Any]:
    """One way on one set of records: wall and CPU seconds without reading files, peak memory, quality."""
    table = pq.read_table(folder / f"{'departments' if records == 'bare' else records}.parquet")
    if records == "bare":
        for name in ("sex", "place_name", "phone"):
            at = table.column_names.index(name)
            table = table.set_column(at, name, pa.nulls(len(table), table.schema.field(name).type))
    register = [pq.read_table(folder / f"register/{name}.parquet") for name in ("residents", "households")]
    places = pq.read_table(folder / "places.parquet")
    wall, cpu = time.perf_counter(), time.process_time()
    links = WAYS[way](table.select(list(IDENTITY)), *register, places)
    times = {"seconds": round(time.perf_counter() - wall, 1), "cpu_seconds": round(time.process_time() - cpu, 1)}
    return {**times, "peak_mb": _peak_mb(), **quality(links, table["truth"].to_pylist(), table["kinds"].to_pylist())}


def _peak_mb() -> int:
    """Most memory this process has held; on Linux of this process alone, a child's getrusage remembers its parent."""
    status = Path("/proc/self/status")
    if status.is_file():
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def quality(links: pa.Table, truth: list[str | None], kinds: list[str]) -> dict[str, Any]:
    """Precision over links, recall over records whose person is in the register, recall per kind of slip."""
    meant = np.array([resident or "" for resident in truth], dtype=object)
    found = np.full(len(meant), "", dtype=object)
    found[links["row_no"].to_numpy()] = [resident or "" for resident in links["resident_id"].to_pylist()]
    right, known = (found == meant) & (meant != ""), meant != ""
    linked, wrong = int((found != "").sum()), int(((found != "") & (found != meant)).sum())
    rows = {kind: np.array([kind in slips.split("+") for slips in kinds]) & known for kind in _names(kinds)}
    rows = {kind: mask for kind, mask in rows.items() if mask.any()}
    return {
        "linked": linked, "wrong": wrong,
        "precision": 1 - wrong / max(1, linked), "recall": float(right.sum() / max(1, known.sum())),
        "records_per_kind": {kind: int(mask.sum()) for kind, mask in rows.items()},
        "recall_per_kind": {kind: float(right[mask].sum() / mask.sum()) for kind, mask in rows.items()},
    }  # fmt: skip


def _names(kinds: list[str]) -> list[str]:
    return sorted({kind for slips in set(kinds) for kind in slips.split("+")})
