"""Strict YAML (严格读取): every value knows its file and line, and an unknown or repeated key is an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from shouwang.kernel.errors import InputError

Where = str | tuple[str | int, ...]


class _Loader(yaml.CSafeLoader):
    """YAML in which yes/no are kept as words: ``verified: no`` is a state, not a truth value."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class Document:
    """One YAML file as a mapping that can point to the line of any of its keys."""

    def __init__(self, path: Path, data: dict[str, Any], lines: dict[tuple[str | int, ...], int]) -> None:
        self.path, self.data, self.lines = path, data, lines

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def get(self, key: str, default: Any = None) -> Any:
        value = self.data.get(key)
        return default if value is None else value

    def line(self, where: Where) -> int:
        key = (where,) if isinstance(where, str) else where
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)

    def fault(self, where: Where, message: str, remedy: str = "") -> InputError:
        return InputError(message, remedy, file=self.path, line=self.line(where))

    def allow(self, keys: set[str]) -> None:
        for key in self.data:
            if key not in keys:
                raise self.fault(str(key), f"不认识的键“{key}”，可用：{', '.join(sorted(keys))}")

    def require(self, *keys: str) -> None:
        for key in keys:
            if self.data.get(key) is None:
                raise self.fault((), f"缺少“{key}”")


def read_document(path: Path) -> Document:
    """Read one YAML mapping. Raises InputError where the file is no YAML, no mapping, or repeats a key."""
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        lines: dict[tuple[str | int, ...], int] = {}
        if root is not None:
            _mark(root, (), lines, path)
        data = loader.construct_document(root) if root is not None else {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise InputError(f"不是有效的 YAML：{problem}", file=path, line=mark.line + 1 if mark else None) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"读不了文件：{error}", "请存为 UTF-8 编码。", file=path) from None
    if not isinstance(data, dict):
        raise InputError("文件应是“键: 值”的形式", file=path, line=1)
    return Document(path, data, lines)


def _mark(node: Any, key: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], path: Path) -> None:
    lines[key] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            if name.value in seen:
                raise InputError(f"键“{name.value}”写了两次", file=path, line=name.start_mark.line + 1)
            seen.add(name.value)
            _mark(value, (*key, name.value), lines, path)
            lines[(*key, name.value)] = name.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _mark(value, (*key, index), lines, path)
