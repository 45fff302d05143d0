"""Compare two packs (比较政策包): a readable list of what was added, removed and changed."""

from __future__ import annotations

from typing import Any

from shouwang.policy import mandates

KINDS = {
    **mandates.KINDS,
    "sources": "数据源",
    "parameters": "参数",
    "facts": "指标",
    "rules": "规则",
    "checks": "疑点规则",
    "benefits": "待遇",
}


def compare_packs(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    """Changes between two described packs: ``[{kind, name, change, field, old, new, text}]``."""
    changes: list[dict[str, Any]] = []
    for kind, title in KINDS.items():
        before, after = old[kind], new[kind]
        changes += [
            _change(kind, n, "removed", f"删除{title} {n}（{before[n]['title']}）") for n in before if n not in after
        ]
        changes += [
            _change(kind, n, "added", f"新增{title} {n}（{after[n]['title']}）") for n in after if n not in before
        ]
        for name in (n for n in before if n in after):
            changes += _fields(kind, title, name, before[name], after[name])
    return changes


def _change(kind: str, name: str, change: str, text: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "name": name, "change": change, "text": text, **more}


def _fields(kind: str, title: str, name: str, before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        _change(
            kind,
            name,
            "changed",
            f"{title} {name} 的 {field}：{before.get(field)} → {after.get(field)}",
            field=field,
            old=before.get(field),
            new=after.get(field),
        )
        for field in {**before, **after}
        if before.get(field) != after.get(field)
    ]
