"""Sealing: every entry under one signed seal, in a chain; whoever changes a row, even as superuser, is found."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings, strategies

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.kernel.secrets import KeyMissing
from shouwang.kernel.signing import make_signing_keys
from shouwang.register.ledger.actions import NotAsSealed, accept_restored_ledger, note, record_look, seal_entries
from shouwang.register.ledger.actions import sealing as module
from shouwang.register.ledger.checkpoints import current_checkpoint, read_checkpoint, write_checkpoint
from shouwang.register.ledger.head import Head, HeadLost, keep_head, kept_head
from shouwang.register.ledger.lines import fields_of, lines_between, number_of
from shouwang.register.ledger.models import Entry, Seal, SealSignature
from shouwang.register.ledger.ranges import gaps, read, written
from shouwang.register.ledger.verifying import seal_states, verify_ledger
from shouwang.register.staff.queries import SYSTEM
from tests.cast import AT, Cast

SOON = AT + timedelta(seconds=30)


def write(count: int, *, at: Any = AT) -> list[int]:
    """That many entries, and their numbers."""
    record_look(subjects=[f"household:H{number}" for number in range(count)], purpose="一户一档", actor=SYSTEM, at=at)
    return sorted(Entry.objects.order_by("-id").values_list("id", flat=True)[:count])


def roll_back(count: int) -> None:
    """That many numbers are taken and given up."""
    mark = transaction.savepoint()
    write(count)
    transaction.savepoint_rollback(mark)


def tamper(statement: str, given: Sequence[Any] = ()) -> None:
    """What only a superuser can do: switch the triggers off and write."""
    with rows_within(*EVERYWHERE, role="none"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, given)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def named() -> list[tuple[str, int | None]]:
    return [(fault.kind, fault.entry) for fault in verify_ledger().faults]


def test_everything_written_is_sealed_signed_and_sound(sealing: Path) -> None:
    write(5)
    done = seal_entries(at=SOON)

    found = verify_ledger()
    assert (found.sound, found.waiting, found.sealed) == (True, 0, Entry.objects.count())
    assert (done.seals, done.entries) == (1, Entry.objects.count())
    assert SealSignature.objects.count() == 1


def test_seals_are_chained_in_batches(sealing: Path) -> None:
    write(10)
    seal_entries(at=SOON, batch=4)

    first, second = Seal.objects.order_by("number")[:2]
    assert (first.entries, first.previous, second.previous) == (4, "0" * 64, first.hash)
    assert verify_ledger().sound


def test_nothing_new_makes_no_seal(sealing: Path) -> None:
    seal_entries(at=SOON)

    assert seal_entries(at=SOON).seals == 0


def test_an_entry_after_the_seal_waits_for_the_next(sealing: Path) -> None:
    seal_entries(at=SOON)
    write(3, at=SOON)

    found = verify_ledger()
    assert (found.sound, found.waiting) == (True, 3)
    seal_entries(at=SOON + timedelta(seconds=30))
    assert verify_ledger().waiting == 0


def test_a_number_that_never_came_is_a_gap_and_no_fault(sealing: Path) -> None:
    first = write(1)[0]
    roll_back(2)
    last = write(1)[0]
    seal_entries(at=SOON)

    assert (last - first, Seal.objects.get().ids[-len(f",{last}-{last}") :]) == (3, f",{last}-{last}")
    assert verify_ledger().sound


@pytest.mark.parametrize("text", ["甲\t乙", "一\n二", "反\\斜", "\\t", "𠮷", "a\rb\x0b\x0c\x08", '"引号"'])
def test_no_text_breaks_a_line(sealing: Path, text: str) -> None:
    note(act="try", subject="thing:1", actor=SYSTEM, at=AT, reason=text, details={"text": text})
    [line] = lines_between(Entry.objects.latest("id").pk, 2**62)
    seal_entries(at=SOON)

    assert fields_of(line)["reason"] == text
    assert json.loads(fields_of(line)["details"]) == {"text": text}
    assert verify_ledger().sound


CHANGES: dict[str, tuple[str, str]] = {
    "reason": ("UPDATE ledger_entry SET reason = '没看过' WHERE id = %s", "changed"),
    "actor": ("UPDATE ledger_entry SET actor = 'nobody' WHERE id = %s", "changed"),
    "time": ("UPDATE ledger_entry SET at = at + interval '1 microsecond' WHERE id = %s", "changed"),
    "details": ("UPDATE ledger_entry SET details = '{}' WHERE id = %s", "changed"),
    "removed": ("DELETE FROM ledger_entry WHERE id = %s", "removed"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_or_removed_row_is_named(sealing: Path, change: str) -> None:
    wanted = write(7)[3]
    seal_entries(at=SOON, batch=4)
    statement, kind = CHANGES[change]
    tamper(statement, [wanted])

    assert named() == [(kind, wanted)]


def test_exchanged_rows_are_both_named(sealing: Path) -> None:
    one, other = write(2)
    seal_entries(at=SOON)
    for old, new in ((one, -1), (other, one), (-1, other)):
        tamper("UPDATE ledger_entry SET id = %s WHERE id = %s", [new, old])

    assert named() == [("changed", one), ("changed", other)]


def test_a_row_slipped_in_later_is_named(sealing: Path) -> None:
    number = write(1)[0]
    roll_back(1)
    write(1)
    seal_entries(at=SOON)
    past = AT - timedelta(days=90)
    tamper(
        "INSERT INTO ledger_entry SELECT %s, %s, actor, role, place_code, act, subject, reason, details "
        "FROM ledger_entry WHERE id = %s",
        [number + 1, past, number],
    )

    assert named() == [("inserted", number + 1)]


@pytest.mark.parametrize("number", [-7, 0, 10**15])
def test_a_row_far_from_all_others_is_named(sealing: Path, number: int) -> None:
    seal_entries(at=SOON)
    tamper(
        "INSERT INTO ledger_entry VALUES (%s, %s, 'a', 'b', 'c', 'd', 'e', 'f', '{}')", [number, AT - timedelta(days=9)]
    )

    assert named() == [("inserted", number)]


def test_an_entry_that_says_it_is_old_is_counted_as_late_when_sealed(sealing: Path) -> None:
    seal_entries(at=SOON)
    write(2, at=AT - timedelta(days=3))
    seal_entries(at=SOON + timedelta(seconds=30))

    found = verify_ledger()
    assert (found.sound, Seal.objects.get(number=2).late) == (True, 2)


def test_the_end_cut_off_with_its_seals_is_noticed(sealing: Path) -> None:
    write(4)
    seal_entries(at=SOON, batch=Entry.objects.count() - 2)
    tamper("DELETE FROM ledger_entry WHERE id >= (SELECT first_id FROM ledger_seal WHERE number = 2)")
    tamper("DELETE FROM ledger_seal_signature WHERE seal_id = 2")
    tamper("DELETE FROM ledger_seal WHERE number = 2")

    assert [fault.kind for fault in verify_ledger().faults] == ["head_lost"]


SEAL_CHANGES = {
    "text": ("UPDATE ledger_seal SET late = 9 WHERE number = 1", "seal_changed"),
    "leaves": ("UPDATE ledger_seal SET leaves = overlay(leaves placing '\\x00' from 1) WHERE number = 1", "bad_root"),
    "ids": ("UPDATE ledger_seal SET ids = '一-二' WHERE number = 1", "bad_root"),
    "endless": ("UPDATE ledger_seal SET ids = '1-9000000000000000' WHERE number = 1", "bad_root"),
    "signature": ("UPDATE ledger_seal_signature SET signature = repeat('00', 64) WHERE seal_id = 1", "bad_signature"),
    "unsigned": ("DELETE FROM ledger_seal_signature WHERE seal_id = 1", "not_signed"),
    "link": ("UPDATE ledger_seal SET previous = repeat('1', 64) WHERE number = 2", "chain_broken"),
}


@pytest.mark.parametrize("change", SEAL_CHANGES)
def test_a_changed_seal_is_named(sealing: Path, change: str) -> None:
    write(4)
    seal_entries(at=SOON, batch=Entry.objects.count() - 2)
    statement, kind = SEAL_CHANGES[change]
    tamper(statement)

    assert kind in {fault.kind for fault in verify_ledger().faults}
    assert seal_states([1, 2])[2 if change == "link" else 1] is False


def recompute_everything(changed: int, folder: Path) -> None:
    """A superuser with a key of his own rewrites history from one row on, seals, links, signatures and all."""
    tamper("UPDATE ledger_entry SET reason = '没看过' WHERE id = %s", [changed])
    tamper("DELETE FROM ledger_seal_signature")
    tamper("DELETE FROM ledger_seal")
    (folder / "ledger-head.json").unlink()
    seal_entries(at=SOON)


@pytest.mark.parametrize("leaves", [False, True])
def test_recomputing_everything_fails_before_one_witness(sealing: Path, leaves: bool) -> None:
    wanted = write(5)[2]
    seal_entries(at=SOON)
    write_checkpoint(current_checkpoint(), sealing / "witness", leaves=leaves)
    write(3)
    seal_entries(at=SOON)
    recompute_everything(wanted, sealing)

    assert verify_ledger().sound, "from inside nothing can be seen"
    faults = verify_ledger(checkpoints=[read_checkpoint(sealing / "witness")]).faults
    assert faults[0].kind == "rewritten"
    assert [fault.entry for fault in faults[1:]] == ([wanted] if leaves else [])


def test_seals_by_another_key_are_nobodys(sealing: Path) -> None:
    write(2)
    seal_entries(at=SOON)
    (sealing / "ledger.json").unlink()
    make_signing_keys(sealing / "ledger.json")

    assert {fault.kind for fault in verify_ledger().faults} == {"not_signed"}


def test_a_cut_off_ledger_fails_before_a_witness(sealing: Path) -> None:
    write(2)
    seal_entries(at=SOON)
    write(2)
    seal_entries(at=SOON)
    write_checkpoint(current_checkpoint(), sealing / "witness", leaves=False)
    tamper("DELETE FROM ledger_entry WHERE id >= (SELECT first_id FROM ledger_seal WHERE number = 2)")
    tamper("DELETE FROM ledger_seal_signature WHERE seal_id = 2")
    tamper("DELETE FROM ledger_seal WHERE number = 2")
    keep_head(Head(1, Seal.objects.get().hash))

    faults = verify_ledger(checkpoints=[read_checkpoint(sealing / "witness")]).faults
    assert [fault.kind for fault in faults] == ["truncated"]


def test_a_sound_ledger_stands_before_its_witnesses(sealing: Path) -> None:
    write(3)
    seal_entries(at=SOON, batch=4)
    write_checkpoint(current_checkpoint(), sealing / "witness", leaves=True)
    write(3)
    seal_entries(at=SOON)

    assert verify_ledger(checkpoints=[read_checkpoint(sealing / "witness")]).sound


def test_nothing_is_sealed_on_top_of_an_old_backup(sealing: Path) -> None:
    seal_entries(at=SOON)
    keep_head(Head(9, "f" * 64))
    write(1)

    with pytest.raises(HeadLost, match="第 9 号"):
        seal_entries(at=SOON)


def test_a_restored_database_goes_on_with_a_reason_in_the_ledger(sealing: Path, cast: Cast) -> None:
    seal_entries(at=SOON)
    keep_head(Head(9, "f" * 64))
    accept_restored_ledger(reason="硬盘损坏，恢复昨夜备份", actor=cast.xiaowu, at=SOON)

    assert seal_entries(at=SOON).seals == 1
    assert Entry.objects.get(act="accept_restored_ledger").details == {"lost_head": 9, "head": 1}
    assert verify_ledger().sound


def test_a_killed_sealing_is_signed_by_the_next(sealing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(2)
    with monkeypatch.context() as patch:
        patch.setattr(module, "_sign", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            seal_entries(at=SOON)
    assert {fault.kind for fault in verify_ledger().faults} == {"not_signed"}

    seal_entries(at=SOON)

    assert verify_ledger().sound


def test_what_reads_back_differently_is_not_signed(sealing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One bit flips between hashing and the disk."""
    number, really = write(1)[0], module._write_seal

    def flips(*given: Any) -> Any:
        made = really(*given)
        tamper("UPDATE ledger_entry SET reason = '一户一栏' WHERE id = %s", [number])
        return made

    monkeypatch.setattr(module, "_write_seal", flips)
    with pytest.raises(NotAsSealed):
        seal_entries(at=SOON)
    assert SealSignature.objects.count() == 0


