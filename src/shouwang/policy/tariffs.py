"""Tariffs (算法): what is paid to others than residents and households — workshops, villages, lenders — worked out from a
few stated inputs by the same expression language, parameters and dates as benefits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shouwang.engine.model import BenefitDef, Column, Parameter, Source
from shouwang.engine.program import Definitions
from shouwang.policy.definitions import GROUNDS, PAYMENT, each, grounds, payment
from shouwang.policy.reading import Document
from shouwang.policy.sources import column

KEYS = GROUNDS | PAYMENT | {"tariff", "payee", "inputs", "cases"}
CASE_KEYS = {"case", "as_of", "given", "expect"}
WORD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class TariffCase:
    """A worked example of a tariff: inputs in, what must come out."""

    name: str
    as_of: Any
    given: dict[str, Any]
    expect: dict[str, Any]
    parameters: dict[str, Any]
    file: str
    line: int


@dataclass(frozen=True)
class Tariff:
    """A formula over stated inputs for a payee (收款方) that is neither resident nor household."""

    definition: BenefitDef
    payee: str
    inputs: Source
    cases: tuple[TariffCase, ...]

    @property
    def title(self) -> str:
        return self.definition.title

    def definitions(self, parameters: Mapping[str, Parameter]) -> Definitions:
        """Its own small world: the inputs are the one row there is."""
        one = self.definition
        texts = [*(ground.when for ground in (*one.grounds, *one.exclusions)), one.amount, one.cap, one.because]
        used = _used(parameters, " ".join(text or "" for text in texts))
        return Definitions({"households": self.inputs}, used, benefits={one.name: one})


def _used(parameters: Mapping[str, Parameter], text: str) -> dict[str, Parameter]:
    """The parameters that a text names, and those that their formulas name."""
    found: dict[str, Parameter] = {}
    names = WORD.findall(text)
    while names:
        name = names.pop()
        if name in parameters and name not in found:
            found[name] = one = parameters[name]
            dated = (value for values in (one.values, *one.places.values()) for value in values)
            names += [word for value in dated for word in WORD.findall(value.formula or "")]
    return found


def load_tariffs(folder: Path) -> dict[str, Tariff]:
    """Read ``tariffs/`` of a pack folder. Raises InputError with file and line."""
    return each(folder / "tariffs", "tariff", KEYS, _tariff)


def _tariff(document: Document) -> Tariff:
    document.require("inputs", "payee")
    if not isinstance(document["inputs"], dict) or not all(
        isinstance(one, dict) for one in document["inputs"].values()
    ):
        raise document.fault("inputs", "inputs 要写明每个输入的 type 和 title")
    inputs = {name: column(document, name, spec, key="inputs") for name, spec in document["inputs"].items()}
    # Numbers may differ by place, so that every tariff may be asked for one.
    inputs.setdefault("place_code", Column("place_code", "text", "行政区划代码"))
    return Tariff(
        definition=BenefitDef(**grounds(document, "tariff"), **payment(document), entity="household"),
        payee=str(document["payee"]),
        inputs=Source("households", "输入", "register", "household", None, None, None, (), inputs),
        cases=tuple(_case(document, number, spec) for number, spec in enumerate(document.get("cases", ()))),
    )


def _case(document: Document, number: int, spec: Any) -> TariffCase:
    where = ("cases", number)
    if not isinstance(spec, dict) or set(spec) - {"parameters"} != CASE_KEYS:
        raise document.fault(where, f"算例要写明 {'、'.join(sorted(CASE_KEYS))}，可以再写 parameters")
    return TariffCase(
        name=str(spec["case"]),
        as_of=spec["as_of"],
        given=spec["given"],
        expect=spec["expect"],
        parameters=spec.get("parameters") or {},
        file=str(document.path),
        line=document.line(where),
    )
