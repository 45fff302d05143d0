"""The toolbox as a chapter of the rule book: what each policy tool answers, who may have it, who gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from shouwang.engine.model import FACTORS
from shouwang.engine.nodes import Not
from shouwang.engine.program import BARRED
from shouwang.policy.book.entries import VERIFIED, Entry, Table, period_words
from shouwang.policy.pack import Pack, WorkedCase
from shouwang.policy.toolbox import CLASSES, Tool, ended_on
from shouwang.policy.wording import Wording

OUTCOMES = {True: "符合", False: "不符合", None: "未能判断"}


def toolbox_entries(pack: Pack, on: date, cases: Mapping[str, Sequence[WorkedCase]]) -> Iterator[Entry]:
    """Every tool with its conditions in words as they stand on a day."""
    for name, tool in pack.toolbox.items():
        ended = ended_on(pack.toolbox[name], pack.benefits, on)
        world = pack.of_toolbox().program(ended - timedelta(days=1) if ended else on)
        steps = world.benefits[name].steps if name in world.benefits and not tool.benefit else ()
        said = Wording(world)
        conditions = [
            ("不重复享受", f"{title.removeprefix(BARRED)}：{said(node.part)}")
            if isinstance(node, Not) and title.startswith(BARRED)
            else ("条件", f"{title}：{said(node)}")
            for title, node in steps
        ]
        tables = tuple(
            Table(title, ("算例", "日期", "结果"), tuple(_shown(held, name))) for title, held in cases.items()
        )
        lines = (*_purpose(pack, tool), *conditions, *_about(pack, tool))
        verified = VERIFIED[tool.verified]
        yield Entry("toolbox", name, tool.title, CLASSES[tool.category], lines, tables, verified, ended)


def answer_titles(pack: Pack, names: Sequence[str]) -> list[str]:
    """Risks and factors in words."""
    risks = pack.lists["risk_factors"].items if "risk_factors" in pack.lists else {}
    return [risks[name].title if name in risks else FACTORS[name] for name in names]


def measure_titles(pack: Pack, tool: Tool) -> str:
    """The measure as which a tool is recorded, in words: 健康帮扶（…）."""
    columns = pack.sources["measures"].columns
    if not tool.measure:
        return ""
    kind = columns["kind"].codes[tool.measure][0]
    return f"{kind}（{columns['item'].codes[tool.item][0]}）" if tool.item else kind


def _purpose(pack: Pack, tool: Tool) -> Iterator[tuple[str, str]]:
    yield "针对", "、".join(answer_titles(pack, tool.answers))
    yield "登记为", measure_titles(pack, tool)
    if tool.benefit:
        yield "条件", f"和待遇“{pack.benefits[tool.benefit].title}”相同"
    yield "由人判断", tool.by_people


def _about(pack: Pack, tool: Tool) -> Iterator[tuple[str, str]]:
    yield "责任单位", tool.unit
    yield "出资", tool.payer
    yield "证明材料", "、".join(tool.evidence)
    yield "办理时限", pack.parameters[tool.within].title if tool.within else ""
    yield "不能同时享受", "、".join(pack.toolbox[name].title for name in tool.conflicts_with)
    yield "可以叠加", "、".join(pack.toolbox[name].title for name in tool.stacks_with)
    yield "有效期", period_words(tool.valid_from, tool.valid_until)
    yield "出处", tool.source
    yield "条款", tool.clause
    yield "读法", tool.note


def _shown(cases: Sequence[WorkedCase], name: str) -> Iterator[tuple[str, str, str]]:
    for case in cases:
        wanted = (case.expect.get("tools") or {}).get(name)
        if wanted and "eligible" in wanted and name in case.covers:
            yield case.name, str(case.data["as_of"]), OUTCOMES[wanted["eligible"]]
