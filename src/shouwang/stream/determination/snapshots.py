"""Snapshots of what a decision rested on (决定依据快照): made at the decision, computed again whenever somebody asks.

依据: DESIGN §9.5, SAFETY E-05.
"""

import json
from datetime import date
from hashlib import sha256
from typing import Any

from shouwang.register.procedure.queries import CaseRecord
from shouwang.stream.screening.queries import HouseholdNow

FORMAT = 1


def snapshot_content(now: HouseholdNow, records: list[CaseRecord], evidence: list[str], on: date) -> dict[str, Any]:
    """A household with everything that the rules know of it, and what came out."""
    program = now.file.program
    place = now.file.household.get("place_code")
    found = now.report()
    return {
        "format": FORMAT,
        "as_of": on.isoformat(),
        "pack": now.pack.name,
        "pack_version": now.pack.version,
        "run": now.run.pk if now.run else None,
        "inputs": [{"table": one["table"], "sha256": one["sha256"]} for one in (now.run.inputs if now.run else [])],
        "household": _plain(now.file.household),
        "tables": {name: [_plain(row) for row in rows] for name, rows in sorted(now.file.tables.items())},
        "parameters": {name: _value(resolved.at(place)) for name, resolved in sorted(program.parameters.items())},
        "found": json.loads(json.dumps(_comparable(found), default=str)),
        "evidence": evidence,
        "records": [
            {"number": one.record.number, "act": one.record.act, "sha256": record_digest(one)} for one in records
        ],
    }


def packed(content: dict[str, Any]) -> tuple[bytes, str]:
    """The canonical bytes of a snapshot and their SHA-256."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return written, sha256(written).hexdigest()


def computed_again(content: dict[str, Any], pack: Any) -> list[str]:
    """Compute a snapshot anew by its own rows and numbers; names of what comes out otherwise (empty = reproduced)."""
    from shouwang.engine.backends.memory import HouseholdFile
    from shouwang.policy.computing import compute_file

    as_of = date.fromisoformat(content["as_of"])
    tables = {name: [_engine(row) for row in rows] for name, rows in content["tables"].items()}
    file = HouseholdFile(pack.program(as_of), _engine(content["household"]), tables)
    found = json.loads(json.dumps(_comparable(compute_file(pack, file)), default=str))
    place = file.household.get("place_code")
    numbers = {name: _value(one.at(place)) for name, one in sorted(file.program.parameters.items())}
    differing = [f"parameter {name}" for name in numbers if numbers[name] != content["parameters"].get(name)]
    return differing + [name for name in found if found[name] != content["found"].get(name)]


def record_digest(one: CaseRecord) -> str:
    """The fingerprint of a record as it stands: another word in it would be another fingerprint."""
    record = one.record
    said = [record.number, record.step, record.act, record.actor, record.role, record.at.isoformat(), record.content,
            record.reason_code, sorted(record.evidence), one.words]  # fmt: skip
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _comparable(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in ("facts", "resident_facts", "warnings", "undecided", "gates")}


def _plain(row: Any) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if value is None or isinstance(value, bool | int | str):
        return value
    return {"number": str(value)}


def _engine(row: dict[str, Any]) -> dict[str, Any]:
    from decimal import Decimal

    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict) and "day" in value:
            found[name] = date.fromisoformat(value["day"])
        elif isinstance(value, dict):
            found[name] = Decimal(value["number"])
        else:
            found[name] = value
    return found
