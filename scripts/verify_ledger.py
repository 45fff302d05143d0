"""Verify an exported ledger without the platform (独立核验台账): plain Python, nothing but its standard library.

    python verify_ledger.py ledger.jsonl [--checkpoint witness.json ...] [--key HEX] [--all-signatures]

The file is what `shouwang ledger export` writes. Every entry is hashed anew (SHA-256, RFC 6962), every seal's root is
made again from its entries, every seal is followed to the one before, and the last one's Ed25519 signature is checked,
which through the chain vouches for all others. A checkpoint from outside must stand in the chain; one with leaves names
the rows. Give --key with the public key that you have on paper: a key that comes with the file proves nothing.
Exit code: 0 everything fits, 1 something does not (each line says what), 2 the file cannot be read.
"""

import argparse
import base64
import hashlib
import json
import sys

COLUMNS = ("id", "at", "actor", "role", "place_code", "act", "subject", "reason", "details")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"})
MOST_SHOWN = 1000


def leaf(entry: dict) -> bytes:
    """The hash of one entry: its fields, escaped, between tabs."""
    line = "\t".join(entry[name].translate(ESCAPES) for name in COLUMNS)
    return hashlib.sha256(b"\x00" + line.encode()).digest()


def root(level: list) -> str:
    """The Merkle root: pairs are hashed together, one left over moves up."""
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2])]  # noqa: B905
        level = pairs + level[len(pairs) * 2 :]
    return level[0].hex() if level else ""


def ranges(text: str) -> list:
    return [tuple(int(part) for part in run.split("-")) for run in text.split(",")]


def said(text: str) -> dict:
    """What a seal's text says, line by line."""
    return dict(line.split(": ", 1) for line in text.splitlines()[1:])


class Report:
    def __init__(self) -> None:
        self.faults = 0

    def fault(self, text: str) -> None:
        self.faults += 1
        if self.faults <= MOST_SHOWN:
            sys.stdout.write(text + "\n")


def read(path: str) -> tuple:
    """Leaves by entry number, and the seals."""
    leaves, seals = {}, []
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        for line in file:
            one = json.loads(line)
            if one["kind"] == "entry":
                leaves[int(one["id"])] = leaf(one)
            else:
                seals.append(one)
    return leaves, seals


def verify_seals(leaves: dict, seals: list, report: Report) -> set:
    """Roots and chain; gives back the numbers under a seal."""
    link, number, sealed = "0" * 64, 0, set()
    for seal in seals:
        told = said(seal["text"])
        number += 1
        if int(told["number"]) != number or seal["number"] != number:
            report.fault(f"seal {number} is missing or out of order (found {told['number']})")
            number = int(told["number"])
        if told["previous"] != link:
            report.fault(f"seal {number} does not follow the one before")
        listed = [row for low, high in ranges(told["ids"]) for row in range(low, high + 1)]
        gone = [row for row in listed if row not in leaves]
        for row in gone:
            report.fault(f"entry {row} is gone (seal {number})")
        if not gone and root([leaves[row] for row in listed]) != told["root"]:
            report.fault(f"an entry of seal {number} was changed ({told['ids'][:80]})")
        sealed.update(listed)
        link = hashlib.sha256(seal["text"].encode()).hexdigest()
    return sealed


def verify_checkpoint(path: str, leaves: dict, seals: list, key: str, report: Report) -> None:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        head = json.loads(file.readline())
        witnessed = [json.loads(line) for line in file]
    public = bytes.fromhex(head["public_key"])
    if key and head["public_key"] != key:
        report.fault(f"checkpoint {path} is signed with another key")
    if not signed(public, head["text"].encode(), bytes.fromhex(head["signature"])):
        report.fault(f"checkpoint {path} has a wrong signature")
    there = next((seal for seal in seals if seal["number"] == head["number"]), None)
    if there is None:
        report.fault(f"checkpoint {path} holds seal {head['number']}, the file ends at {len(seals)}")
    elif there["text"] != head["text"]:
        report.fault(f"seal {head['number']} is not the one of checkpoint {path}: it or what is before was rewritten")
    for batch in witnessed:
        kept = base64.b64decode(batch["leaves"])
        listed = (row for low, high in ranges(batch["ids"]) for row in range(low, high + 1))
        for place, row in enumerate(listed):
            if leaves.get(row) != kept[place * 32 : place * 32 + 32]:
                report.fault(f"entry {row} is {'changed' if row in leaves else 'gone'} since checkpoint {path}")


# Ed25519 as RFC 8032 section 6 gives it, verification only.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(a: tuple, b: tuple) -> tuple:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return (f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P


def times(scalar: int, point: tuple) -> tuple:
    out = (0, 1, 1, 0)
    while scalar:
        out = add(out, point) if scalar & 1 else out
        point, scalar = add(point, point), scalar >> 1
    return out


def point_of(raw: bytes) -> tuple:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        raise ValueError("no point")
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(public: bytes, text: bytes, signature: bytes) -> bool:
    try:
        a, r, s = point_of(public), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    except ValueError:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + text).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(k, a))
    same = all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))
    return len(signature) == 64 and s < L and same


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--checkpoint", action="append", default=[])
    parser.add_argument("--key", default="", help="public key in hex, from paper")
    parser.add_argument("--all-signatures", action="store_true", help="every seal's, about ten milliseconds each")
    asked = parser.parse_args()
    report = Report()
    try:
        leaves, seals = read(asked.file)
        sealed = verify_seals(leaves, seals, report)
        for seal in seals if asked.all_signatures else seals[-1:]:
            fits = [
                signed(bytes.fromhex(one["public_key"]), seal["text"].encode(), bytes.fromhex(one["signature"]))
                for one in seal["signatures"]
                if asked.key in ("", one["public_key"])
            ]
            if not fits or not all(fits):
                report.fault(f"seal {seal['number']} is not signed by the key")
        for path in asked.checkpoint:
            verify_checkpoint(path, leaves, seals, asked.key, report)
    except (OSError, ValueError, KeyError) as wrong:
        sys.stderr.write(f"cannot be read: {wrong}\n")
        return 2
    last = max(sealed, default=0)
    for row in sorted(row for row in leaves if row not in sealed and row < last):
        report.fault(f"entry {row} is under no seal although later ones are")
    waiting = sum(row > last for row in leaves)
    sys.stdout.write(f"{len(leaves)} entries, {len(seals)} seals, {waiting} not sealed yet, {report.faults} faults\n")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
