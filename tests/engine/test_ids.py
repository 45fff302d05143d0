"""Ids are found by their digits, or by hashing where they have none: always the same places."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engine.ids import BLOCK, Known


def places(known, sought):
    return at(known, a=pa.array(sought, pa.string()))["a"]


def at(known, **columns):
    """Places of the ids of some columns."""
    sought = {name: (len(column), lambda column=column: [column]) for name, column in columns.items()}
    found = Known(known if isinstance(known, pa.Array) else pa.array(known, pa.string())).places(sought)
    return {name: one.tolist() for name, one in found.items()}


@st.composite
def registers(draw):
    """Ids of one form as registers write them: words that are the same in all, and digits that differ."""
    form = draw(st.text("AR-0719县#", min_size=1, max_size=20))
    digits = st.text("0123456789", min_size=form.count("#"), max_size=form.count("#"))

    def written(held):
        told = iter(held)
        return "".join(next(told) if one == "#" else one for one in form)

    known = draw(st.lists(digits.map(written), min_size=1, max_size=20, unique=True))
    strange = st.one_of(st.none(), st.text("AR0719县x", max_size=20))
    return known, draw(st.lists(st.one_of(st.sampled_from(known), digits.map(written), strange), max_size=30))


@settings(deadline=None)
@given(registers())
def test_every_id_is_found_where_it_stands_and_no_other(both):
    known, sought = both

    assert places(known, sought) == [known.index(one) + 1 if one in known else 0 for one in sought]


@pytest.mark.parametrize(
    "known",
    [
        ["R1", "R10", "R2"],
        ["a1", "b1"],
        ["4310030010010001", "5310030010010002", "4310030010010003"],
        ["0000000000000000001", "9000000000000000000"],
        ["0县县县县县县县县", "1县县县县县县县县"],
        ["000000000000000000000", "100000000000000000000", "184467440737095516160"],
        ["1", ":", "/"],
        [],
    ],
    ids=["lengths", "letters", "sparse", "long", "a digit far in front", "beyond 64 bits", "beside the digits", "none"],
)
def test_ids_of_other_forms_are_found_too(known):
    sought = [*known, "R3", "4310030010010009", None, "", *known]

    assert places(known, sought) == [known.index(one) + 1 if one in known else 0 for one in sought]


def test_more_ids_than_are_read_at_once():
    known = [f"H{number:09}" for number in range(BLOCK + 3)]
    sought = [*reversed(known), "H999999999", "X000000001"]

    assert places(known, sought) == [*range(BLOCK + 3, 0, -1), 0, 0]


def test_a_part_of_a_column_is_read_from_where_it_begins():
    ids = pa.array(["R7", None, "R1", "R2", None, "R9"])
    found = at(pa.array(["R0", "R1", "R2"]).slice(1), some=ids.slice(2, 3), all=ids)

    assert found == {"some": [1, 2, 0], "all": [0, 0, 1, 2, 0, 0]}


def test_an_unknown_id_may_have_bytes_of_its_own():
    ends, held = np.array([0, 2, 4, 6], dtype=np.int32), b"R2XXR1"
    ids = pa.Array.from_buffers(pa.string(), 3, [pa.py_buffer(b"\x05"), pa.py_buffer(ends), pa.py_buffer(held)])

    assert at(["R1", "R2"], a=ids) == {"a": [2, 0, 1]}


@pytest.mark.parametrize("known", [["R01", "R02", "R03"], ["R1", "R10", "R2"]], ids=["digits", "lengths"])
def test_words_that_stand_for_many_rows_are_found_once_for_all_of_them(known):
    told = pa.array([2, None, 0, 2, 1], pa.int32())
    parts = [
        pa.DictionaryArray.from_arrays(told, pa.array([known[2], "nobody", known[0]], pa.string())),
        pa.array([known[1], None], pa.string()),
    ]

    found = Known(pa.array(known)).places({"a": (7, lambda: parts)})

    assert found["a"].tolist() == [1, 0, 3, 1, 0, 2, 0]
