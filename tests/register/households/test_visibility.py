"""Who sees which household, and what looking closer costs."""

import pytest

from shouwang.kernel.errors import Refusal
from shouwang.register.households.actions import NoReason, NotFound, reveal_identity
from shouwang.register.households.models import Household, Resident
from shouwang.register.households.queries import household_file, households, residents_by_id_number
from shouwang.register.ledger.models import Entry
from shouwang.register.ledger.queries import ledger_entries
from shouwang.register.staff.queries import NotAllowed
from tests.cast import AT, LI_ID, LI_PHONE, Cast

WHO_SEES = {
    "xiaowang": ["H1"],
    "xiaozhao": ["H2"],
    "xiaoqian": ["H3"],
    "xiaochen": ["H1", "H2"],
    "xiaozhou": ["H1", "H2"],
    "xiaofeng": ["H3"],
    "xiaosun": [],
    "xiaowu": [],
}


@pytest.mark.parametrize(("who", "homes"), WHO_SEES.items())
def test_everybody_sees_the_own_area_and_nothing_else(cast: Cast, who: str, homes: list[str]) -> None:
    actor = getattr(cast, who)

    assert sorted(Household.objects.visible_to(actor).values_list("pk", flat=True)) == homes
    assert sorted(set(Resident.objects.visible_to(actor).values_list("household_id", flat=True))) == homes


@pytest.mark.parametrize("who", ["xiaozhao", "xiaoqian", "xiaofeng", "xiaosun", "xiaowu"])
def test_household_of_another_place_is_not_there(cast: Cast, who: str) -> None:
    assert household_file(getattr(cast, who), "H1") is None


@pytest.mark.parametrize("text", ["大山", "李大", "lidashan", "LDS", "H1", LI_ID, LI_ID.lower()])
def test_household_is_found_by_name_pinyin_number_and_id(cast: Cast, text: str) -> None:
    assert [home.pk for home in households(cast.xiaozhou, text=text)] == ["H1"]


def test_search_does_not_reach_into_another_county(cast: Cast) -> None:
    assert not households(cast.xiaofeng, text="大山").exists()
    assert not residents_by_id_number(cast.xiaofeng, LI_ID).exists()


def test_revealing_shows_the_numbers_and_is_noted_with_its_reason(cast: Cast) -> None:
    shown = reveal_identity(resident_id="R1", reason="核对住院报销人", actor=cast.xiaochen, at=AT)

    assert (shown.id_number, shown.name) == (LI_ID, "李大山")
    entry = ledger_entries(cast.xiaowu, subject="resident:R1").get()
    assert (entry.actor, entry.reason, entry.details["task"]) == ("xiaochen", "核对住院报销人", "")


@pytest.mark.parametrize(
    ("who", "resident", "reason", "refusal"),
    [
        ("xiaochen", "R1", "看看", NoReason),
        ("xiaochen", "R4", "核对住院报销人", NotFound),
        ("xiaochen", "R9", "核对住院报销人", NotFound),
        ("xiaowang", "R1", "核对住院报销人", NotAllowed),
        ("xiaowu", "R1", "核对住院报销人", NotAllowed),
    ],
)
def test_revealing_is_refused_and_leaves_no_trace(
    cast: Cast, who: str, resident: str, reason: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        reveal_identity(resident_id=resident, reason=reason, actor=getattr(cast, who), at=AT)
    assert not Entry.objects.filter(act="reveal_identity").exists()


def test_somebody_elsewhere_and_nobody_at_all_get_the_same_answer(cast: Cast) -> None:
    with pytest.raises(NotFound) as elsewhere:
        reveal_identity(resident_id="R4", reason="核对住院报销人", actor=cast.xiaochen, at=AT)
    with pytest.raises(NotFound) as nowhere:
        reveal_identity(resident_id="R9", reason="核对住院报销人", actor=cast.xiaochen, at=AT)

    assert str(elsewhere.value) == str(nowhere.value)


def test_nothing_is_revealed_when_it_cannot_be_noted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("the ledger is full")

    monkeypatch.setattr("shouwang.register.households.actions.reveal.record_look", broken)

    with pytest.raises(RuntimeError):
        reveal_identity(resident_id="R1", reason="核对住院报销人", actor=cast.xiaochen, at=AT)


def test_two_copied_ciphertexts_do_not_open(cast: Cast) -> None:
    from shouwang.kernel.secrets import Tampered

    other = Resident.objects.get(pk="R2")
    Resident.objects.filter(pk="R1").update(id_number_cipher=other.id_number_cipher)

    with pytest.raises(Tampered):
        reveal_identity(resident_id="R1", reason="核对住院报销人", actor=cast.xiaochen, at=AT)


def test_no_number_lies_in_clear_in_any_table(cast: Cast) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        found = {}
        for table in tables:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                content = b"".join(bytes(part) for part in copy).decode()
            found[table] = [canary for canary in (LI_ID, LI_PHONE) if canary in content]

    assert len(tables) > 20
    assert not {table: canaries for table, canaries in found.items() if canaries}
