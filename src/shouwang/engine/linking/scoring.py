"""Scoring: the match weight of every candidate pair, from the stored model, in one pass of DuckDB SQL."""

import math
from typing import Any

import duckdb

from shouwang.engine.linking.agreement import FIELDS, RARITIES, Field, ranks_sql
from shouwang.engine.linking.model import Model, population

# More pairs than this are scored in parts, by record: a part's hash tables hold so much less.
PAIRS_AT_A_TIME = 500_000
_RARITIES = ", ".join(f"tf_{column}" for column in RARITIES)


def score_pairs(con: duckdb.DuckDBPyConnection, model: Model, *, residents: int, known_share: float) -> None:
    """Score the table pairs (record, resident) into scored: weight, g_*, and what decisions ask of the resident.

    The parameters are the stored ones; only the prior follows the size of the register and the share of the file's
    people that it knows. The weight is what Splink's own predict gives, term by term; that one copies both sides and
    every compared column of every pair, which for a million records is most of the memory and half of the time.
    """
    prior = known_share / (1 - known_share) / population(residents)
    weight = " + ".join([_number(math.log2(prior / (1 - prior))), *terms(model)])
    found = con.execute("SELECT count(*) FROM pairs").fetchall()[0][0]
    parts = 1 + found // PAIRS_AT_A_TIME
    for part in range(parts):
        con.execute(f"""{"INSERT INTO scored" if part else "CREATE OR REPLACE TEMP TABLE scored AS"}
            SELECT * EXCLUDE ({_RARITIES}), {weight} AS weight
            FROM (SELECT p.record, p.resident, r.household, r.id_number IS NULL AS number_missing, r.is_head,
                    {_RARITIES}, {ranks_sql()}
                FROM pairs p JOIN left_over l ON l.row = p.record JOIN residents r ON r.row = p.resident
                WHERE p.record % {parts} = {part} AND l.row % {parts} = {part})""")


def terms(model: Model, fields: tuple[Field, ...] = FIELDS) -> list[str]:
    """What each comparison adds, in the model's order: its level's weight, then what the value's rarity corrects."""
    compared = {field.name: field for field in fields}
    found = []
    for comparison in model["comparisons"]:
        field = compared[comparison["output_column_name"]]
        levels = {level["label_for_charts"]: level for level in comparison["comparison_levels"]}
        found.append(_level_weights(field, levels))
        if any(level.rarity for level in field.levels):
            found.append(_rarity_weights(field, levels))
    return found


def _level_weights(field: Field, levels: dict[str, dict[str, Any]]) -> str:
    codes = [*(level.code for level in field.levels), "other"]
    weights = {
        field.rank(code): math.log2(levels[code]["m_probability"] / levels[code]["u_probability"]) for code in codes
    }
    arms = " ".join(f"WHEN {rank} THEN {_number(weight)}" for rank, weight in weights.items())
    return f"CASE g_{field.name} {arms} ELSE {_number(0.0)} END"


def _rarity_weights(field: Field, levels: dict[str, dict[str, Any]]) -> str:
    """Both sides bear the same value where a level weighs by rarity, so the record's is asked for."""
    arms = " ".join(
        f"WHEN {field.rank(level.code)} THEN "
        f"coalesce({_number(math.log2(levels[level.code]['u_probability']))} - log2(tf_{level.rarity}), 0)"
        for level in field.levels
        if level.rarity
    )
    return f"CASE g_{field.name} {arms} ELSE {_number(0.0)} END"


def _number(value: float) -> str:
    return f"{value!r}::DOUBLE"
