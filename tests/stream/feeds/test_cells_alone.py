"""A cell means the same whatever stands beside it: the fast way of plain cells and the slow way of odd ones agree."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engine.model import Column
from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets import delimited
from shouwang.stream.feeds.amounts import parse_amounts
from shouwang.stream.feeds.dates import LATEST, iso_days, parse_date, parse_dates
from shouwang.stream.feeds.wording import clean, parse_words

DAYS = ["2026-01-02", "2024-02-29", "2026-02-29", "2026-02-30", "2026-13-45", "1899-12-31", "2101-01-01", "2026/1/2",
        "20260102", "2026年1月2日", "看不清", "2026-1-2", "0000-00-00", "-", "46116", "2026-00-10", "2026-04-31"]  # fmt: skip
SUMS = ["1", "1.5", "-3", "1,234.50", "￥12元", "(20)", "叁仟元", "1.2.3", "-", "--5", "", "3万", "35%", "1e3", ".5", "5.",
        "99999999999", "0.005", "无", "1.005"]  # fmt: skip
WORDS = ["李明", " 李 明 ", "=A1", "'=1", "王\u200b芳", "ab\x07", "买买提·艾力", "买买提•艾力", "", "　", "x" * 2001, "无",
         "43100319800101123x", "431003 1980 0101 1234", "43100319800101123＊", "13800000000", "138 0000 0000", "1" * 31]  # fmt: skip


def mixed(pool):
    return st.lists(st.sampled_from([*pool, None]), min_size=1, max_size=40)


def cells(parsed):
    return list(zip(parsed.values.to_pylist(), parsed.faults.tolist(), strict=True))


@settings(deadline=None)
@given(mixed(DAYS))
def test_days_are_read_as_each_would_be_alone(texts):
    found = cells(parse_dates(pa.array(texts, pa.string())))

    assert found == [(None, 0) if text is None else parse_date(text)[:2] for text in texts]


@settings(deadline=None)
@given(mixed(SUMS), st.sampled_from(["money", "quantity", "ratio", "integer"]))
def test_amounts_are_read_as_each_would_be_alone(texts, kind):
    together = cells(parse_amounts(pa.array(texts, pa.string()), kind))

    alone = [cells(parse_amounts(pa.array([text], pa.string()), kind))[0] for text in texts]
    assert together == alone


@settings(deadline=None)
@given(mixed(WORDS), st.sampled_from(["text", "name", "id_number", "phone"]))
def test_words_are_read_as_each_would_be_alone(texts, kind):
    def read(some):
        plain, marks = clean(pa.array(some, pa.string()))
        parsed = parse_words(plain, np.ones(len(some), dtype=np.uint8), Column("c", kind, "列"))
        return list(zip(cells(parsed), marks.tolist(), strict=True))

    assert read(texts) == [read([text])[0] for text in texts]


def test_every_day_that_there_is_and_no_other_is_a_plain_day():
    numbers = [f"{year}-{month:02d}-{day:02d}" for year in (1899, 1900, 2000, 2023, 2024, LATEST.year, LATEST.year + 1)
               for month in range(14) for day in range(33)]  # fmt: skip
    found = iso_days(pa.array(numbers, pa.string()))

    assert found.tolist() == [parse_date(text)[0] is not None and parse_date(text)[2] == "" for text in numbers]


def test_a_slice_of_a_column_is_read_like_the_column_itself():
    texts = pa.array(["李明 ", "2026-01-02", None, " 12 ", "￥5元"], pa.string())

    assert clean(texts.slice(2))[0].to_pylist() == clean(texts)[0].to_pylist()[2:]
    assert cells(parse_amounts(texts.slice(3), "money")) == cells(parse_amounts(texts, "money"))[3:]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("lines", [
    "姓名,金额\n李明,1\n王芳,2\n",
    '姓名,金额\n"李,明",1\n"王\n芳",2\n',
    "某县报送表\n姓名,金额,日期\n李明,1,2026-01-02\n王芳,2,2026-01-03\n",
    "姓名,金额\n\n李明,1\n,\n王芳,2",
])  # fmt: skip
def test_the_fast_and_the_slow_way_through_a_csv_give_the_same_table(lines, encoding, tmp_path, monkeypatch):
    path = tmp_path / "file.csv"
    path.write_bytes(lines.encode(encoding))
    fast = delimited.read_delimited(path)
    monkeypatch.setattr(delimited, "_read_plain", lambda *given: None)
    slow = delimited.read_delimited(path)

    assert [text.to_pylist() for text in fast.texts] == [text.to_pylist() for text in slow.texts]
    assert fast.rows.tolist() == slow.rows.tolist()
    assert [kinds.tolist() for kinds in fast.kinds] == [kinds.tolist() for kinds in slow.kinds]
    assert (fast.notes, fast.about, fast.ragged) == (slow.notes, slow.about, slow.ragged)


def test_a_file_in_another_encoding_may_be_turned_in_the_middle_of_a_character(tmp_path, monkeypatch):
    path = tmp_path / "file.csv"
    path.write_bytes("姓名,金额\n李㐀明,1\n王芳\U00020000,2\n".encode("gb18030"))
    monkeypatch.setattr(delimited, "decode", None)  # the slow way is not needed
    monkeypatch.setattr(delimited, "RECODED", 3)

    assert delimited.read_delimited(path).texts[0].to_pylist() == ["姓名", "李㐀明", "王芳\U00020000"]


@pytest.mark.parametrize(("tail", "reason"), [(b"\xc0", "被截断"), (b"\xff\xff,3\n" + b"x,1\n" * 9, "认不出来")])
def test_a_file_in_another_encoding_that_is_broken_far_behind_its_beginning_is_refused(tail, reason, tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes("姓名,金额\n".encode("gb18030") + "李明,1\n".encode("gb18030") * 300_000 + tail)

    with pytest.raises(InputError, match=reason):
        delimited.read_delimited(path)
