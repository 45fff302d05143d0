"""Gates of a clearance (关口): met, not met, or nobody can tell because something is missing; and what people established."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from shouwang.register.ledger.keys import keyring
from shouwang.register.procedure.choices import Matter
from shouwang.register.staff.queries import Actor, names_of
from shouwang.stream.clearance.choices import PASSED, Met
from shouwang.stream.clearance.models import Confirmation
from shouwang.stream.rules.queries import pack_in_force
from shouwang.stream.screening.queries import household_now

if TYPE_CHECKING:
    from shouwang.policy import Pack

WORDS = "clearance_confirmation.words"
REASONS = "closing_reasons"


@dataclass(frozen=True)
class Established:
    """What a person established of a gate (关口核实)."""

    holds: bool
    by: str
    by_name: str
    at: Any
    sha256: str
    words: str


@dataclass(frozen=True)
class GateReading:
    """A gate as it stands for a household on a day: `because` in words, `missing` names what nobody knows."""

    gate: str
    title: str
    met: str
    because: str
    missing: tuple[str, ...] = ()
    clause: str = ""
    established: Established | None = None

    @property
    def passed(self) -> bool:
        """Whether it lets the household through."""
        return self.met in PASSED

    @property
    def label(self) -> str:
        """The state in 中文."""
        return Met(self.met).label

    @property
    def open_to_people(self) -> bool:
        """Whether a person may establish it: nobody may where the data say yes or no."""
        return self.met in (Met.UNKNOWN, Met.CONFIRMED, Met.DENIED)


def natural_reasons(pack: "Pack", *, on: date) -> dict[str, Any]:
    """Reasons for a natural clearance (自然消除原因) that hold on a day: code → item of the pack's list."""
    items = pack.lists[REASONS].on(on)
    return {code: item for code, item in items.items() if item.of == Matter.NATURAL_CLEARANCE}


def needed_gates(pack: "Pack", matter: str, *, on: date, reason: str = "") -> list[str]:
    """Names of the gates that must be met: those of the procedure, or those that belong to a natural reason."""
    held = pack.program(on).gates
    if matter == Matter.NATURAL_CLEARANCE:
        item = natural_reasons(pack, on=on).get(reason)
        return [name for name in str(item.value or "").split() if name in held] if item else []
    return [name for name, gate in pack.gates.items() if gate.procedure == matter and name in held]


def gate_readings(actor: Actor, household_id: str, gates: Sequence[str], *, on: date) -> list[GateReading] | None:
    """Gates of a household on a day, by name; None outside the actor's area."""
    now = household_now(actor, household_id, on=on)
    if now is None:
        return None
    held = now.pack.program(on).gates
    found = {one["gate"]: one for one in now.report(only=[*gates])["gates"]}
    return [_reading(name, found.get(name), now.pack.gates[name].title) for name in gates if name in held]


def _reading(name: str, report: dict[str, Any] | None, title: str) -> GateReading:
    if report is None:
        return GateReading(name, title, Met.UNKNOWN, "", ())
    met = {True: Met.YES, False: Met.NO, None: Met.UNKNOWN}[report["met"]]
    return GateReading(name, title, met, report["because"], tuple(report.get("missing", ())), report.get("clause", ""))


def frozen_gates(case: Any) -> list[dict[str, str]]:
    """The gates that a case took along when it was opened: [{gate, title}]."""
    return list(_deciding(case).get("gates", []))


def frozen_reason(case: Any) -> str:
    """The reason for which a natural clearance was opened."""
    return str(_deciding(case).get("reason", ""))


def _deciding(case: Any) -> dict[str, Any]:
    return next((step for step in case.steps if step["act"] == "decision"), {})


def case_gates(actor: Actor, case: Any, *, on: date) -> list[GateReading]:
    """The gates of a case as they stand on a day, with what people established where nobody could tell.

    A gate that is not in force any more still counts as it was frozen: it then is one that nobody can tell.
    """
    frozen = frozen_gates(case)
    pack = pack_in_force(settings.PACK, on=on)
    known = [one["gate"] for one in frozen if one["gate"] in pack.gates]
    read = {one.gate: one for one in gate_readings(actor, case.household_id, known, on=on) or []}
    told = established(case)
    rows = [read.get(one["gate"], GateReading(one["gate"], one["title"], Met.UNKNOWN, "")) for one in frozen]
    return [_with(row, told.get(row.gate)) for row in rows]


def _with(row: GateReading, told: Established | None) -> GateReading:
    if told is None or row.met != Met.UNKNOWN:
        return row
    return replace(row, met=Met.CONFIRMED if told.holds else Met.DENIED, established=told)


def established(case: Any) -> dict[str, Established]:
    """Gate → what was established last; the case was found for the actor before."""
    rows = list(Confirmation.objects.filter(case_id=case.pk).order_by("id"))
    opened = keyring().decrypt_all(WORDS, [row_key(row.case_id, row.gate, row.sha256) for row in rows],
                                   [row.words_cipher for row in rows])  # fmt: skip
    names = names_of(row.confirmed_by for row in rows)
    return {
        row.gate: Established(
            row.holds, row.confirmed_by, names.get(row.confirmed_by, row.confirmed_by), row.confirmed_at, row.sha256,
            json.loads(text or "{}").get("words", ""),
        )
        for row, text in zip(rows, opened, strict=True)
    }  # fmt: skip


def row_key(case_id: int, gate: str, sha256: str) -> str:
    """What the encrypted words of a confirmation are bound to."""
    return f"{case_id}.{gate}.{sha256}"


def unmet(rows: Iterable[GateReading]) -> list[GateReading]:
    """Gates that the data or a person say are not met: no clearance before that changes."""
    return [row for row in rows if row.met in (Met.NO, Met.DENIED)]


def untold(rows: Iterable[GateReading]) -> list[GateReading]:
    """Gates that nobody can tell yet."""
    return [row for row in rows if row.met == Met.UNKNOWN]
