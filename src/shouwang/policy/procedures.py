"""Procedures (程序): the steps of determination, clearance and the like as data: order, level, actors, quorum, limits.

Every limit is the name of a parameter, so that it is dated, sourced, and may differ by place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shouwang.engine.model import GateDef, Kind, Parameter
from shouwang.kernel.errors import InputError
from shouwang.policy.definitions import GROUNDS, VERIFIED, each
from shouwang.policy.reading import Document

ACTS = {
    "clue": "线索",
    "pledge": "承诺",
    "authorisation": "授权",
    "verification": "核实",
    "comparison": "信息比对",
    "appraisal": "民主评议",
    "notice": "公示",
    "objection": "异议",
    "recheck": "复核",
    "review": "审核",
    "decision": "审定",
    "announcement": "公告",
    "publication": "公开",
    "record": "录入建档",
    "measure": "落实帮扶",
    "follow_up": "跟踪",
    "payment": "发放",
}
LEVELS = ("household", "village", "township", "county", "prefecture", "province")
LIMITS = {
    "people": ("people",),
    "within": ("calendar_days", "working_days", "hours"),
    "notice": ("calendar_days", "working_days"),
    "present": ("",),
    "agree": ("",),
}
KEYS = GROUNDS - {"from", "until"} | {"procedure", "within", "steps", "green_channel"}
STEP_KEYS = {"step", "act", "title", "level", "actors", "together_with", "skipped_when", *LIMITS}
SOURCED = {"source", "clause", "verified", "note"}
GREEN_KEYS = {"title", "when", "papers_within", *SOURCED}
# What people are protected by (DESIGN §9) may be arranged otherwise by a place, but neither left out nor put after it.
SEEN_AND_HEARD = ("verification", "notice", "decision")
NEEDED = {
    "determination": SEEN_AND_HEARD,
    "clearance": SEEN_AND_HEARD,
    "natural_clearance": SEEN_AND_HEARD,
    "aid_reduction": ("verification", "objection", "decision", "announcement"),
}


@dataclass(frozen=True)
class Step:
    """One step: who does what at which level; ``limits`` names the parameter of each limit (see ``LIMITS``)."""

    name: str
    act: str
    title: str
    level: str
    actors: tuple[str, ...]
    limits: dict[str, str]
    together_with: str
    skipped_when: str
    source: str
    clause: str
    verified: str
    note: str


@dataclass(frozen=True)
class GreenChannel:
    """Help first, papers later (绿色通道): when it may be used, and by which limit the papers follow."""

    title: str
    when: str
    papers_within: str | None
    source: str
    clause: str
    verified: str
    note: str


@dataclass(frozen=True)
class Procedure:
    """Steps in their order; ``within`` names the parameter that limits the whole."""

    name: str
    title: str
    steps: tuple[Step, ...]
    within: str | None
    green_channel: GreenChannel | None
    source: str
    clause: str
    verified: str
    note: str
    file: str

    def limits(self) -> Iterator[tuple[str, str]]:
        """Every limit as (kind, parameter)."""
        if self.within:
            yield "within", self.within
        for step in self.steps:
            yield from step.limits.items()
        if self.green_channel and self.green_channel.papers_within:
            yield "within", self.green_channel.papers_within


def load_procedures(folder: Path) -> dict[str, Procedure]:
    """Read ``procedures/`` of a pack folder. Raises InputError with file and line."""
    return each(folder / "procedures", "procedure", KEYS, _procedure)


def refuse_unsound(
    procedures: Mapping[str, Procedure], gates: Collection[GateDef], parameters: Mapping[str, Parameter]
) -> None:
    """Raise InputError for a limit that is no parameter of its kind, a missing safeguard, a gate of no procedure."""
    for procedure in procedures.values():
        for kind, name in procedure.limits():
            _refuse_odd_limit(procedure, kind, parameters.get(name), name)
        acts = [step.act for step in procedure.steps]
        needed = NEEDED.get(procedure.name, ())
        for act in needed:
            if act not in acts:
                raise _fault(procedure, f"缺少“{ACTS[act]}”（{act}）这一步，这一步保护农户，不能省")
        skipped = [step for step in procedure.steps if step.act in needed and step.skipped_when]
        if skipped:
            raise _fault(procedure, f"“{skipped[0].title}”保护农户，不能写 skipped_when")
        if sorted(needed, key=acts.index) != list(needed):
            raise _fault(procedure, f"次序应当是{'、'.join(ACTS[act] for act in needed)}，先听取、后决定")
    for gate in gates:
        if gate.procedure not in procedures:
            raise InputError(f"关口 {gate.name} 所属的程序“{gate.procedure}”不存在", file=gate.file)


def _refuse_odd_limit(procedure: Procedure, kind: str, parameter: Parameter | None, name: str) -> None:
    if parameter is None:
        raise _fault(procedure, f"{kind} 所指的“{name}”不是参数")
    if kind in ("present", "agree"):
        if parameter.kind is not Kind.RATIO:
            raise _fault(procedure, f"参数 {name} 应为 ratio")
    elif parameter.kind is not Kind.INTEGER or parameter.unit not in LIMITS[kind]:
        raise _fault(procedure, f"参数 {name} 应为 integer，单位是 {'、'.join(LIMITS[kind])} 之一")


def _fault(procedure: Procedure, message: str) -> InputError:
    return InputError(
        f"程序 {procedure.name}：{message}。", "请改正后重新运行 shouwang pack check。", file=procedure.file
    )


def _procedure(document: Document) -> Procedure:
    document.require("steps", "source")
    if not isinstance(document["steps"], list):
        raise document.fault("steps", "steps 要列出一步一步")
    steps = tuple(_step(document, number, given) for number, given in enumerate(document["steps"]))
    names = [step.name for step in steps]
    for number, step in enumerate(steps):
        if step.name in names[:number]:
            raise document.fault(("steps", number), f"步骤“{step.name}”写了两次")
        if step.together_with and step.together_with not in names:
            raise document.fault(("steps", number), f"together_with 所指的“{step.together_with}”不是步骤")
    return Procedure(
        name=document["procedure"],
        title=document["title"],
        steps=steps,
        within=document.get("within"),
        green_channel=_green_channel(document),
        file=str(document.path),
        **_sourced(document, (), document.data),
    )


def _step(document: Document, number: int, given: Any) -> Step:
    where = ("steps", number)
    _refuse_odd_keys(document, where, given, STEP_KEYS | SOURCED, ("step", "act", "title", "level", "actors"))
    if given["act"] not in ACTS:
        raise document.fault(where, f"act 要是 {'、'.join(ACTS)} 之一")
    if not isinstance(given["actors"], list):
        raise document.fault(where, "actors 要写成列表，如 [村民委员会]")
    if given["level"] not in LEVELS:
        raise document.fault(where, f"level 要是 {'、'.join(LEVELS)} 之一")
    return Step(
        name=given["step"],
        act=given["act"],
        title=given["title"],
        level=given["level"],
        actors=tuple(given["actors"]),
        limits={kind: str(given[kind]) for kind in LIMITS if given.get(kind)},
        together_with=str(given.get("together_with") or ""),
        skipped_when=str(given.get("skipped_when") or ""),
        **_sourced(document, where, given),
    )


def _green_channel(document: Document) -> GreenChannel | None:
    given = document.get("green_channel")
    if given is None:
        return None
    _refuse_odd_keys(document, ("green_channel",), given, GREEN_KEYS, ("title", "when"))
    sourced = _sourced(document, ("green_channel",), given)
    return GreenChannel(given["title"], given["when"], given.get("papers_within"), **sourced)


def _refuse_odd_keys(
    document: Document, where: tuple[str | int, ...], given: Any, allowed: set[str], needed: Collection[str]
) -> None:
    if not isinstance(given, dict):
        raise document.fault(where, "要写成“键: 值”")
    unknown = set(given) - allowed
    if unknown:
        raise document.fault(where, f"不认识的键 {'、'.join(sorted(unknown))}，可用：{'、'.join(sorted(allowed))}")
    for key in needed:
        if not given.get(key):
            raise document.fault(where, f"缺少“{key}”")


def _sourced(document: Document, where: tuple[str | int, ...], given: Mapping[str, Any]) -> dict[str, str]:
    if given.get("verified", "no") not in VERIFIED:
        raise document.fault(where, "verified 要是 yes、no 或 lost")
    return {
        "source": str(given.get("source") or document.get("source", "")),
        "clause": str(given.get("clause") or document.get("clause", "")),
        "verified": given.get("verified", "no"),
        "note": str(given.get("note", "")),
    }
