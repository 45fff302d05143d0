"""Values as people write them, as the engine keeps them and as they are shown again."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engine.model import Column, Kind
from shouwang.engine.values import ValueFault, column_value, plain, scaled, shown

KIND = Column("kind", "choice", "户类型", codes={"ordinary": ("一般农户", "普通户"), "exited": ("脱贫户",)})


@pytest.mark.parametrize(
    ("written", "kind", "kept"),
    [
        ("12,345.60", Kind.MONEY, 1234560),
        (Decimal("0.01"), Kind.MONEY, 1),
        (-20, Kind.MONEY, -2000),
        ("35%", Kind.RATIO, 3500),
        (0.35, Kind.RATIO, 3500),
        ("2.5", Kind.QUANTITY, 250),
        (" 7 ", Kind.INTEGER, 7),
        ("2026-01-31", Kind.DATE, date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), Kind.DATE, date(2026, 1, 31)),
        ("是", Kind.BOOL, True),
        (0, Kind.BOOL, False),
        ("false", Kind.BOOL, False),
        (None, Kind.BOOL, None),
        ("", Kind.MONEY, None),
    ],
)
def test_what_people_write_is_kept_in_whole_units(written, kind, kept):
    assert scaled(written, kind) == kept


@pytest.mark.parametrize(
    ("written", "kind", "said"),
    [
        ("0.001", Kind.MONEY, "最多保留 2 位小数"),
        ("1.5", Kind.INTEGER, "最多保留 0 位小数"),
        ("很多", Kind.MONEY, "不是数字"),
        ("Infinity", Kind.MONEY, "小数"),
        ("NaN", Kind.RATIO, "小数"),
        ("1e17", Kind.INTEGER, "太大"),
        ("1e999999", Kind.MONEY, "不是数字"),
        ("1e99999", Kind.MONEY, "太大"),
        ("2026-02-30", Kind.DATE, "不是日期"),
        ("也许", Kind.BOOL, "不是“是”或“否”"),
    ],
)
def test_what_is_no_value_of_its_type_is_refused(written, kind, said):
    with pytest.raises(ValueFault, match=said):
        scaled(written, kind)


def test_labels_of_a_choice_become_its_code_and_others_are_refused():
    assert [column_value(text, KIND) for text in ("普通户", "exited", None)] == ["ordinary", "exited", None]
    with pytest.raises(ValueFault, match="不在可选范围：一般农户、脱贫户"):
        column_value("富裕户", KIND)


@given(st.integers(-(10**13), 10**13), st.sampled_from([Kind.MONEY, Kind.RATIO, Kind.QUANTITY, Kind.INTEGER]))
def test_a_number_for_machines_reads_back_to_itself(value, kind):
    assert scaled(str(Decimal(str(plain(value, kind)))), kind) == value


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (1234550, Kind.MONEY, "12,345.50"),
        (-5, Kind.MONEY, "-0.05"),
        (3500, Kind.RATIO, "35%"),
        (3333, Kind.RATIO, "33.33%"),
        (100000, Kind.RATIO, "1000%"),
        (0, Kind.RATIO, "0%"),
        (250, Kind.QUANTITY, "2.5"),
        (100000, Kind.QUANTITY, "1000"),
        (True, Kind.BOOL, "是"),
        (False, Kind.BOOL, "否"),
        (date(2026, 1, 31), Kind.DATE, "2026-01-31"),
        (None, Kind.BOOL, "未知"),
        (None, Kind.MONEY, "未知"),
    ],
)
def test_values_are_shown_in_words_people_use(value, kind, words):
    assert shown(value, kind) == words
