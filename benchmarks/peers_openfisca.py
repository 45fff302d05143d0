"""The 70 rules in OpenFisca, by hand: facts of households and levels of rules as variables, conditions from peers_rules.txt.

OpenFisca holds one value per person or household, so DuckDB sums the feeds per person and household before (the first half of
peers_duckdb.sql); sums over members, facts of households and all rules are OpenFisca's. Unknown values are carried by
a second variable each (openfisca_values.py).
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from openfisca_core.parameters import ParameterNode
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from benchmarks.openfisca_values import (
    UNKNOWN_NUMBER,
    VARIABLES,
    Array,
    Asker,
    Day,
    Household,
    Number,
    Resident,
    Truth,
    day,
    declare,
    first_that_holds,
    number,
    truth,
    variable,
)
from benchmarks.peers_conditions import judge
from benchmarks.peers_duckdb import FACTS, SHOWN, UNDECIDED
from benchmarks.peers_rules import Rule

MONTH = "2026-11"
CODES = {"none": 1, "A": 2, "B": 3, "C": 4, "D": 5}
COMPARED = {operator.gt: "__gt__", operator.ge: "__ge__", operator.lt: "__lt__", operator.le: "__le__"}
DELIVERED = Path(__file__).with_name("peers_openfisca.sql")
PEOPLE = """
SELECT * EXCLUDE (labour), COALESCE(school_stage = 'none', TRUE) AS out_of_school, labour IN ('ordinary', 'skilled') AS able_labour,
    labour IN ('ordinary', 'skilled', 'weak') AS can_work FROM people
