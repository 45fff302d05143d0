"""Loading the register: as a whole or not at all, secrets sealed, nobody else's households touched."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from shouwang.register.households.actions import RegisterRefused, import_register
from shouwang.register.households.models import Household, IncomeEntry, Resident, StatusTag
from shouwang.register.households.queries import household_file, register_tables
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import SYSTEM, NotAllowed
from tests import cast as people
from tests.cast import AT, COUNTY, LI_ID, LI_PHONE, Cast


def changed(table: str, **columns: list[Any]) -> dict[str, pa.Table]:
    """The cast's register with some columns of one table replaced."""
    tables = people.register()
    for name, values in columns.items():
        old = tables[table]
        tables[table] = old.set_column(old.column_names.index(name), name, pa.array(values))
    return tables


def test_household_knows_its_head_and_its_members(cast: Cast) -> None:
    home = Household.objects.get(pk="H1")

    assert (home.head_name, home.members, home.place.name) == ("李大山", 2, "金田村")
    assert home.head_pinyin == "lidashan lds"


def test_household_file_shows_numbers_masked(cast: Cast) -> None:
    file = household_file(cast.xiaowang, "H1")

    assert file is not None
    assert [member.resident.name for member in file.members] == ["李大山", "王桂花"]
    assert file.members[0].id_number == f"{LI_ID[:4]}************{LI_ID[-2:]}"
    assert file.phone == "154****1111"
    assert [income.amount for income in file.incomes] == [Decimal("12000.00")]


def test_import_is_noted_once_with_counts_only(cast: Cast) -> None:
    entry = Entry.objects.get(act="import_register")

    assert entry.details == {"households": 3, "residents": 4, "incomes": 1, "statuses": 1, "risks": 0, "measures": 0}


def test_loading_again_changes_nothing(cast: Cast) -> None:
    before = register_tables(0, 10**12)

    import_register(tables=people.register(), actor=SYSTEM, at=AT)

    after = register_tables(0, 10**12)
    assert {name: table.to_pylist() for name, table in after.items()} == {
        name: table.to_pylist() for name, table in before.items()
    }


def test_member_who_left_the_household_is_gone_after_the_next_load(cast: Cast) -> None:
    tables = people.register()
    tables["residents"] = tables["residents"].slice(0, 1)
    tables["households"] = tables["households"].slice(0, 1)

    import_register(tables=tables, actor=SYSTEM, at=AT)

    assert list(Resident.objects.filter(household_id="H1").values_list("pk", flat=True)) == ["R1"]
    assert Household.objects.get(pk="H1").members == 1
    assert Household.objects.filter(pk="H2").exists()


def test_member_who_moved_is_counted_in_the_new_household(cast: Cast) -> None:
    tables = changed("residents", household_id=["H1", "H2", "H2", "H3"])

    import_register(tables=tables, actor=SYSTEM, at=AT)

    assert dict(Household.objects.values_list("pk", "members")) == {"H1": 1, "H2": 2, "H3": 1}


def test_unknown_village_refuses_the_whole_load(cast: Cast) -> None:
    tables = changed("households", place_code=["431003101202", "999999999999", "431021102205"])

    with pytest.raises(RegisterRefused, match="999999999999"):
        import_register(tables=tables, actor=SYSTEM, at=AT)
    assert Entry.objects.filter(act="import_register").count() == 1


def test_member_without_a_household_refuses_the_whole_load(cast: Cast) -> None:
    with pytest.raises(RegisterRefused, match="1 名成员"):
        import_register(tables=changed("residents", household_id=["H1", "H1", "H2", "H9"]), actor=SYSTEM, at=AT)


def test_households_of_another_county_are_refused(cast: Cast) -> None:
    county = replace(SYSTEM, range_low=int(COUNTY) * 10**6, range_high=(int(COUNTY) + 1) * 10**6)

    with pytest.raises(RegisterRefused, match="辖区"):
        import_register(tables=people.register(), actor=county, at=AT)


def test_household_of_another_county_cannot_be_pulled_over(cast: Cast) -> None:
    county = replace(SYSTEM, range_low=int(COUNTY) * 10**6, range_high=(int(COUNTY) + 1) * 10**6)
    tables = changed("households", place_code=["431003101202", "431003101203", "431003101203"])

    with pytest.raises(RegisterRefused, match="辖区"):
        import_register(tables=tables, actor=county, at=AT)
    assert Household.objects.get(pk="H3").place.name == "白云村村委会"


def test_officer_may_not_import(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        import_register(tables=people.register(), actor=cast.xiaozhou, at=AT)


def test_status_that_overlaps_itself_is_kept_once(cast: Cast) -> None:
    tables = people.register()
    tables["statuses"] = people.entries(
        household_id=["H1", "H1", "H1"],
        tag=["dibao", "dibao", "dibao"],
        valid_from=[date(2024, 1, 1), date(2024, 6, 1), date(2025, 1, 1)],
        valid_until=[date(2025, 1, 1), date(2024, 9, 1), None],
    )

    counts = import_register(tables=tables, actor=SYSTEM, at=AT)

    assert counts["statuses"] == 2
    assert list(StatusTag.objects.order_by("valid_from").values_list("valid_from", flat=True)) == [
        date(2024, 1, 1),
        date(2025, 1, 1),
    ]


def test_failure_in_the_middle_leaves_everything_as_it_was(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("the ledger is full")

    monkeypatch.setattr("shouwang.register.households.actions.load.note", broken)
    tables = changed("residents", name=["改了名", "王桂花", "赵有田", "钱来福"])

    with pytest.raises(RuntimeError):
        import_register(tables=tables, actor=SYSTEM, at=AT)

    assert Resident.objects.get(pk="R1").name == "李大山"
    assert IncomeEntry.objects.count() == 1


def test_snapshot_shows_nobody(cast: Cast) -> None:
    tables = register_tables(0, 10**12)

    residents = tables["residents"].to_pydict()
    assert residents["name"] == ["*", "*", "*", "*"]
    assert LI_ID not in str(tables["residents"].to_pylist())
    assert LI_PHONE not in str(tables["households"].to_pylist())
    assert len(set(residents["id_number"])) == 4


def test_snapshot_of_a_place_range_holds_that_range_only(cast: Cast) -> None:
    tables = register_tables(int(COUNTY) * 10**6, (int(COUNTY) + 1) * 10**6)

    assert tables["households"]["household_id"].to_pylist() == ["H1", "H2"]
    assert tables["residents"]["resident_id"].to_pylist() == ["R1", "R2", "R3"]
    assert tables["households"]["place_code"].to_pylist() == ["431003101202", "431003101203"]
