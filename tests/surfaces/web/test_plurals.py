"""One household, two households: English words after a number take the form that the number asks for."""

import pytest
from django.utils import translation

from shouwang.surfaces.web.phrases import CATALOGUE, read_catalogue, said
from shouwang.surfaces.web.plurals import FORMS, numbered


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("1 ⟨household|households⟩", "1 household"),
        ("2 ⟨household|households⟩", "2 households"),
        ("0 ⟨household|households⟩", "0 households"),
        ("1,001 ⟨household|households⟩", "1,001 households"),
        ("1.1 ⟨day|days⟩", "1.1 days"),
        ("11 ⟨day|days⟩", "11 days"),
        ('<b class="number">1</b> ⟨household|households⟩', '<b class="number">1</b> household'),
        ("1<small>⟨person|people⟩</small>", "1<small>person</small>"),
        ("1 monitored ⟨household|households⟩ to update", "1 monitored household to update"),
        ("3 of 1 ⟨step|steps⟩", "3 of 1 step"),
        ("2 ⟨item|items⟩ of 1 ⟨household|households⟩", "2 items of 1 household"),
        ("2026-11-1 ⟨household|households⟩", "2026-11-1 households"),
        ("<td>1</td><td>⟨household|households⟩</td>", "<td>1</td><td>households</td>"),
        ("⟨household|households⟩", "households"),
    ],
)
def test_a_word_takes_the_form_that_its_number_asks_for(text, drawn):
    assert numbered(text) == drawn


def test_a_sentence_that_comes_ready_made_is_right_too():
    with translation.override("en"):
        assert said("已发起四季度动态管理，1 户监测对象待更新。").endswith("1 monitored household to update.")
        assert said("已 1 天未更新") == "not updated for 1 day"
        assert said("已 3 天未更新") == "not updated for 3 days"


def test_every_such_word_in_the_catalogue_is_written_whole():
    for chinese, english in read_catalogue(CATALOGUE):
        forms = FORMS.findall(english)
        assert english.count("⟨") == english.count("⟩") == len(forms), chinese


def test_a_list_of_one_says_so(as_person, screened):
    client = as_person("xiaowang")
    client.cookies["language"] = "en"
    page = client.get("/warnings/").content.decode()

    assert '<b class="number">1</b> household<' in page or '<b class="number">1</b> household\n' in page
    assert "⟨" not in page
