"""Drafts (草案): a pack with some numbers set otherwise, to see what they would do before anybody decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from shouwang.engine.model import Dated, Parameter
from shouwang.engine.values import ValueFault, scaled
from shouwang.kernel.errors import InputError
from shouwang.policy.pack import Pack

ALWAYS = date(1900, 1, 1)


def with_parameters(pack: Pack, values: Mapping[str, str]) -> Pack:
    """A copy of a pack in which the given parameters have one value, everywhere and always.

    Parameters whose formula uses them follow. Raises InputError for an unknown parameter and a value that is none.
    """
    changed = {name: _set(pack, name, text) for name, text in values.items()}
    definitions = replace(pack.definitions, parameters=pack.parameters | changed)
    return pack.with_definitions(definitions, version=f"{pack.version}+draft")


def _set(pack: Pack, name: str, text: str) -> Parameter:
    parameter = pack.parameters.get(name)
    if parameter is None:
        close = get_close_matches(name, pack.parameters, n=1)
        hint = f"是不是“{close[0]}”？" if close else "用 shouwang pack show 查看全部参数。"
        raise InputError(f"没有名为“{name}”的参数。", hint)
    try:
        value = scaled(text, parameter.kind)
    except ValueFault as error:
        raise InputError(f"参数 {name}：{error}。") from None
    if value is None:
        raise InputError(f"参数 {name} 没有写值。", f"请写成 {name}=8000。")
    return fixed(parameter, value)


def fixed(parameter: Parameter, value: Any) -> Parameter:
    """A parameter that has one value (in engine units, None for unknown) everywhere and always."""
    return replace(parameter, values=(Dated(ALWAYS, None, value, None, "草案", "", "no", ""),), places={})
