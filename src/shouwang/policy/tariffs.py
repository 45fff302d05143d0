"""Tariffs (算法): what is paid to others than residents and households — workshops, villages, lenders — worked out from a
few stated inputs by the same expression language, parameters and dates as benefits.
"""

from __future__ import annotations

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


@dataclass(frozen=True)
class TariffCase:
    """A worked example of a tariff: inputs in, what must come out."""

    name: str
    as_of: Any
    given: dict[str, Any]
    expect: dict[str, Any]
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
        sources = {"households": self.inputs}
        return Definitions(sources, dict(parameters), benefits={self.definition.name: self.definition})


def load_tariffs(folder: Path) -> dict[str, Tariff]:
    """Read ``tariffs/`` of a pack folder. Raises InputError with file and line."""
    return each(folder / "tariffs", "tariff", KEYS, _tariff)


def _tariff(document: Document) -> Tariff:
    document.require("inputs", "payee")
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
    if not isinstance(spec, dict) or set(spec) != CASE_KEYS:
        raise document.fault(where, f"算例要写明 {'、'.join(sorted(CASE_KEYS))}")
    line = document.line(where)
    return TariffCase(str(spec["case"]), spec["as_of"], spec["given"], spec["expect"], str(document.path), line)
