"""Linkage without labels (无标注匹配): weights learnt from the two files themselves, for registers no model was trained for.

Fellegi and Sunter's model: chance agreement is counted on random pairs, true agreement by expectation maximisation over
the pairs that the blocks bring together. Nobody says which pairs are right, neither before nor afterwards.
"""

import math
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shouwang.engine.linking import columns
from shouwang.engine.linking.agreement import Field, evidence_sql, ranks_sql
from shouwang.engine.linking.decisions import ACCEPTED_FROM, MOST_CANDIDATES, REVIEWED_FROM
from shouwang.engine.linking.linkage import Linked
from shouwang.engine.linking.scheme import Scheme
from shouwang.engine.linking.scoring import terms

RANDOM_PAIRS = 100_000
# Where learning begins, and what stays believed of a level that few pairs show: so many pairs stand for it.
_TRUE_AT_FIRST, _TRUE_PAIRS = 0.9, 5.0
_CHANCE_AT_FIRST, _CHANCE_PAIRS = 0.01, 1.0
_MOST_ROUNDS, _SETTLED = 200, 1e-6

Shares = dict[str, npt.NDArray[np.float64]]


@dataclass(frozen=True)
class Patterns:
    """How often pairs agreed in which way: one row of ranks per pattern, -1 for unknown, and its number of pairs."""

    ranks: dict[str, npt.NDArray[np.int64]]
    pairs: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Learnt:
    """Shares of every field's ranks among true pairs and among chance pairs, and how many true pairs there are."""

    true: Shares
    chance: Shares
    matches: float


def link_unlabelled(records: pa.Table, people: pa.Table, *, scheme: Scheme, same_people: bool = False) -> Linked:
    """Link records to people by a scheme, as `Linkage.link` does: links, candidates for review, and who is left.

    people needs resident_id. A record may be about a relative whom the register does not know, so beside belief a link
    needs what the scheme calls sure. same_people says that both are lists of the same people, each named once: then a
    twin would stand in both and compete, as do records that ask for one person, and belief alone decides.
    Meant for lists of some ten thousand: a value that very many share is not left out of the blocks here.
    """
    with duckdb.connect(":memory:") as con:
        _load(con, records, people, scheme)
        pair = "SELECT l.row AS record, r.row AS resident FROM lefts l JOIN rights r ON"
        found = " UNION ".join(f"{pair} {block.join_sql()}" for block in scheme.blocks)
        rarities = ", ".join(f"l.tf_{column}" for column in scheme.rarities)
        con.execute(f"""CREATE TABLE compared AS SELECT p.*, {rarities}, {ranks_sql(scheme.fields)}
            FROM ({found}) p JOIN lefts l ON l.row = p.record JOIN rights r ON r.row = p.resident""")
        learnt = learn(scheme.fields, _patterns(con, scheme, "compared"), _random_patterns(con, scheme), len(records),
                       len(people))  # fmt: skip
        _decide(con, scheme, learnt, len(records) * len(people), same_people=same_people)
        return _told(con, scheme, people)


def learn(fields: tuple[Field, ...], met: Patterns, random: Patterns, records: int, people: int) -> Learnt:
    """Shares that explain the patterns best: each pattern is so far a true one as its likelihood says, and again.

    Pairs that met in a block agree more often than chance even where they are wrong, so they have shares of their own
    while learning; random pairs, less the true ones among them, say what agreement is worth.
    """
    starts = {field.name: _start(field, _TRUE_AT_FIRST, at_top=True) for field in fields}
    least = {field.name: _start(field, _CHANCE_AT_FIRST, at_top=False) for field in fields}
    every = records * people
    chance = wrong = _shares(fields, random, random.pairs, least, _CHANCE_PAIRS)
    true, matches = starts, min(records, people, met.pairs.sum() / 2)
    for _ in range(_MOST_ROUNDS if len(met.pairs) else 0):
        belief = _belief(met, matches / max(1.0, met.pairs.sum()), true, wrong)
        true = _shares(fields, met, belief * met.pairs, starts, _TRUE_PAIRS)
        wrong = _shares(fields, met, (1 - belief) * met.pairs, least, _CHANCE_PAIRS)
        chance = _shares(
            fields, random, (1 - _belief(random, matches / every, true, chance)) * random.pairs, least, _CHANCE_PAIRS
        )
        before, matches = matches, float((belief * met.pairs).sum())
        if abs(matches - before) <= _SETTLED * matches:
            break
    return Learnt(true, chance, matches)


def _load(con: duckdb.DuckDBPyConnection, records: pa.Table, people: pa.Table, scheme: Scheme) -> None:
    """Tables lefts (with how common their values are among the people) and rights."""
    for side, table in (("left", records), ("right", people)):
        con.register(f"arrow_{side}", scheme.columns(table))
    con.execute("CREATE TABLE rights AS FROM arrow_right")
    joins = ""
    for column in scheme.rarities:
        con.execute(f"""CREATE TABLE tf_{column} AS SELECT {column}, count(*) / {max(1, len(people))}.0 AS tf_{column}
            FROM rights WHERE {column} IS NOT NULL GROUP BY {column}""")
        joins += f" LEFT JOIN tf_{column} USING ({column})"
    con.execute(f"CREATE TABLE lefts AS FROM arrow_left {joins}")


def _patterns(con: duckdb.DuckDBPyConnection, scheme: Scheme, source: str) -> Patterns:
    names = [f"g_{field.name}" for field in scheme.fields]
    counted = con.execute(f"SELECT {', '.join(names)}, count(*) AS pairs FROM {source} GROUP BY ALL").fetchnumpy()
    ranks = {field.name: counted[f"g_{field.name}"].astype(np.int64) for field in scheme.fields}
    return Patterns(ranks, counted["pairs"].astype(np.float64))