def test_a_lost_signing_key_is_asked_for_and_not_made_anew(sealing: Path) -> None:
    seal_entries(at=SOON)
    (sealing / "ledger.json").unlink()

    with pytest.raises(KeyMissing):
        seal_entries(at=SOON)
    assert not (sealing / "ledger.json").exists()


def test_the_key_lies_outside_the_database_for_us_alone(sealing: Path) -> None:
    seal_entries(at=SOON)

    assert (sealing / "ledger.json").stat().st_mode & 0o077 == 0
    assert kept_head() == Head(1, Seal.objects.get().hash)


@pytest.mark.parametrize("table", ["ledger_seal", "ledger_seal_signature"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_seals(sealing: Path, table: str, statement: str) -> None:
    seal_entries(at=SOON)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with (
        rows_within(*EVERYWHERE, role="none"),
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


@given(numbers=strategies.sets(strategies.integers(1, 10**6), min_size=1, max_size=200))
def test_written_ranges_read_back(numbers: set[int]) -> None:
    text = written(sorted(numbers))

    assert {number for low, high in read(text) for number in range(low, high)} == numbers
    assert not any(low <= number < high for low, high in gaps(read(text), 0) for number in numbers)


# One ledger of some thousand rows for all examples: each breaks it in one place and mends it again.
ROWS = 3_000


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=strategies.data())
def test_any_single_row_tampered_with_is_found_and_named(sealing: Path, data: Any) -> None:
    if Seal.objects.count() == 0:
        write(ROWS)
        seal_entries(at=SOON, batch=700)
        assert verify_ledger().sound
    numbers = [number_of(line) for line in lines_between(0, 2**62)]
    wanted = data.draw(strategies.sampled_from(numbers[-ROWS:]), label="row")
    breaking: Callable[[], tuple[str, list[int]]] = data.draw(
        strategies.sampled_from([lambda: changed(wanted), lambda: removed(wanted), lambda: swapped(wanted, numbers)])
    )
    mark = transaction.savepoint()
    kind, rows = breaking()
    found = [(fault.kind, fault.entry) for fault in verify_ledger().faults]
    transaction.savepoint_rollback(mark)

    assert found == [(kind, row) for row in rows]


def changed(row: int) -> tuple[str, list[int]]:
    tamper("UPDATE ledger_entry SET subject = subject || '0' WHERE id = %s", [row])
    return "changed", [row]


def removed(row: int) -> tuple[str, list[int]]:
    tamper("DELETE FROM ledger_entry WHERE id = %s", [row])
    return "removed", [row]


def swapped(row: int, numbers: list[int]) -> tuple[str, list[int]]:
    other = numbers[-1] if row != numbers[-1] else numbers[-2]
    for old, new in ((row, -1), (other, row), (-1, other)):
        tamper("UPDATE ledger_entry SET id = %s WHERE id = %s", [new, old])
    return "changed", sorted([row, other])
