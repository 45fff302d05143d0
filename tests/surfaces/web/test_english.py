"""English by switch: every word has its English, nothing of the house speaks it, and the pages show no Chinese but data."""

import html
import importlib.util
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from shouwang.policy import load_pack
from shouwang.register.ledger.models import Entry
from shouwang.register.places.models import Place
from shouwang.stream.clues.models import Clue
from shouwang.stream.determination.actions import open_case
from shouwang.surfaces.manual import words
from shouwang.surfaces.web import phrases
from shouwang.surfaces.web.phrases import CHINESE, said
from tests.cast import AT, TODAY
from tests.stream.clues.telling import screen, take_up

ROOT = Path(__file__).parents[3]
TEMPLATES = [
    path for surface in ("web", "portal") for path in sorted((ROOT / f"src/shouwang/surfaces/{surface}/templates").rglob("*.html"))
]  # fmt: skip
CHINESE_ON_PURPOSE = {"notice_sheet.html", "plan_print.html"}
"""What hangs in the village and what the household is given is Chinese, whoever prints it. This list may only shrink."""
WORDS = "\u3400-\u9fff\u3001\u3002\uff0c\uff1b\uff1a\uff08\uff09"


def catalogue_script() -> Any:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "scripts/translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def in_english(as_person: Any) -> Any:
    """A browser of one of the cast in which somebody has pressed English."""

    def sign_in(username: str) -> Client:
        client = as_person(username)
        client.post("/language/", {"language": "en", "back": "/"})
        return client

    return sign_in


# ------------------------------------------------------------------------------------------------ the catalogue


def test_every_text_has_an_english_one_with_the_same_places_and_the_compiled_catalogue_is_of_today() -> None:
    assert catalogue_script().main(["--check"]) == 0


def test_a_missing_text_a_lost_place_and_a_forgotten_word_are_found() -> None:
    problems = catalogue_script().problems
    found = {"已办": {"a"}, "%(n)s 户": {"a"}, "待办": {"a"}, "村": {"a"}}

    told = list(problems(found, {"%(n)s 户": "households", "待办": "待办 to do", "村": "在"}))

    assert [one.split(":")[0] for one in told] == ["no English", "other places", "Chinese that the original has not"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_outside_the_catalogue(path: Path) -> None:
    text = path.read_text("utf-8")
    bare = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text, flags=re.DOTALL)
    bare = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", bare, flags=re.DOTALL)
    bare = re.sub(r'\svalue="[^"]*"', "", bare)  # what a form sends is Chinese
    bare = re.sub(r'lang="zh-CN">中文<', "<", bare)  # the switch names each language in itself

    found = re.findall(f"[{WORDS}]+", bare)

    assert bool(found) == (path.name in CHINESE_ON_PURPOSE), found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_word_given_to_a_part_or_a_filter_is_translated_too(path: Path) -> None:
    if path.name in CHINESE_ON_PURPOSE:
        return
    text = re.sub(r'\svalue="[^"]*"', "", path.read_text("utf-8"))  # what a form sends is Chinese
    code = re.findall(r"{%(?! *(?:translate|blocktranslate))(.*?)%}|{{(.*?)}}", text, flags=re.DOTALL)
    # Compared with a value, or a list of choices whose labels are said where they are shown.
    silent = r"""(?:[!=]= |_\(|word )(?:"[^"]*"|'[^']*')|(?:"[^"]*"|'[^']*')\|(?:split|pairs)"""

    left = [re.sub(silent, "", first + second) for first, second in code]

    assert [one for one in left if re.search(f"[\"'][^\"']*[{WORDS}]", one)] == []


# ------------------------------------------------------------------------------------------------ saying


def test_a_sentence_made_in_chinese_is_said_whole_by_its_pattern_or_in_its_parts() -> None:
    with translation.override("en"):
        assert said("识别认定") == "Determination"
        assert said("杨梅山镇") == "杨梅山镇"  # a name: it stays what it is
        assert said("已存证 3 份。") == "3 piece(s) of evidence kept."
        assert (
            said("还没有写姓名。请写需要帮助的人的姓名。")
            == "The name is missing. Please write the name of who needs help."
        )
        assert said("入户核实、民主评议") == "Home visit, Appraisal by villagers"


