"""Names: one written form, hearing and seeing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.kernel import names
from shouwang.kernel.similar_shapes import CLASSES

CJK = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
HANZI = st.text(CJK, min_size=1, max_size=5).filter(names.normalise)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("王 小 明", "王小明"), ("王小明（户主）", "王小明"), ("王小明(已故", "王小明"), ("\u3000王小明\t", "王小明"),
     ("扎西•才让", "扎西·才让"), ("扎西．才让", "扎西·才让"), ("阿依古丽・买买提", "阿依古丽·买买提"),
     ("·卓玛·", "卓玛"), ("⼀⼆", "一二"), ("𠮷田", "𠮷田"), ("王小明1", "王小明"),
     ("Nguyen Thi Hoa", "NGUYENTHIHOA"), ("不详", ""), ("NULL", ""), ("", ""), (None, "")],
)  # fmt: skip
def test_a_name_is_written_in_one_form(typed, meant):
    assert names.normalise(typed) == meant


@given(st.text())
def test_normalising_any_text_twice_changes_nothing_more(text):
    assert names.normalise(names.normalise(text)) == names.normalise(text)
    assert names.pinyin(text) == names.pinyin(names.normalise(text))


@given(HANZI)
def test_pinyin_and_shape_keep_one_mark_per_character(name):
    assert len(names.pinyin(name).split(" ")) == len(names.shape(name)) == len(names.comparable(name))


@pytest.mark.parametrize(
    ("surname", "reading"),
    [("单", "shan"), ("仇", "qiu"), ("解", "xie"), ("查", "zha"), ("曾", "zeng"), ("覃", "qin"), ("区", "ou"),
     ("朴", "piao")],
)  # fmt: skip
def test_a_surname_is_read_as_a_surname(surname, reading):
    assert names.pinyin(surname + "小芳") == f"{reading} xiao fang"
    assert names.surname_pinyin(surname + "小芳") == reading


def test_the_same_character_inside_a_name_keeps_its_usual_reading():
    assert names.pinyin("李解") == "li jie"


def test_homophones_sound_alike_whatever_their_tone():
    assert names.pinyin("张伟") == names.pinyin("章炜") == "zhang wei"


def test_the_umlaut_is_kept_apart_from_u():
    assert names.pinyin("吕露") == "lv lu"


def test_compound_surnames_are_two_characters():
    assert names.surname("欧阳明") == "欧阳"
    assert names.surname_pinyin("欧阳明") == "ou yang"
    assert names.surname("欧阳") == "欧"


def test_a_tibetan_name_has_no_surname_and_still_compares():
    assert names.comparable("扎西·才让") == names.comparable("扎西才让")
    assert names.surname("扎西才让") == "扎"


def test_a_rare_character_without_a_reading_stands_for_itself():
    assert names.pinyin("王\U00030000") == "wang \U00030000"


def test_characters_of_similar_shape_become_one():
    assert names.shape("李未") == names.shape("李末")
    assert names.shape("杨晴") == names.shape("扬睛")
    assert names.shape("王芳") != names.shape("王明")


def test_southern_speech_merges_what_it_does_not_part():
    assert names.southern("zheng") == names.southern("zen")
    assert names.southern("ning") == names.southern("lin")
    assert names.southern("huang") == names.southern("fang")
    assert names.southern("li") != names.southern("ji")


def test_every_similar_shape_class_has_at_least_two_characters():
    assert min(len(word) for word in CLASSES.split()) >= 2
