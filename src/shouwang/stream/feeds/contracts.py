"""The feed contracts of this server (本机的数据约定), read once from its policy pack."""

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from shouwang.engine.model import Source
from shouwang.kernel.errors import Refusal

if TYPE_CHECKING:
    from shouwang.policy import Pack


class UnknownFeed(Refusal):
    """There is no feed of this name (没有这种数据)."""


@cache
def active_pack() -> "Pack":
    """The policy pack that this server follows."""
    from shouwang.policy import load_pack  # heavy: the first one who asks pays for it

    return load_pack(settings.PACK)


@cache
def feed_contracts() -> dict[str, Source]:
    """Feed name → contract, in the order of the unit that sends it."""
    feeds = [source for source in active_pack().sources.values() if source.kind == "feed"]
    return {source.name: source for source in sorted(feeds, key=lambda one: (one.unit or "", one.name))}


def feed_contract(name: str) -> Source:
    """The contract of one feed. Raises UnknownFeed."""
    try:
        return feed_contracts()[name]
    except KeyError:
        raise UnknownFeed(f"没有名为“{name}”的数据。") from None
