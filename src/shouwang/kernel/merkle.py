"""Merkle trees (哈希树) as RFC 6962 makes them: one root stands for many lines, in their order.

A leaf is SHA-256 of a zero byte and the line, a node SHA-256 of a one byte and its two halves; a node left over at the
end of a level moves up as it is. Leaves are handled packed, 32 bytes each, because a ledger has millions.
"""

from collections.abc import Iterable
from hashlib import sha256

WIDTH = 32


def leaves(lines: Iterable[bytes]) -> bytes:
    """The packed leaf hashes of lines."""
    return b"".join([sha256(b"\x00" + line).digest() for line in lines])


def root(packed: bytes) -> str:
    """The root over packed leaves, in hex. Raises ValueError when there are none or one is cut short."""
    count, rest = divmod(len(packed), WIDTH)
    if rest or not count:
        raise ValueError("no whole leaves")
    while count > 1:
        paired = count // 2 * 2 * WIDTH
        above = [sha256(b"\x01" + packed[at : at + 2 * WIDTH]).digest() for at in range(0, paired, 2 * WIDTH)]
        packed = b"".join(above) + packed[paired:]
        count = (count + 1) // 2
    return packed.hex()
