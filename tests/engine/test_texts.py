"""Rows that say the same share one text, and no others do."""

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engine.texts import once_each

FAR = 2**63 - 1
KINDS = {
    pa.int64(): st.one_of(st.integers(-3, 3), st.sampled_from([-FAR - 1, FAR, 2**40, 2**41])),
    pa.bool_(): st.booleans(),
    pa.string(): st.sampled_from(["", "0", "甲", "乙"]),
    pa.date32(): st.dates(),
}


@st.composite
def tables(draw):
    count = draw(st.integers(0, 12))
    kinds = draw(st.lists(st.sampled_from([*KINDS]), max_size=5))
    return count, [
        pa.array(draw(st.lists(st.none() | KINDS[kind], min_size=count, max_size=count)), kind) for kind in kinds
    ]


@given(tables())
def test_every_row_has_the_text_of_its_own_values_and_none_is_written_twice(drawn):
    count, columns = drawn
    rows = [json.dumps([str(column[row]) for column in columns]) for row in range(count)]

    found = once_each(columns, count, lambda some: pa.array(rows, pa.string()).take(some))

    assert found.to_pylist() == rows
    assert len(found.dictionary) == len(set(rows))


@pytest.mark.parametrize("span", [2**20, 2**39])
def test_many_wide_columns_do_not_run_into_each_other(span):
    one = np.arange(500) % 7 * (span // 7)
    columns = [pa.array(np.roll(one, turn)) for turn in range(6)]
    rows = [" ".join(str(column[row]) for column in columns) for row in range(500)]
    assert once_each(columns, 500, lambda some: pa.array(rows).take(some)).to_pylist() == rows


def test_codes_of_words_are_taken_as_they_are():
    column = pa.array(["甲", None, "甲", "乙"]).dictionary_encode()
    found = once_each([column], 4, lambda some: column.cast(pa.string()).fill_null("未知").take(some))
    assert found.to_pylist() == ["甲", "未知", "甲", "乙"]
