"""OpenFisca over everyone: builds the system of variables, sets the inputs, asks for every benefit, writes what it found."""

from __future__ import annotations

import datetime
import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from benchmarks.benefits_policy import AS_OF
from benchmarks.openfisca_policy import numbers
from benchmarks.openfisca_values import MOST, VARIABLES, Array, Household, Number, Resident, Truth, declare, number

MODULES = ("openfisca_people", "openfisca_homes", "openfisca_aid", "openfisca_services")
HOUSEHOLDS = (
    "dibao_borderline", "dibao_gap", "rigid_expenditure_hardship", "temporary_aid_emergency",
    "temporary_aid_expenditure", "dibao_gap_after_rigid", "temporary_aid_after_four_layers",
)  # fmt: skip
RESIDENTS = (
    "dibao_single_person", "insurance_premium_subsidy", "medical_aid", "rain_dew", "severe_disability_care",
    "tekun_care", "tekun_support", "broker_subsidy", "dibao_single_person_local", "insurance_premium_low_income",
    "public_post_subsidy", "school_leaver_allowance", "tekun_care_collective", "training_allowance", "travel_subsidy",
)  # fmt: skip
MONTH = f"{AS_OF:%Y-%m}"
TYPES = {"b": bool, "M": datetime.date}
Arrays = Mapping[str, Mapping[str, Array]]


def system(inputs: Arrays, changes: Mapping[str, str]) -> TaxBenefitSystem:
    """The variables of all modules and of the inputs, and the numbers of policy."""
    for module in MODULES:
        importlib.import_module(f"benchmarks.{module}")
    for entity, columns in ((Resident, inputs["resident"]), (Household, inputs["household"])):
        for name, values in columns.items():
            declare(entity, name, TYPES.get(values.dtype.kind, int), {})
    found = TaxBenefitSystem([Resident, Household])
    found.parameters = numbers(changes)
    found.add_variables(*VARIABLES)
    return found


def simulation(rules: TaxBenefitSystem, inputs: Arrays, ids: Mapping[str, Any]) -> Simulation:
    """Everyone in their households, with all inputs set."""
    builder = SimulationBuilder()
    builder.create_entities(rules)
    builder.declare_person_entity("resident", np.arange(len(ids["resident"])))
    homes = builder.declare_entity("household", np.arange(len(ids["household"])))
    builder.join_with_persons(homes, ids["home_of"], roles=np.zeros(len(ids["resident"]), np.int64))
    made = builder.build(rules)
    for columns in inputs.values():
        for name, values in columns.items():
            if values.dtype.kind == "i" and values.size and np.abs(values).max() > MOST:
                raise OverflowError(f"{name} does not fit OpenFisca's integers")
            made.set_input(name, MONTH, values)
    return made


def outcomes(made: Simulation, ids: Mapping[str, Any]) -> Iterator[pa.Table]:
    """Of every benefit: whom it concerns, how, and with how much where it is due."""
    for entity, names in (("household", HOUSEHOLDS), ("resident", RESIDENTS)):
        for name in names:
            yield _outcome(made, name, ids[entity])


def _truth(made: Simulation, name: str) -> Truth:
    yes, known = made.calculate(name, MONTH), made.calculate(f"{name}_known", MONTH)
    return Truth(yes, known & ~yes)


def _outcome(made: Simulation, name: str, ids: pa.ChunkedArray) -> pa.Table:
    held = made.tax_benefit_system.variables
    entitled = _truth(made, name)
    if f"{name}_receiving" in held:
        receiving = _truth(made, f"{name}_receiving")
        ways = {"owed": entitled & ~receiving, "received": entitled & receiving, "undue": receiving & ~entitled}
    else:
        ways = {}
    ways |= {"eligible": entitled}
    words, code = [*ways, "cannot_tell"], np.full(len(ids), -1)
    unknown = np.logical_or.reduce([~way.known for way in ways.values()])
    code[unknown] = len(ways)
    for place, way in reversed([*enumerate(ways.values())]):
        code[way.yes] = place
    at = np.flatnonzero(code >= 0)
    amount = _amount(made, name) if f"{name}_amount" in held else number(0)
    due = entitled.yes[at] & np.broadcast_to(amount.known, len(ids))[at] & (f"{name}_amount" in held)
    return pa.table({
        "benefit": pa.repeat(name, len(at)),
        "id": ids.take(pa.array(at)).combine_chunks(),
        "outcome": pa.array(words).take(pa.array(code[at])),
        "amount": pa.array(np.broadcast_to(amount.value, len(ids))[at].astype(np.int64), mask=~due),
    })  # fmt: skip


def _amount(made: Simulation, name: str) -> Number:
    return Number(made.calculate(f"{name}_amount", MONTH), made.calculate(f"{name}_amount_known", MONTH))


def write(tables: Iterator[pa.Table], path: Path) -> None:
    pq.write_table(pa.concat_tables(tables), path)
