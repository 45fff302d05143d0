"""A scheme of comparison (比对方案): by which fields and levels two people of one kind of register are compared."""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from shouwang.engine.linking.agreement import Field
from shouwang.engine.linking.blocks import Block


@dataclass(frozen=True)
class Scheme:
    """Data: columns made of any table, the fields over them, whom to compare at all, and what a link needs.

    sure is a condition over the ranks g_*: what must agree for a link without a person's look, however much else does.
    """

    columns: Callable[[pa.Table], pa.Table]
    fields: tuple[Field, ...]
    blocks: tuple[Block, ...]
    sure: str

    @property
    def rarities(self) -> tuple[str, ...]:
        """The columns whose common values weigh less."""
        return tuple(level.rarity for field in self.fields for level in field.levels if level.rarity)
