"""What a plan has to answer (要回应的风险): the risks on record, and factors of current warnings that no risk covers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shouwang.register.households.queries import risks_of
from shouwang.register.staff.queries import Actor
from shouwang.stream.screening.queries import household_warnings

if TYPE_CHECKING:
    from datetime import date

    from shouwang.policy import Pack

REVIEW = "negative.review"  # a flag for people to look at, nothing that help could answer


@dataclass(frozen=True)
class Need:
    """One risk or factor (风险或因素) with its 中文 title; `factor` is the factor under which a risk is warned."""

    name: str
    title: str
    factor: str
    is_risk: bool


def needs_of(actor: Actor, household_id: str, pack: "Pack", *, on: "date") -> list[Need]:
    """Risks in the order in which they were found, then the factors of warnings that none of them covers."""
    words = pack.lists["risk_factors"].on(on)
    found = [
        Need(risk, words[risk].title if risk in words else risk, words[risk].of if risk in words else "", True)
        for risk in risks_of(household_id)
    ]
    covered = {need.factor for need in found} | {REVIEW}
    for factor in _warned(actor, household_id):
        if factor not in covered:
            covered.add(factor)
            found.append(Need(factor, factor_title(factor), factor, False))
    return found


def factor_title(factor: str) -> str:
    """A factor of warnings in words."""
    from shouwang.engine.model import FACTORS

    return FACTORS.get(factor, factor)


def need_titles(pack: "Pack", names: list[str]) -> list[str]:
    """Risks and factors in words, whether or not the household still has them."""
    words = pack.lists["risk_factors"].items
    return [words[name].title if name in words else factor_title(name) for name in names]


def counted_kinds(pack: "Pack", *, on: "date") -> dict[str, dict[str, str]]:
    """Risk → kinds of measures that answer it, with their words; a risk that is not there is left to people."""
    columns = pack.sources["measures"].columns["kind"].codes
    found: dict[str, dict[str, str]] = {}
    for item in pack.lists["risk_measures"].on(on).values():
        found.setdefault(item.of, {})[str(item.value)] = columns[str(item.value)][0]
    return found


def _warned(actor: Actor, household_id: str) -> list[str]:
    current = [one for one in household_warnings(actor, household_id) if one.state != "gone"]
    return [one.factor for one in sorted(current, key=lambda one: (one.severity, one.pk))]