"""


def _grown(of: Asker) -> Truth:
    return of.members.number("age") >= 16


def _working_age(of: Asker) -> Truth:
    return _grown(of) & (of.members.number("age") < 60)


def _workers(of: Asker) -> Number:
    said = truth(of.members.truth("working_away").known)
    return of.how_many(_grown(of) & ((of.members.number("age") < 60) | said) & of.members.truth("working_now"))


def _income(of: Asker) -> Number:
    known = [(truth(one.known), one) for one in map(of.number, ("four", "four_earlier", "ledger"))]
    return first_that_holds(*known, otherwise=UNKNOWN_NUMBER)


def _unsafe(grade: str) -> Callable[[Asker], Truth]:
    def unsafe(of: Asker) -> Truth:
        written = of.number("house_grade").equals(CODES[grade])
        return first_that_holds((of.truth("house_checked"), of.truth(f"checked_{grade.lower()}")), otherwise=written)

    return unsafe


def _shocks(of: Asker) -> Number:
    disaster = of.number("disaster_loss_12m")
    held = (
        of.number("household_self_paid_12m") >= 500_000,
        of.number("household_fees_12m") > 1_000_000,
        of.truth("house_unsafe_d") | of.truth("house_unsafe_c") | of.truth("house_collapsed_12m"),
        of.number("water_stopped_days_3m") > 30,
        (of.number("workers_lost") > 0) & of.number("workers_now").equals(0),
        (disaster > of.number("income_30")) & (disaster >= 100_000),
        of.truth("accident_death_12m") | of.truth("accident_disabling_12m"),
        of.number("farming_loss_ratio_12m") >= 5000,
    )
    return Number(sum(one.yes.astype(np.int64) for one in held), np.array(True))  # type: ignore[arg-type]


def _share(percent: int) -> Callable[[Asker], Number]:
    return lambda of: of.number("net_income").share(percent * 100)


def _poor(of: Asker) -> Truth:
    return of.truth("on_dibao") | of.truth("on_tekun")


def _left(of: Asker, paid: str) -> Number:
    return (of.number("net_income") + of.number("claims") - of.number(paid)).divided(of.number("members"))


def _ratio(of: Asker) -> Number:
    net = of.number("net_income")
    found = (of.number("rigid_cost_12m") * 10_000).divided(net)
    return first_that_holds((net > 0, found), otherwise=UNKNOWN_NUMBER)


def _all(of: Asker, held: Truth) -> Truth:
    return of.everyone(held)


HOMES: dict[str, tuple[type, Callable[[Asker], Any]]] = {
    "members": (Number, lambda of: Number(of.population.nb_persons().astype(np.int64), np.array(True))),
    "oldest_age": (Number, lambda of: Number(of.population.max(of.members.number("age").value), np.array(True))),
    "children_only": (Truth, lambda of: _all(of, of.members.number("age") < 18)),
    "only_elderly": (Truth, lambda of: _all(of, of.members.number("age") >= 60)),
    "on_dibao": (Truth, lambda of: of.anyone(of.members.truth("receives_dibao"))),
    "on_tekun": (Truth, lambda of: of.anyone(of.members.truth("receives_tekun"))),
    "children_allowance_now": (Truth, lambda of: of.anyone(of.members.truth("child_allowance_now"))),
    "household_self_paid_12m": (Number, lambda of: of.total(of.members.number("self_paid_12m"))),
    "household_hospital_stays_12m": (Number, lambda of: of.total(of.members.number("hospital_stays_12m"))),
    "household_fees_12m": (Number, lambda of: of.total(of.members.number("fees_net_12m"))),
    "workers_lost": (Number, lambda of: of.how_many(of.members.truth("out_of_work"))),
    "workers_now": (Number, _workers),
    "able_workers": (Number, lambda of: of.how_many(
        _working_age(of) & of.members.truth("able_labour") & of.members.truth("out_of_school"))),
    "no_labour": (Truth, lambda of: ~of.anyone(_grown(of) & of.members.truth("can_work"))),
    "earner_died_6m": (Truth, lambda of: of.anyone(_working_age(of) & of.members.truth("died_6m"))),
    "serious_patients": (Number, lambda of: of.how_many(of.members.truth("seriously_ill"))),
    "severe_disabled_members": (Number, lambda of: of.how_many(of.members.truth("severe_disability"))),
    "noncompulsory_students": (Number, lambda of: of.how_many(of.members.truth("noncompulsory_student"))),
    "dependants": (Number, lambda of: of.number("members") - of.number("able_workers")),
    "net_income": (Number, _income),
    "net_income_per_head": (Number, lambda of: of.number("net_income").divided(of.number("members"))),
    **{f"income_{percent}": (Number, _share(percent)) for percent in (30, 50, 60, 75, 80)},
    "farmland_30": (Number, lambda of: of.number("farmland_mu").share(3000)),
    "farmland_60": (Number, lambda of: of.number("farmland_mu").share(6000)),
    "rigid_cost_12m": (Number, lambda of: of.number("household_self_paid_12m") + of.number("household_fees_12m")
                       + of.number("other_rigid")),
    "rigid_cost_ratio": (Number, _ratio),
    "income_after_medical_per_head": (Number, lambda of: _left(of, "household_self_paid_12m")),
    "income_after_rigid_per_head": (Number, lambda of: _left(of, "rigid_cost_12m")),
    "farming_deficit_12m": (Number, lambda of: (of.number("farming_cost") - of.number("farming_output_12m")).at_least(0)),
    "under_monitoring": (Truth, lambda of: of.truth("watched") & of.truth("not_cleared")),
    "aid_stopped_3m": (Truth, lambda of: of.truth("stopped") & ~_poor(of)),
    "low_income_household": (Truth, lambda of: of.truth("exited") | of.truth("watched") | _poor(of) | of.truth("tagged_low")),
    "house_unsafe_d": (Truth, _unsafe("D")),
    "house_unsafe_c": (Truth, _unsafe("C")),
    "known_shocks": (Number, _shocks),
}  # fmt: skip
OF_HOME: dict[str, tuple[type, Callable[[Asker], Any]]] = {
    "home_income_per_head": (Number, lambda of: of.home.number("net_income_per_head")),
    "home_low_income": (Truth, lambda of: of.home.truth("low_income_household")),
    "on_dibao_at_home": (Truth, lambda of: of.home.truth("on_dibao")),
    "under_monitoring_at_home": (Truth, lambda of: of.home.truth("under_monitoring")),
    "income_after_medical_per_head_at_home": (Number, lambda of: of.home.number("income_after_medical_per_head")),
    "income_after_rigid_per_head_at_home": (Number, lambda of: of.home.number("income_after_rigid_per_head")),
}
AT_HOME = {name.removesuffix("_at_home"): name for name in OF_HOME if name.endswith("_at_home")}
KINDS: dict[str, type] = {name: kind for name, (kind, _) in (HOMES | OF_HOME).items()}


class Words:
    """Conditions over whole arrays that may be unknown."""

    def both(self, one: Truth, other: Truth) -> Truth:
        return one & other

    def either(self, one: Truth, other: Truth) -> Truth:
        return one | other

    def negated(self, one: Truth) -> Truth:
        return ~one

    def compared(self, compare: Callable[[Any, Any], Any], one: Any, other: Any) -> Truth:
        if compare is operator.eq:
            return number(one).equals(other)
        left = number(one) if not isinstance(one, Day) else one
        found: Truth = getattr(left, COMPARED[compare])(other)
        return found

    def times(self, one: Any, other: Any) -> Number:
        return number(one) * other

    def known(self, one: Truth, otherwise: bool) -> Truth:
        return one.or_else(otherwise)

    def plain(self, text: str, kind: str) -> Any:
        return {"number": int, "day": day, "text": CODES.__getitem__, "truth": lambda told: told == "TRUE"}[kind](text)


class _Facts(Mapping[str, Any]):
    def __init__(self, of: Asker, resident: bool) -> None:
        self.of, self.resident = of, resident

    def __getitem__(self, name: str) -> Any:
        name = AT_HOME.get(name, name) if self.resident else name
        kind = KINDS[name]
        return self.of.truth(name) if kind is Truth else self.of.day(name) if kind is Day else self.of.number(name)

    def __iter__(self) -> Iterator[str]:
        return iter(KINDS)

    def __len__(self) -> int:
        return len(KINDS)


def run(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], rules: Sequence[Rule], hits: Path) -> None:
    """Sum the feeds, judge everyone, write the hits."""
    for name, path in tables.items():
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
    for statement in (
        FACTS.read_text(encoding="utf-8").split("-- members and households")[0].rsplit(";", 1)[0].split(";\n")
    ):
        connection.execute(statement)
    # Sorted here: without insertion order DuckDB promises none for a copy of rows.
    people = connection.sql(PEOPLE).to_arrow_table().sort_by("rid")
    homes = connection.sql(DELIVERED.read_text(encoding="utf-8")).to_arrow_table().sort_by("hid")
    _declare(Resident, people.drop_columns(["rid", "hid"]))
    _declare(Household, homes.drop_columns(["hid"]))
    for entity, facts in ((Household, HOMES), (Resident, OF_HOME)):
        for name, (kind, formula) in facts.items():
            _named(formula, name, entity, kind)
    for rule in rules:
        _named(_level(rule), f"rule_{rule.name}", Resident if rule.entity == "resident" else Household, Number)
    made = _simulation(people, homes)
    found = [_hits(made, n, rule, people if rule.entity == "resident" else homes) for n, rule in enumerate(rules)]
    pq.write_table(pa.concat_tables(found), hits)


def _named(formula: Callable[[Asker], Any], name: str, entity: Any, kind: type) -> None:
    def of_name(of: Asker) -> Any:
        return formula(of)

    of_name.__name__ = name
    variable(entity, kind)(of_name)


def _level(rule: Rule) -> Callable[[Asker], Number]:
    words = Words()
    judges = [judge(level, words) for level in rule.levels]

    def level(of: Asker) -> Number:
        facts = _Facts(of, rule.entity == "resident")
        held = [one(facts) for one in judges]
        decided = np.logical_and.reduce(np.broadcast_arrays(*(one.known for one in held)))
        ways = [(one, number(place)) for place, one in enumerate(held, start=1)]
        return first_that_holds(*ways, (truth(~decided), number(UNDECIDED)), otherwise=number(0))

    return level


# --- OpenFisca's own ways ---------------------------------------------------------------------------------------------


def _arrays(table: pa.Table) -> Iterator[tuple[str, type, Array, Array]]:
    for name in table.column_names:
        column = table[name].combine_chunks()
        known = np.asarray(pc.is_valid(column))
        if pa.types.is_boolean(column.type):
            yield name, Truth, np.asarray(column.fill_null(False)), known
        elif pa.types.is_date(column.type):
            days = np.asarray(column.cast(pa.int32()).fill_null(0)).astype("datetime64[D]")
            yield name, Day, days, known
        elif pa.types.is_string(column.type):
            codes = [pc.if_else(pc.equal(column.fill_null(""), word), code, 0) for word, code in CODES.items()]
            yield name, Number, np.sum([np.asarray(code) for code in codes], axis=0), known
        else:
            yield name, Number, np.asarray(column.cast(pa.int64()).fill_null(0)), known


def _declare(entity: Any, table: pa.Table) -> None:
    for name, kind, values, _ in _arrays(table):
        KINDS[name] = kind
        declare(entity, name, {"b": bool, "M": datetime.date}.get(values.dtype.kind, int), {})
        declare(entity, f"{name}_known", bool, {})


def _simulation(people: pa.Table, homes: pa.Table) -> Simulation:
    system = TaxBenefitSystem([Resident, Household])
    system.parameters = ParameterNode("", data={})
    system.add_variables(*VARIABLES)
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("resident", np.arange(len(people)))
    place = np.searchsorted(np.asarray(homes["hid"]), np.asarray(people["hid"]))
    builder.join_with_persons(
        builder.declare_entity("household", np.arange(len(homes))), place, roles=np.zeros(len(people), np.int64)
    )
    made = builder.build(system)
    for table in (people.drop_columns(["rid", "hid"]), homes.drop_columns(["hid"])):
        for name, _, values, known in _arrays(table):
            made.set_input(name, MONTH, values)
            made.set_input(f"{name}_known", MONTH, known)
    return made


def _hits(made: Simulation, place: int, rule: Rule, table: pa.Table) -> pa.Table:
    level = made.calculate(f"rule_{rule.name}", MONTH)
    at = np.flatnonzero(level)
    missing = np.where(level[at] == UNDECIDED, "", None)
    for name, fact in rule.facts.items():
        gap = ~made.calculate(f"{_held(rule, fact)}_known", MONTH)[at] & (level[at] == UNDECIDED)
        missing[gap] += f"{name},"
    values = [_texts(made, _held(rule, fact), fact, table, at) for fact in rule.shown]
    values += [pa.nulls(len(at), pa.string())] * (SHOWN - len(values))
    rid = table["rid"].take(at) if rule.entity == "resident" else pa.nulls(len(at), pa.int64())
    columns = {
        "finding": pa.array(np.full(len(at), place, np.int32)), "level": pa.array(level[at].astype(np.int32)),
        "hid": table["hid"].take(at), "rid": rid, "missing": pa.array(missing, pa.string()),
    }  # fmt: skip
    return pa.table(columns | {f"value_{i}": value for i, value in enumerate(values, start=1)})


def _held(rule: Rule, fact: str) -> str:
    return AT_HOME.get(fact, fact) if rule.entity == "resident" else fact


def _texts(made: Simulation, name: str, fact: str, table: pa.Table, at: Array) -> pa.Array:
    if fact in table.column_names and pa.types.is_string(table[fact].type):
        return table[fact].take(at).combine_chunks()
    value, known = made.calculate(name, MONTH)[at], made.calculate(f"{name}_known", MONTH)[at]
    return pc.cast(pa.array(value.astype("datetime64[D]") if KINDS[name] is Day else value, mask=~known), pa.string())
