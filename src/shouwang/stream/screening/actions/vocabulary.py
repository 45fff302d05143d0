"""The words of a run (规则说明): titles, units and clauses as they stood, so that an old warning still explains itself."""

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shouwang.policy import Pack


def vocabulary(pack: "Pack", as_of: date) -> dict[str, Any]:
    """Rules, evidence, thresholds, checks and feeds of a pack by name, for the pages that explain a warning."""
    return {
        "as_of": as_of.isoformat(),
        "rules": {
            name: {
                "title": rule.title,
                "factor": rule.factor,
                "owner": rule.owner,
                "clause": rule.clause,
                "source": rule.source,
                "clears_when": rule.clears_when,
                "verified": rule.verified,
                "levels": rule.levels,
                "evidence": list(rule.evidence),
            }
            for name, rule in pack.rules.items()
        },
        "values": {
            name: {"title": fact.title, "kind": fact.kind.value, "unit": fact.unit, "source": fact.source}
            for name, fact in pack.facts.items()
        }
        | {
            column.name: {"title": column.title, "kind": column.kind.value, "unit": "", "codes": _labels(column.codes)}
            for source in pack.sources.values()
            if source.kind == "register"
            for column in source.columns.values()
            if column.name not in pack.facts
        },
        "thresholds": {
            name: {"title": parameter.title, "kind": parameter.kind.value, "unit": parameter.unit}
            for name, parameter in pack.parameters.items()
        },
        "checks": {name: {"title": check.title, "fix": check.fix} for name, check in pack.checks.items()},
        "feeds": {
            name: {"title": source.title, "unit": source.unit or "", "cadence": source.cadence or ""}
            for name, source in pack.sources.items()
        },
    }


def _labels(codes: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {code: labels[0] for code, labels in codes.items()}
