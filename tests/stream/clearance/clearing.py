"""A monitored household on its way out of monitoring, and back; and what is known of it."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shouwang.policy.case_files import household_file
from shouwang.register.households.models import Household, Resident
from shouwang.register.procedure import actions as do
from shouwang.stream.clearance.actions import confirm_gate, decide_clearance, enter_clearance_mark, open_clearance
from shouwang.stream.clearance.queries import case_gates
from shouwang.stream.rules.queries import pack_in_force
from shouwang.stream.screening.queries import HouseholdNow
from tests.stream.determination.walking import Walk

START = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
MONITORED_ON = date(2026, 1, 10)
CASES = Path(__file__).parents[3] / "packs/national/cases"


def monitored(household_id: str = "H2", **changes: Any) -> Household:
    """The household has been monitored since January; nothing else is known but that its head can work."""
    known = {"monitored_class": "marginal", "monitored_on": MONITORED_ON, "house_grade": "B", "water_safe": True}
    Household.objects.filter(pk=household_id).update(**known | changes)
    Resident.objects.filter(household_id=household_id).update(labour="ordinary")
    return Household.objects.get(pk=household_id)


@cache
def worked_case() -> dict[str, Any]:
    """The pack's own example of a household with every gate met."""
    return yaml.safe_load((CASES / "gates_all.yaml").read_text("utf-8"))["cases"][0]


def everything_known(monkeypatch: Any, **household: Any) -> None:
    """From now on the register and the departments know everything, as in the pack's own example."""

    def known(actor: Any, household_id: str, *, on: date) -> HouseholdNow:
        case = {name: value for name, value in worked_case().items() if name not in ("case", "covers", "expect")}
        case |= {"household": worked_case()["household"] | household, "as_of": on}
        pack = pack_in_force("hunan/chenzhou", on=on)
        return HouseholdNow(pack, household_file(pack, case, on), None)

    for module in ("shouwang.stream.clearance.queries.gates", "shouwang.stream.determination.actions"):
        monkeypatch.setattr(f"{module}.household_now", known)


class Clearing(Walk):
    """A clearance and the day on which it stands."""

    def __init__(
        self, cast: Any, household: str = "H2", *, manner: str = "by_help", reason: str = "", start: datetime = START
    ) -> None:
        self.cast, self.now = cast, start
        self.case = open_clearance(
            household_id=household, manner=manner, reason_code=reason, actor=cast.xiaochen, at=self.now
        )

    def gates(self) -> dict[str, str]:
        return {row.gate: row.met for row in case_gates(self.cast.xiaozhou, self.case, on=self.today)}

    def confirm(self, *, but: tuple[str, ...] = (), actor: Any = None) -> "Clearing":
        """A township officer looks into everything that the data cannot tell."""
        sha256 = self.evidence()
        for gate, met in self.gates().items():
            if met == "unknown" and gate not in but:
                confirm_gate(
                    gate=gate, holds=True, sha256=sha256, words="看过存折和参保记录。",
                    actor=actor or self.cast.xiaochen, **self.at(0),
                )  # fmt: skip
        return self

    def decide(self, outcome: str = "cleared", reason: str = "", actor: Any = None) -> "Clearing":
        reason = reason or ("risk_gone" if outcome == "cleared" else "not_stable")
        self.case = decide_clearance(
            outcome=outcome, reason_code=reason, words="收入稳定，保障都有。", evidence=[self.evidence()],
            actor=actor or self.cast.laofang, **self.at(),
        )  # fmt: skip
        return self

    def announced(self) -> "Clearing":
        posted = self.today + timedelta(days=1)
        self.case = do.announce_case(
            posted_on=posted, until=posted + timedelta(days=15), sheet="1" * 64, actor=self.cast.xiaochen, **self.at()
        )
        return self

    def marked(self, **more: Any) -> "Clearing":
        given = {"channels": ["paper", "phone"], "contact": "小赵"} | more
        self.case = enter_clearance_mark(actor=self.cast.xiaochen, **given, **self.at())
        return self

    def cleared(self) -> "Clearing":
        """All the way."""
        self.reviewed()
        self.decide()
        return self.announced().marked()
