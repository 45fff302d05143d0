"""Files keep the manners of the house: size, words, no traces of the machine they were written on."""

import ast
import importlib
import re

import pytest
from django.db.models import Choices

from tests.architecture.sources import PACKAGE, ROOT, kept_files, python_files, tree, where

LIMIT = 350
LONGER: dict[str, int] = {}
"""Files over the limit with the most lines they may have. An entry may only shrink; take it out below the limit."""

TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".html", ".css", ".js", ".json", ".sh", ".csv", ""}
MACHINE_PATH = re.compile("/(?:work|root|farm)/")
CHINESE = re.compile("[一-鿿]")
PINYIN = set(
    "bangfu beizhu chengse cunmin danwei fanpin fengxian gongshi hongse huzhu jiance jiating jiaoyu jine leixing "
    "mingcheng nongcun nonghu nongmin pinkun renkou riqi shenfenzheng shenhe shigu shouru shuju tuopin xiangzhen "
    "xianji xingming xiaochu yiliao yujing zaihai zhichu zhuangtai zhufang".split()
)
"""Words of the field that must have an English name here. dibao and tekun are English loan words: see GLOSSARY.md."""


def lines(path):
    return len(path.read_text("utf-8").splitlines())


def test_no_source_file_outgrows_its_limit():
    long = {str(path.relative_to(ROOT)): lines(path) for path in python_files() if lines(path) > LIMIT}

    assert {name: count for name, count in long.items() if count > LONGER.get(name, LIMIT)} == {}
    assert set(LONGER) - set(long) == set(), "these files are short again: take them off the list"


def test_no_file_names_a_path_of_the_machine_it_was_written_on():
    traces = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in kept_files()
        if path.suffix in TEXT and path.name != "uv.lock"
        for found in MACHINE_PATH.finditer(path.read_text("utf-8"))
    ]

    assert traces == []


def identifiers(path):
    for node in ast.walk(tree(path)):
        names = [getattr(node, field, None) for field in ("name", "id", "attr", "arg")]
        yield from ((node, name) for name in names if isinstance(name, str))


def test_no_identifier_is_pinyin():
    pinyin = [
        f"{where(path, node)} {name}"
        for path in python_files()
        for node, name in identifiers(path)
        if PINYIN & set(name.lower().split("_"))
    ]

    assert pinyin == []


def enums():
    for path in sorted(PACKAGE.rglob("choices.py")):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        module = importlib.import_module(name)
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Choices) and value.__module__ == name:
                yield pytest.param(value, id=f"{name}.{value.__name__}")


@pytest.mark.parametrize("enum", list(enums()))
def test_every_choice_has_a_chinese_label(enum):
    assert [member.name for member in enum if not CHINESE.search(str(member.label))] == []


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_says_what_lives_in_it(path):
    assert ast.get_docstring(tree(path)) or path.read_text("utf-8").strip() == ""
