"""The probabilistic model (Splink 5 on DuckDB): settings, stored parameters and training; scoring is `scoring`."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from shouwang.engine.linking.agreement import FIELDS, ID, RARITIES, Field, Level, splink_sql

if TYPE_CHECKING:
    from splink import Linker

DEFAULT_MODEL = Path(__file__).parent.parent / "linking_model.json"
# A register smaller than a county says little about how rare a name is: it is weighed as if it had this many people.
SMALLEST_POPULATION = 100_000
SHARED_COLUMNS = ("name", "sound", "heard", "shape", "surname", "id_number", "id_text", "birth_on", "sex", "place_code",
                  "village", "phone", "household_phone")  # fmt: skip
# Numbers of people left to the model are the damaged ones, so their levels are set by what damages numbers, not learnt;
# a number that is the same and was still held back (a relative's card) says nothing for or against.
ID_M = {"same": 5e-4, "near": 0.60, "close": 0.12, "birth": 0.07, "other": 0.21}
ID_U = {"same": 5e-4, "near": 1e-7, "close": 1e-6, "birth": 4e-5, "other": 0.99996}
# A level that training never saw.
LEAST_M, LEAST_U = 5e-4, 1e-9

Model = Mapping[str, Any]


def load_model(model: Model | Path | str | None = None) -> dict[str, Any]:
    """Stored parameters: a mapping as given, a JSON file, or the model that ships with the house."""
    if isinstance(model, Mapping):
        return dict(model)
    loaded: dict[str, Any] = json.loads(Path(model or DEFAULT_MODEL).read_text(encoding="utf-8"))
    return loaded


def untrained_settings() -> dict[str, Any]:
    """Splink settings with the comparisons of `agreement`, before any parameter is known."""
    return {
        "link_type": "link_only",
        "comparisons": [_comparison(field) for field in FIELDS],
        "blocking_rules_to_generate_predictions": ["l.sound = r.sound AND l.place_code = r.place_code"],
        "probability_two_random_records_match": 1e-6,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
    }


def population(residents: int) -> int:
    """The number of people that a register of this size is weighed as."""
    return max(residents, SMALLEST_POPULATION)


def train(con: duckdb.DuckDBPyConnection, *, serial: int, max_pairs: float = 5e6) -> dict[str, Any]:
    """Parameters from data: chance agreement from random pairs, true agreement from pairs that share a valid number.

    Reads candidates_l, candidates_r and labels (record, resident), the pairs of tier 1; returns the stored form.
    """
    linker = _linker(con, untrained_settings(), "candidates_l", "candidates_r", serial)
    linker.training.estimate_u_using_random_sampling(max_pairs=max_pairs, seed=1)
    con.execute("""CREATE OR REPLACE TEMP TABLE label_pairs AS SELECT 'l' AS source_dataset_l, record AS unique_id_l,
        'r' AS source_dataset_r, resident AS unique_id_r FROM labels""")
    api = linker._db_api
    labels = api.register("label_pairs", table_name=f"labels_{serial}")
    linker.training.estimate_m_from_pairwise_labels(labels)
    return _stored(linker.misc.save_model_to_json())


def weight_to_probability(weight: float) -> float:
    """The probability that belongs to a match weight (log2 odds)."""
    return 1.0 / (1.0 + math.pow(2.0, -weight))


def _linker(
    con: duckdb.DuckDBPyConnection, settings: Mapping[str, Any], left: str, right: str, serial: int
) -> "Linker":
    from splink import DuckDBAPI, Linker  # takes a second to import, and only training needs it

    api = DuckDBAPI(con)
    tables = [api.register(left, table_name=f"left_{serial}", dataset_display_name="l"),
              api.register(right, table_name=f"right_{serial}", dataset_display_name="r")]  # fmt: skip
    linker = Linker(tables, dict(settings), log_level=None, validate_settings=False)
    for column in RARITIES:
        rarity = api.register(f"tf_{column}", table_name=f"tf_{column}_{serial}")
        linker.table_management.register_term_frequency_lookup(rarity, column)
    return linker


def _comparison(field: Field) -> dict[str, Any]:
    unknown = {"sql_condition": splink_sql(field.unknown), "label_for_charts": "unknown", "is_null_level": True}
    levels = [_level(field, level) for level in field.levels]
    other = {"sql_condition": "ELSE", "label_for_charts": "other", **_fixed(field, "other")}
    return {"output_column_name": field.name, "comparison_levels": [unknown, *levels, other]}


def _level(field: Field, level: Level) -> dict[str, Any]:
    made = {"sql_condition": splink_sql(level.condition), "label_for_charts": level.code, **_fixed(field, level.code)}
    if level.rarity:
        made |= {"tf_adjustment_column": level.rarity, "disable_tf_exact_match_detection": True}
    return made


def _fixed(field: Field, code: str) -> dict[str, Any]:
    if field is not ID:
        return {}
    return {
        "m_probability": ID_M[code],
        "u_probability": ID_U[code],
        "fix_m_probability": True,
        "fix_u_probability": True,
    }


def _stored(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings without what belongs to one run; a level never seen in training is rare, not impossible."""
    settings.pop("linker_uid", None)
    for comparison in settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                level["m_probability"] = float(f"{max(level.get('m_probability') or 0, LEAST_M):.6g}")
                level["u_probability"] = float(f"{max(level.get('u_probability') or 0, LEAST_U):.6g}")
    return settings
