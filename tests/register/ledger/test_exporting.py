"""The exported ledger, verified by a program that shares nothing with ours."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from shouwang.register.ledger.actions import note, seal_entries
from shouwang.register.ledger.checkpoints import current_checkpoint, write_checkpoint
from shouwang.register.ledger.exporting import export_ledger
from tests.architecture.sources import ROOT
from tests.cast import AT, Cast

VERIFIER = ROOT / "scripts/verify_ledger.py"


@pytest.fixture
def exported(sealing: Path, cast: Cast) -> Path:
    """Twenty entries with every kind of difficult text, sealed in batches of seven, with a witness beside."""
    for number in range(20):
        note(
            act="try", subject=f"thing:{number}", actor=cast.xiaochen, at=AT, reason="甲\t乙\n丙\\丁\r\x0b\x08\x0c“𠮷”",
            details={"text": "反\\斜\n", "number": number},
        )  # fmt: skip
    seal_entries(at=AT + timedelta(seconds=30), batch=7)
    export_ledger(sealing / "ledger.jsonl")
    write_checkpoint(current_checkpoint(), sealing / "witness", leaves=True)
    return sealing / "ledger.jsonl"


def verify(path: Path, *more: str) -> tuple[int, str]:
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(path), *more]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_the_other_verifier_agrees(exported: Path) -> None:
    key = current_checkpoint().public_key
    code, told = verify(exported, "--key", key, "--checkpoint", str(exported.parent / "witness"), "--all-signatures")

    assert (code, told.split(", ")[-1]) == (0, "0 faults\n")


def test_another_key_is_not_believed(exported: Path) -> None:
    assert verify(exported, "--key", "00" * 32)[0] == 1


def rewrite(path: Path, change: Callable[[list[dict[str, object]]], object]) -> None:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    change(rows)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


BREAKS: dict[str, Callable[[list[dict[str, object]]], object]] = {
    "changed": lambda rows: rows[4].update(reason="没看过"),
    "removed": lambda rows: rows.pop(4),
    "exchanged": lambda rows: (rows[4].update(id=rows[5]["id"]), rows[5].update(id=str(int(str(rows[5]["id"])) - 1))),
    "seal removed": lambda rows: rows.pop(-2),
    "signature": lambda rows: rows[-1].update(signatures=[]),
    "text": lambda rows: rows[-1].update(text=str(rows[-1]["text"]).replace("late: 0", "late: 1")),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_the_other_verifier_finds_what_was_done(exported: Path, broken: str) -> None:
    rewrite(exported, BREAKS[broken])

    assert verify(exported)[0] == 1


def test_a_witness_names_the_row(exported: Path) -> None:
    number = json.loads(exported.read_text("utf-8").splitlines()[4])["id"]
    rewrite(exported, BREAKS["changed"])

    code, told = verify(exported, "--checkpoint", str(exported.parent / "witness"))
    assert code == 1
    assert f"entry {number} is changed since checkpoint" in told


def test_what_is_no_ledger_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("nothing")

    assert verify(tmp_path / "other")[0] == 2


def test_the_verifier_can_be_read_in_one_sitting() -> None:
    text = VERIFIER.read_text("utf-8")
    imports = {line.split()[1] for line in text.splitlines() if line.startswith("import ")}

    assert len(text.splitlines()) <= 200
    assert imports <= sys.stdlib_module_names
    assert "shouwang" not in text.split('"""')[2]
