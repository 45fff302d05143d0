"""The README in both languages: its ten lines do what they say, its counts are true."""

import re
from pathlib import Path

import pytest

from shouwang.policy import load_pack, pack_names
from shouwang.policy.loading import load_packs


def program(page):
    (found,) = re.findall(r"```python\n(.*?)```", Path(page).read_text("utf-8"), re.DOTALL)
    return found


def test_the_ten_lines_warn_of_a_heavy_hospital_bill(capsys):
    exec(compile(program("README.md"), "README.md", "exec"), {})

    assert "近12个月看病个人自付38,000元" in capsys.readouterr().out


def test_both_languages_show_the_same_program_and_commands():
    english, chinese = (Path(page).read_text("utf-8") for page in ("README.md", "README.zh-CN.md"))

    assert program("README.md") == program("README.zh-CN.md")
    assert re.findall(r"^shouwang .*$", english, re.MULTILINE) == re.findall(r"^shouwang .*$", chinese, re.MULTILINE)


NATIONAL = {
    "README.md": "National: {rules} warning rules, {checks} checks, {benefits} benefits, {tariffs} tariffs, {gates} gates,"
    " {procedures} procedures, {lists} lists.",
    "README.zh-CN.md": "国家包有预警规则 {rules} 条、疑点规则 {checks} 条、待遇 {benefits} 项、算法 {tariffs} 个、"
    "关口 {gates} 个、程序 {procedures} 个、清单 {lists} 个；",
}
CHENZHOU = {
    "README.md": "Chenzhou: {rules} rules, {benefits} benefits, {tariffs} tariffs,",
    "README.zh-CN.md": "郴州有预警规则 {rules} 条、待遇 {benefits} 项、算法 {tariffs} 个，",
}


@pytest.mark.parametrize(("name", "sentences"), [("national", NATIONAL), ("hunan/chenzhou", CHENZHOU)])
def test_the_counts_of_a_pack_are_true(name, sentences):
    pack = load_pack(name)
    kinds = ("rules", "checks", "benefits", "tariffs", "gates", "procedures", "lists")
    counts = {kind: len(getattr(pack, kind)) for kind in kinds}

    missing = [page for page, said in sentences.items() if said.format(**counts) not in flowing(page)]

    assert missing == [], counts


def test_there_are_as_many_packs_and_cases_as_the_page_says():
    packs = load_packs(name for name in pack_names() if (Path("packs") / name).is_dir())
    tariffs = {(case.file, case.line) for pack in packs for one in pack.tariffs.values() for case in one.cases}

    assert len(packs) == 6
    assert sum(len(pack.cases) for pack in packs) + len(tariffs) > 1800
    assert "Six packs with more than 1,800 worked cases" in flowing("README.md")
    assert "六个包共 1,800 多个算例" in flowing("README.zh-CN.md")


def flowing(page):
    """The text of a page with the lines of its list entries joined."""
    return re.sub(r"\n  ", "" if page.endswith("zh-CN.md") else " ", Path(page).read_text("utf-8"))
