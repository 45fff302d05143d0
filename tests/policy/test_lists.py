"""Reference lists are dated and sourced item by item; a child adds to them, and cannot weaken what protects people."""

from datetime import date

import pytest

from shouwang.kernel.errors import InputError
from shouwang.policy import load_pack
from tests.policy.making import write_child, write_pack

FILE = "lists/classes.yaml"
CLASSES = """
    list: classes
    title: 类别
    note: 示例清单
    items:
      - {item: old, title: 旧类, from: 2020-01-01, until: 2026-07-01, source: 示例, verified: yes}
      - {item: new, title: 新类, from: 2026-07-01, replaces: old, value: 3, of: kinds, source: 示例, verified: no}
      - {item: always, title: 一直有, source: 示例, clause: 第一条, verified: lost, note: 说明}
"""
DENY = """
    list: publicity_deny
    title: 不公示
    items:
      - {item: id_number, title: 证件号, from: 2021-01-01, source: 示例, verified: no}
"""
FILES = {FILE: CLASSES, "lists/publicity_deny.yaml": DENY}


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    return write_pack(tmp_path_factory.mktemp("parent"), FILES)


def fault(tmp_path, files):
    with pytest.raises(InputError) as refused:
        load_pack(write_pack(tmp_path, files))
    return str(refused.value).replace(f"{tmp_path}/", "")


@pytest.mark.parametrize(
    ("day", "held"),
    [
        (date(2019, 12, 31), {"always"}),
        (date(2020, 1, 1), {"old", "always"}),
        (date(2026, 6, 30), {"old", "always"}),
        (date(2026, 7, 1), {"new", "always"}),
    ],
)
def test_an_item_holds_from_its_first_to_its_last_day(parent, day, held):
    assert {*load_pack(parent).lists["classes"].on(day)} == held


def test_an_item_keeps_everything_said_of_it(parent):
    items = load_pack(parent).lists["classes"].items

    assert (items["new"].replaces, items["new"].value, items["new"].of) == ("old", 3, "kinds")
    assert (items["always"].clause, items["always"].verified, items["always"].note) == ("第一条", "lost", "说明")
    assert (items["always"].value, items["always"].place) == (None, "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("item: always", "item: old", "7: “old”写了两次"),
        ("replaces: old", "replaces: older", "6: replaces 所指的“older”不在清单里"),
        ("title: 一直有, ", "", "7: 每一项要写明 item 和 title"),
        ("{item: always", "{name: always", "7: 每一项要写明 item 和 title"),
        ("clause: 第一条", "clauses: 第一条", "7: 不认识的键 clauses"),
        ("until: 2026-07-01", "until: 明年", "5: until 要写成日期"),
        ("from: 2020-01-01", "from: 2020", "5: from 要写成日期"),
        ("source: 示例, clause", "clause", "7: 每一项都要有 source 出处和 verified"),
        ("verified: lost", "verified: maybe", "7: 每一项都要有 source 出处和 verified"),
        ("note: 示例清单", "notes: 示例清单", "3: 不认识的键“notes”"),
        ("list: classes", "list: kinds", "1: 文件名“classes”与list“kinds”不一致"),
    ],
)
def test_a_fault_of_a_list_is_named_with_file_and_line(tmp_path, old, new, said):
    assert old in CLASSES

    assert fault(tmp_path, {FILE: CLASSES.replace(old, new, 1)}).startswith(f"{FILE}:{said}")


def test_what_a_notice_may_not_show_has_no_last_day(tmp_path):
    ended = DENY.replace("from: 2021-01-01", "from: 2021-01-01, until: 2099-01-01")

    assert "publicity_deny.yaml:4: 保护个人信息的清单只能增加" in fault(tmp_path, {"lists/publicity_deny.yaml": ended})


def merged(tmp_path, parent, files):
    return load_pack(write_child(tmp_path / "child", parent, files)).lists


def test_a_child_adds_items_says_some_otherwise_and_takes_none_away(tmp_path, parent):
    own = """
        list: classes
        title: 本地类别
        items:
          - {item: always, title: 本地叫法, source: 示例, verified: no}
          - {item: local, title: 本地类, from: 2026-01-01, source: 示例, verified: no}
    """

    found = merged(tmp_path, parent, {FILE: own})["classes"]

    assert {name: item.title for name, item in found.items.items()} == {
        "old": "旧类",
        "new": "新类",
        "always": "本地叫法",
        "local": "本地类",
    }
    assert found.title == "本地类别"
    assert load_pack(parent).lists["classes"].items["always"].title == "一直有"


def test_a_child_that_says_nothing_has_the_lists_of_its_parent(tmp_path, parent):
    found = merged(tmp_path, parent, {})

    assert {name: {*one.items} for name, one in found.items()} == {
        "classes": {"old", "new", "always"},
        "publicity_deny": {"id_number"},
    }


def test_a_child_may_protect_more(tmp_path, parent):
    more = DENY.replace("item: id_number, title: 证件号", "item: phone, title: 电话")

    assert {*merged(tmp_path, parent, {"lists/publicity_deny.yaml": more})["publicity_deny"].items} == {
        "id_number",
        "phone",
    }


@pytest.mark.parametrize("change", ["from: 2099-01-01", "title: 只遮一半", "from: 2021-01-01"])
def test_a_child_cannot_say_otherwise_what_protects_people(tmp_path, parent, change):
    key = change.partition(":")[0]
    weaker = DENY.replace({"from": "from: 2021-01-01", "title": "title: 证件号"}[key], change)

    with pytest.raises(InputError, match="publicity_deny 的 id_number 保护个人信息，下级包不能另作规定"):
        merged(tmp_path, parent, {"lists/publicity_deny.yaml": weaker})


def test_a_grandchild_cannot_weaken_it_either(tmp_path, parent):
    child = write_child(tmp_path / "county", parent, {})

    with pytest.raises(InputError, match="下级包不能另作规定"):
        merged(tmp_path, child, {"lists/publicity_deny.yaml": DENY.replace("2021-01-01", "2099-01-01")})
