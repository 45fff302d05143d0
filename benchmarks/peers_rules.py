"""Reads peers_rules.txt: the 70 rules by hand, as every peer of our engine judges by them.

The facts below the conditions are each peer's own work; what is shared is only which number is compared with which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("peers_rules.txt")
WORDS = {"AND", "OR", "NOT", "COALESCE", "TRUE", "FALSE", "DATE"}
# A gap is told under the name of what a person would have to find out, not of a share taken of it.
TOLD_AS = dict.fromkeys(("income_30", "income_50", "income_60", "income_75", "income_80"), "net_income")


@dataclass(frozen=True)
class Rule:
    """A rule by hand; ``levels`` stand in order of weight."""

    name: str
    entity: str
    levels: tuple[str, ...]
    shown: tuple[str, ...]

    @property
    def facts(self) -> dict[str, str]:
        """What the conditions read, in reading order, by the name it is told under where it is missing."""
        words = re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'", "", " ".join(self.levels)))
        return {TOLD_AS.get(word, word): word for word in words if word not in WORDS}


def rules() -> list[Rule]:
    """All rules, those of households first."""
    found: list[Rule] = []
    entity = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            entity = line.strip("[]").removesuffix("s")
        elif line.startswith("    "):
            last = found.pop()
            found.append(Rule(last.name, last.entity, (*last.levels, line.strip()), last.shown))
        elif line and not line.startswith("#"):
            name, shown = line.split(": ")
            found.append(Rule(name, entity, (), tuple(shown.split(", "))))
    return found
