"""Compare two packs (比较政策包): a readable list of what was added, removed and changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shouwang.policy import mandates

KINDS = {
    "sources": "数据源",
    "parameters": "参数",
    "facts": "指标",
    "rules": "预警规则",
    "checks": "疑点规则",
    "benefits": "待遇",
    "tariffs": "算法",
    "gates": "关口",
    "procedures": "程序",
    "lists": "清单",
    "toolbox": "政策工具",
    **mandates.KINDS,
}
FIELDS = {
    "title": "名称",
    "value": "取值",
    "formula": "公式",
    "values": "全域取值",
    "places": "地方取值",
    "from": "起始日",
    "until": "终止日",
    "valid_from": "起始日",
    "valid_until": "终止日",
    "source": "出处",
    "clause": "条款",
    "verified": "核对",
    "note": "说明",
    "levels": "级别",
    "red": "红色",
    "orange": "橙色",
    "yellow": "黄色",
    "review": "人工复核",
    "condition": "条件",
    "grounds": "条件",
    "exclusions": "不重复享受",
    "when": "条件",
    "amount": "金额",
    "cap": "上限",
    "period": "周期",
    "duration": "期限",
    "evidence": "依据",
    "because": "理由",
    "message": "提示",
    "owner": "责任单位",
    "payer": "出资",
    "approver": "审批",
    "steps": "步骤",
    "limits": "时限",
    "items": "条目",
    "category": "类别",
    "answers": "针对的风险",
    "measure": "登记为",
    "benefit": "待遇",
    "by_people": "由人判断",
    "within": "办理时限",
    "conflicts_with": "不能同时享受",
    "stacks_with": "可以叠加",
    "unit": "单位",
    "content": "内容",
    "units": "单位",
}
NAMED_BY = ("name", "from", "title")  # what tells the entries of a list apart


def compare_packs(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Changes between two described packs: ``[{kind, name, change, field, old, new, text}]``."""
    changes: list[dict[str, Any]] = []
    for kind, title in KINDS.items():
        before, after = old[kind], new[kind]
        changes += [
            _change(kind, n, "removed", f"删除{title}“{before[n]['title']}”（{n}）") for n in before if n not in after
        ]
        changes += [
            _change(kind, n, "added", f"新增{title}“{after[n]['title']}”（{n}）") for n in after if n not in before
        ]
        for name in (n for n in before if n in after):
            changes += _changed(kind, title, name, before[name], after[name])
    return changes


def _change(kind: str, name: str, change: str, text: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "name": name, "change": change, "text": text, **more}


def _changed(kind: str, title: str, name: str, before: Any, after: Any) -> list[dict[str, Any]]:
    head = f"{title}“{after['title']}”（{name}）"
    return [
        _change(
            kind,
            name,
            "changed",
            f"{head}的{'·'.join(FIELDS.get(part, part) for part in path)}：{_said(was)} → {_said(now)}",
            field=path[0],
            path=list(path),
            old=was,
            new=now,
        )
        for path, was, now in _differences(before, after, ())
    ]


def _differences(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """The smallest parts that differ, each with the way to it."""
    if before == after:
        return
    before_parts, after_parts = _parts(before), _parts(after)
    if not path or (before_parts is not None and after_parts is not None):
        for key in dict.fromkeys([*(before_parts or {}), *(after_parts or {})]):
            yield from _differences((before_parts or {}).get(key), (after_parts or {}).get(key), (*path, key))
    else:
        yield path, before, after


def _parts(value: Any) -> dict[str, Any] | None:
    """A mapping, or a list whose entries have names, by name; None for what is compared whole."""
    if isinstance(value, Mapping):
        return {str(key): part for key, part in value.items()}
    if not (isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value)):
        return None
    key = next((key for key in NAMED_BY if all(key in one for one in value)), None)
    named = {str(one[key]): one for one in value} if key else {}
    return named if len(named) == len(value) else None


def _said(value: Any) -> str:
    if value is None or value == "":
        return "（无）"
    if isinstance(value, Mapping):
        told = {key: part for key, part in value.items() if part not in (None, "", [], {})}
        return "，".join(f"{FIELDS.get(key, key)} {_said(part)}" for key, part in told.items())
    return "、".join(_said(one) for one in value) if isinstance(value, list) else str(value)
