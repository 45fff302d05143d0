"""Policy packs (政策包): rules, lines and lists of a place as dated data, read and checked without a database."""

from shouwang.policy.loading import load_pack, pack_names
from shouwang.policy.pack import Pack, WorkedCase

__all__ = ["Pack", "WorkedCase", "load_pack", "pack_names"]