def test_in_chinese_a_word_is_the_very_same_object() -> None:
    word = "识别认定"
    assert phrases.spoken(word) is word


def test_what_stays_chinese_is_marked_and_escaped() -> None:
    with translation.override("en"):
        shown = Template("{{ name|say }}").render(Context({"name": "<b>李大山"}))

    assert shown == '&lt;b&gt;<bdi lang="zh">李大山</bdi>'


def test_a_date_is_written_as_each_language_writes_it() -> None:
    page = Template("{% load pages %}{{ on|day }}")

    with translation.override("en"):
        assert page.render(Context({"on": TODAY})) == "22\u00a0Nov\u00a02026"
    with translation.override("zh-hans"):
        assert page.render(Context({"on": TODAY})) == "2026-11-22"


# ------------------------------------------------------------------------------------------------ the switch


def test_the_switch_keeps_the_page_and_is_remembered(as_person: Any, screened: Any) -> None:
    client = as_person("xiaochen")
    assert '<html lang="zh-CN"' in client.get("/households/").content.decode()

    answer = client.post("/language/", {"language": "en", "back": "/households/?q=i"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/households/?q=i")
    assert not answer.cookies["language"]["httponly"]  # the phone's page switches by it without a signal
    assert int(answer.cookies["language"]["max-age"]) > 300 * 24 * 3600
    page = client.get("/households/").content.decode()
    assert '<html lang="en"' in page
    assert "Find a household" in page
    client.post("/language/", {"language": "zh-CN", "back": "/"})
    assert "农户查询" in client.get("/households/").content.decode()


def test_the_switch_leads_nowhere_else(client: Client, db: None) -> None:
    answer = client.post("/language/", {"language": "en", "back": "https://example.org/"})

    assert answer.headers["Location"] == "/"
    assert client.get("/language/").status_code == 405


def test_the_sign_in_page_has_the_switch(client: Client, db: None) -> None:
    assert 'name="language" value="en"' in client.get("/sign-in/").content.decode()
    client.cookies["language"] = "en"
    page = client.get("/sign-in/").content.decode()
    assert "Sign in" in page
    assert 'lang="zh-CN">中文</button>' in page


def test_what_the_browser_would_like_does_not_count(client: Client, db: None) -> None:
    page = client.get("/sign-in/", headers={"accept-language": "en-GB,en;q=0.9"}).content.decode()

    assert '<html lang="zh-CN"' in page


def test_only_a_language_that_there_is_can_be_switched_to(client: Client, db: None) -> None:
    client.cookies["language"] = "../../xx"

    assert '<html lang="zh-CN"' in client.get("/sign-in/").content.decode()


def test_a_refusal_is_said_in_english(in_english: Any, screened: Any) -> None:
    page = in_english("xiaosun").get("/households/").content.decode()

    assert "Your post has no right to open this page." in page


def test_what_an_english_reader_stores_and_takes_away_is_chinese(in_english: Any, screened: Any) -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    client = in_english("xiaochen")
    client.post("/clues/new/", {})  # refused, and said in English
    sheet = client.get("/warnings/sheet.xlsx", {"reason": "核对"})
    if sheet.status_code == 200:
        cells = [
            str(cell.value) for row in load_workbook(BytesIO(sheet.content)).active.iter_rows(max_row=3) for cell in row
        ]
        assert any("户" in cell for cell in cells), cells
    table = client.get("/households/?sheet=1")
    assert table.status_code == 200
    cells = [str(cell.value) for row in load_workbook(BytesIO(table.content)).active.iter_rows() for cell in row]
    assert "户主" in cells
    assert not [one for one in Entry.objects.values_list("reason", flat=True) if one and re.search("[A-Za-z]{4}", one)]


# ------------------------------------------------------------------------------------------------ pages in English


class Words(HTMLParser):
    """What a reader of a page meets: text, and the attributes that are read out or shown."""

    SHOWN = ("title", "aria-label", "placeholder", "alt", "data-label")
    VOID = ("input", "br", "meta", "link", "img", "hr", "use", "rect", "line", "circle", "polyline", "path")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.around: list[tuple[str, bool]] = [("", False)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marked = tag in ("textarea", "script") or (dict(attrs).get("lang") or "").startswith("zh")
        silent = marked or self.around[-1][1]
        if not silent:
            self.found += [value for name, value in attrs if name in self.SHOWN and value]
        if tag not in self.VOID:
            self.around.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        if tag in [name for name, _ in self.around]:
            while self.around.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.around[-1][1]:
            self.found.append(data)


def chinese_of(page: str) -> set[str]:
    """The runs of Chinese on a page, without the switch's own name for Chinese."""
    words = Words()
    page = re.sub(r'<span class="rule-line">.*?</span>', "", page, flags=re.DOTALL)  # the text of a policy
    words.feed(re.sub(r"</?bdi[^>]*>", "", page))
    runs = {
        run
        for text in words.found
        for run in re.findall(r"[\u3400-\u9fff][\u3400-\u9fff·、，。：；（）《》〔〕]*", text)
    }
    return runs - {"中文"}


@pytest.fixture
def data(cast: Any) -> str:
    """Everything that is data and stays Chinese: names of people, places and units, and the words of the policy pack."""
    pack = load_pack("hunan/chenzhou")
    people = [f"{user.name}" for user in cast.users.values()]
    places = [name for place in Place.objects.all() for name in (place.name, place.full_name)]
    return "\n".join([*people, *places, *texts_of(pack), *words(), *NAMES])


NAMES = ("李大山", "王桂花", "赵有田", "个月家庭自付医疗费")
"""People of the screened village, and the sentence of its warning."""
MAIN = [
    ("xiaochen", "/todo/"),
    ("xiaochen", "/households/"),
    ("xiaochen", "/households/H1/"),
    ("xiaochen", "/clues/"),
    ("xiaochen", "/clues/{clue}/"),
    ("xiaochen", "/cases/"),
    ("xiaochen", "/cases/{case}/"),
    ("xiaochen", "/plans/"),
    ("xiaochen", "/design/"),
    ("xiaozhou", "/dashboard/"),
    ("xiaozhou", "/insight/"),
    ("xiaozhou", "/rules/"),
    ("xiaozhou", "/warnings/"),
    ("xiaozhou", "/follow-ups/"),
    ("xiaozhou", "/zero/"),
    ("xiaozhou", "/deliveries/"),
    ("xiaowu", "/ledger/"),
]


def texts_of(thing: Any, seen: set[int] | None = None) -> list[str]:
    """Every Chinese text within a pack, however deep."""
    seen = set() if seen is None else seen
    if isinstance(thing, str):
        return [thing] if CHINESE.search(thing) else []
    if id(thing) in seen or isinstance(thing, (int, float, type(None))):
        return []
    seen.add(id(thing))
    if isinstance(thing, dict):
        parts: Any = [*thing.keys(), *thing.values()]
    elif isinstance(thing, (list, tuple, set, frozenset)):
        parts = thing
    else:
        parts = [
            getattr(thing, name, None)
            for name in getattr(thing, "__dataclass_fields__", vars(thing) if hasattr(thing, "__dict__") else ())
        ]
    return [text for part in parts for text in texts_of(part, seen)]


@pytest.fixture
def things(cast: Any, screened: Any) -> dict[str, Any]:
    """A clue and a determination of 老李's household, so that no page is empty."""
    take_up(screen(("H1", "illness", "red")))
    return {
        "clue": Clue.objects.get(household_id="H1").pk,
        "case": open_case(household_id="H1", actor=cast.xiaochen, at=AT).number,
    }


@pytest.mark.parametrize(("username", "path"), MAIN)
def test_a_page_in_english_shows_no_chinese_but_data(
    in_english: Any, screened: Any, things: dict[str, Any], data: str, username: str, path: str
) -> None:
    page = in_english(username).get(path.format(**things))

    assert page.status_code == 200
    assert (
        sorted(
            run
            for run in chinese_of(html.unescape(page.content.decode()))
            if run.strip("、，。：；（）《》〔〕·") not in data
        )
        == []
    )
