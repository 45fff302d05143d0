"""Shouwang (守望): finds rural households in trouble early; ``import shouwang`` is the library for data staff.

>>> pack = shouwang.load_pack("hunan/chenzhou")
>>> run = shouwang.screen(pack=pack, register={"households": households}, feeds={"loans": loans}, as_of=day)
>>> run.warnings.to_pandas()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shouwang.policy import load_pack as load_pack
    from shouwang.policy.computing import compute as compute
    from shouwang.stream.screening.running import screen as screen

__version__ = "0.1.0"
__all__ = ["compute", "load_pack", "screen"]


def __getattr__(name: str) -> Any:
    # Loaded on first use, so that ``import shouwang`` stays quick for the command line and the web.
    match name:
        case "load_pack":
            from shouwang.policy import load_pack

            return load_pack
        case "compute":
            from shouwang.policy.computing import compute

            return compute
        case "screen":
            from shouwang.stream.screening.running import screen

            return screen
    raise AttributeError(f"module 'shouwang' has no attribute {name!r}")