def _random_patterns(con: duckdb.DuckDBPyConnection, scheme: Scheme) -> Patterns:
    """Every record beside some people drawn by a hash, so that the same files always learn the same."""
    lefts, rights = (con.execute(f"SELECT count(*) FROM {side}").fetchall()[0][0] for side in ("lefts", "rights"))
    draws = min(rights, 1 + RANDOM_PAIRS // max(1, lefts))
    return _patterns(con, scheme, f"""(SELECT {ranks_sql(scheme.fields)} FROM lefts l, range({draws}) t(draw)
        JOIN rights r ON r.row = hash(l.row, t.draw) % {max(1, rights)})""")  # fmt: skip


def _start(field: Field, likely: float, *, at_top: bool) -> npt.NDArray[np.float64]:
    """Most of all pairs at the most specific level, or a little at each level but 'other'."""
    levels = len(field.levels)
    if at_top:
        return np.array([*[(1 - likely) / levels] * levels, likely])
    return np.array([1 - likely * levels, *[likely] * levels])


def _shares(
    fields: tuple[Field, ...], patterns: Patterns, weights: npt.NDArray[np.float64], starts: Shares, standing: float
) -> Shares:
    found = {}
    for field in fields:
        ranks = patterns.ranks[field.name]
        known = ranks >= 0
        counted = np.bincount(ranks[known], weights[known], len(field.levels) + 1) + standing * starts[field.name]
        found[field.name] = counted / counted.sum()
    return found


def _belief(patterns: Patterns, share: float, true: Shares, chance: Shares) -> npt.NDArray[np.float64]:
    """How far each pattern is one of true pairs."""
    share = min(max(share, 1e-12), 1 - 1e-12)
    odds = np.full(len(patterns.pairs), math.log(share / (1 - share)))
    for name, ranks in patterns.ranks.items():
        odds += np.where(ranks < 0, 0.0, np.log(true[name] / chance[name])[np.maximum(ranks, 0)])
    belief: npt.NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    return belief


def _model(fields: tuple[Field, ...], learnt: Learnt) -> dict[str, Any]:
    """The learnt shares in the form of a stored model."""
    comparisons = []
    for field in fields:
        codes = [*(level.code for level in field.levels), "other"]
        shares = learnt.true[field.name], learnt.chance[field.name]
        levels = [
            {"label_for_charts": code, "m_probability": float(shares[0][at]), "u_probability": float(shares[1][at])}
            for code, at in ((code, field.rank(code)) for code in codes)
        ]
        comparisons.append({"output_column_name": field.name, "comparison_levels": levels})
    return {"comparisons": comparisons}


def _decide(con: duckdb.DuckDBPyConnection, scheme: Scheme, learnt: Learnt, every: int, *, same_people: bool) -> None:
    """Tables taken and reviewed, by each pair's share of belief among all that compete with it and "none of them"."""
    prior = min(max(learnt.matches, 1.0) / max(2, every), 0.5)
    weight = " + ".join([str(math.log2(prior / (1 - prior))), *terms(_model(scheme.fields, learnt), scheme.fields)])
    rivals = "+ sum(odds) OVER (PARTITION BY resident) - odds" if same_people else ""
    con.execute(f"""CREATE TABLE weighed AS
        SELECT *, round(odds / (1 + sum(odds) OVER (PARTITION BY record) {rivals}), 6) AS p
        FROM (SELECT *, pow(2, least(60, greatest(-60, {weight}))) AS odds FROM compared)""")
    sure = "true" if same_people else scheme.sure
    con.execute(f"CREATE TABLE taken AS FROM weighed WHERE p >= {ACCEPTED_FROM} AND {sure}")
    free = "AND resident NOT IN (SELECT resident FROM taken)" if same_people else ""
    con.execute(f"""CREATE TABLE reviewed AS
        SELECT *, row_number() OVER (PARTITION BY record ORDER BY odds DESC, resident) AS place FROM weighed
        WHERE p >= {REVIEWED_FROM} AND record NOT IN (SELECT record FROM taken) {free}
        QUALIFY place <= {MOST_CANDIDATES}""")


def _told(con: duckdb.DuckDBPyConnection, scheme: Scheme, people: pa.Table) -> Linked:
    shown = f"record::BIGINT AS row_no, resident, p AS score, {evidence_sql('3', fields=scheme.fields)} AS evidence"
    reason = "CASE WHEN p >= 0.05 AND max(place) OVER (PARTITION BY record) > 1 THEN '有多名相近的候选人' ELSE '相符的信息不足' END"
    links = con.sql(f"SELECT {shown}, 3::TINYINT AS tier FROM taken ORDER BY record").to_arrow_table()
    review = con.sql(f"SELECT {shown}, {reason} AS reason FROM reviewed ORDER BY record, place").to_arrow_table()
    left = con.sql("""SELECT row::BIGINT AS row_no FROM lefts WHERE row NOT IN (SELECT record FROM taken)
        AND row NOT IN (SELECT record FROM reviewed) ORDER BY row""").to_arrow_table()
    named = [_named(table, people) for table in (links, review)]
    order = ["row_no", "resident_id", "household_id"]
    return Linked(
        named[0].select([*order, "tier", "score", "evidence"]),
        named[1].select([*order, "score", "reason", "evidence"]),
        left.column("row_no").combine_chunks(),
    )


def _named(found: pa.Table, people: pa.Table) -> pa.Table:
    at = found.column("resident").combine_chunks()
    for name in ("resident_id", "household_id"):
        found = found.append_column(name, columns.text_column(people, name).take(at))
    return found
