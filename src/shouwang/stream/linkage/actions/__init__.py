"""Writing links (人户匹配的办理)."""

from shouwang.stream.linkage.actions.accept import accept_delivery
from shouwang.stream.linkage.actions.resolve import (
    NotOpen,
    open_identities,
    open_identity,
    resolve_review,
    resolve_reviews,
)

__all__ = ["NotOpen", "accept_delivery", "open_identities", "open_identity", "resolve_review", "resolve_reviews"]
