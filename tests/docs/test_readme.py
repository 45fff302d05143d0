"""The ten lines of the README, in both languages, do what they say."""

import re
from pathlib import Path


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
