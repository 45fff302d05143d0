"""A fresh code before something grave: asked over the form that was filled in, once for some minutes, of who has one."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pyotp
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from shouwang.conf import env
from shouwang.kernel.errors import InputError
from shouwang.register.ledger.keys import keyring
from shouwang.register.papers.models import Template
from shouwang.register.staff.actions import enrol_second_factor
from shouwang.register.staff.models import SignInAttempt
from tests.register.exchange.sheets import workbook
from tests.register.papers.test_templates import with_text
from tests.stream.determination.walking import Walk
from tests.surfaces.web.test_cases import case_of_number

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
FORM = {
    "outcome": "included",
    "ground": "sudden_hardship",
    "words": "医疗费超过一年收入。",
    "monitored_class": "marginal",
    "risks": ["illness", "housing"],
}


@pytest.fixture(autouse=True)
def _asked(settings: Any) -> None:
    settings.SECOND_FACTOR = True


class Phone:
    """Somebody's phone with the codes of the moment; none is used twice."""

    def __init__(self, user: Any) -> None:
        self.now = timezone.now() - timedelta(minutes=4)
        enrol_second_factor(user=user, key=KEY, code=self.code(), ring=keyring(), at=self.now)
        self.now = timezone.now()

    def code(self) -> str:
        return pyotp.TOTP(KEY).at(self.now)


@pytest.fixture
def phone_of(cast: Any) -> Any:
    return lambda username: Phone(cast.users[username])


def asked(answer: Any) -> bool:
    return 'name="factor_code"' in answer.content.decode()


def carried(answer: Any) -> dict[str, list[str]]:
    """What the page with the question carries on."""
    kept: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(answer.content.decode()):
        if name != "csrfmiddlewaretoken":
            kept.setdefault(name, []).append(unescape(value))
    return kept


def to_decide(cast: Any) -> Walk:
    return Walk(cast).reviewed()


def test_a_decision_asks_for_a_code_and_loses_nothing_of_what_was_typed(
    as_person: Any, cast: Any, phone_of: Any
) -> None:
    walk, phone, leader = to_decide(cast), phone_of("laofang"), as_person("laofang")
    address = f"/cases/{walk.number}/acts/decision/"
    form = FORM | {"seen": str(walk.case.records)}

    question = leader.post(address, form)
    kept = carried(question)
    done = leader.post(address, {**kept, "factor_code": phone.code()}, follow=True)

    assert asked(question)
    assert case_of_number(walk.case).outcome == "included"
    assert kept == {name: value if isinstance(value, list) else [value] for name, value in form.items()}
    assert "决定已作出" in done.content.decode()


def test_a_wrong_code_decides_nothing_and_keeps_the_form(as_person: Any, cast: Any, phone_of: Any) -> None:
    walk, _, leader = to_decide(cast), phone_of("laofang"), as_person("laofang")
    address = f"/cases/{walk.number}/acts/decision/"

    answer = leader.post(address, FORM | {"seen": walk.case.records, "factor_code": "000000"})

    assert answer.status_code == 422
    assert carried(answer)["words"] == [FORM["words"]]
    assert "factor_code" not in carried(answer)
    assert case_of_number(walk.case).outcome == ""
    assert SignInAttempt.objects.filter(username="laofang").count() == 1


def test_yes_and_no_cost_the_same_code(as_person: Any, cast: Any, phone_of: Any) -> None:
    walk, _, leader = to_decide(cast), phone_of("laofang"), as_person("laofang")
    answers = [
        leader.post(f"/cases/{walk.number}/acts/decision/", FORM | {"seen": walk.case.records, "outcome": outcome})
        for outcome in ("included", "refused")
    ]

    assert [asked(answer) for answer in answers] == [True, True]


def test_one_code_serves_a_row_of_decisions_for_five_minutes(
    as_person: Any, cast: Any, phone_of: Any, monkeypatch: Any
) -> None:
    phone, leader, real = phone_of("laofang"), as_person("laofang"), timezone.now

    leader.post("/sign-in/again/", {"code": phone.code(), "next": "/rules/"})
    walk = to_decide(cast)
    within = leader.post(f"/cases/{walk.number}/acts/decision/", FORM | {"seen": walk.case.records})
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(minutes=6))
    later = leader.post(f"/cases/{walk.number}/acts/decision/", FORM | {"seen": walk.case.records})

    assert within.status_code == 302
    assert asked(later)


def test_other_acts_of_a_case_ask_for_nothing(as_person: Any, cast: Any, phone_of: Any) -> None:
    walk, _ = Walk(cast), phone_of("xiaochen")

    answer = as_person("xiaochen").post(f"/cases/{walk.number}/acts/pledge/", {"seen": "0"})

    assert answer.status_code == 302
    assert "/sign-in/" not in answer["Location"]


def test_a_chosen_template_goes_on_with_the_code(as_person: Any, cast: Any, phone_of: Any) -> None:
    phone, county = phone_of("xiaozhou"), as_person("xiaozhou")
    given = {"valid_from": "2126-01-01", "words": "按县里格式"}
    file = SimpleUploadedFile("我的模板.docx", with_text("本县的说法"))

    question = county.post("/papers/templates/pledge/", {**given, "file": file})
    county.post("/papers/templates/pledge/", {**carried(question), "factor_code": phone.code()})

    assert asked(question)
    assert Template.objects.get().note == "按县里格式"


def test_a_file_too_large_to_carry_is_named(as_person: Any, cast: Any, phone_of: Any) -> None:
    phone_of("xiaozhou")
    file = SimpleUploadedFile("太大的模板.docx", b"0" * (3 * 1024 * 1024 + 1))

    answer = as_person("xiaozhou").post("/papers/templates/pledge/", {"valid_from": "2126-01-01", "file": file})

    assert "太大的模板.docx" in answer.content.decode()
    assert "再选一次" in answer.content.decode()


def test_a_list_leads_to_the_question_and_back_to_its_page(
    as_person: Any, cast: Any, screened: Any, phone_of: Any
) -> None:
    phone, county = phone_of("xiaozhou"), as_person("xiaozhou")
    referer = {"Referer": "http://testserver/warnings/?level=red"}

    first = county.get("/warnings/sheet.xlsx", headers=referer)
    back = county.post(first["Location"], {"code": phone.code(), "next": "http://testserver/warnings/?level=red"})

    assert first["Location"].startswith("/sign-in/again/?next=")
    assert back["Location"].endswith("/warnings/?level=red")
    assert county.get("/warnings/sheet.xlsx").content[:2] == b"PK"


@pytest.mark.parametrize("address", ["/households/?sheet=1", "/cases/?sheet=1", "/clues/sheet.xlsx"])
def test_every_table_that_leaves_as_a_sheet_asks_too(as_person: Any, cast: Any, phone_of: Any, address: str) -> None:
    phone_of("xiaozhou")

    assert as_person("xiaozhou").get(address)["Location"].startswith("/sign-in/again/")


def test_who_has_no_second_factor_takes_a_masked_list_without(as_person: Any, cast: Any, screened: Any) -> None:
    assert as_person("xiaowang").get("/warnings/sheet.xlsx").content[:2] == b"PK"


def test_full_numbers_leave_only_with_a_second_factor(as_person: Any, cast: Any) -> None:
    wish = {"layout": "monitored", "choice": "all", "reason": "报送上级部门"}
    officer = as_person("xiaochen")

    masked = officer.post("/exchange/outgoing/sheet.xlsx", wish)
    full = officer.post("/exchange/outgoing/sheet.xlsx", wish | {"in_full": "yes"})

    assert masked.content[:2] == b"PK"
    assert full["Location"] == "/sign-in/factor/"


def test_a_sheet_of_full_numbers_goes_on_with_the_code(as_person: Any, cast: Any, phone_of: Any) -> None:
    phone, officer = phone_of("xiaochen"), as_person("xiaochen")
    wish = {"layout": "monitored", "choice": "listed", "listed": "H1", "reason": "报送上级部门", "in_full": "yes"}

    question = officer.post("/exchange/outgoing/sheet.xlsx", wish)
    sheet = officer.post("/exchange/outgoing/sheet.xlsx", {**carried(question), "factor_code": phone.code()})

    assert asked(question)
    assert sheet.content[:2] == b"PK"


def test_a_returned_sheet_with_numbers_asks_who_has_a_phone(as_person: Any, cast: Any, phone_of: Any) -> None:
    from shouwang.register.exchange.models import IncomingSheet

    officer, phone = as_person("xiaochen"), phone_of("xiaochen")
    officer.post(
        "/exchange/bring/", {"file": SimpleUploadedFile("表.xlsx", workbook([{"户编号": "H1", "姓名": "谁"}]))}
    )
    sheet = IncomingSheet.objects.get()

    assert officer.get(f"/exchange/{sheet.pk}/returned.xlsx")["Location"].startswith("/sign-in/again/")
    officer.post("/sign-in/again/", {"code": phone.code(), "next": "/"})
    assert officer.get(f"/exchange/{sheet.pk}/returned.xlsx").content[:2] == b"PK"


def test_in_a_demo_a_decision_asks_for_nothing(as_person: Any, cast: Any, settings: Any) -> None:
    settings.SECOND_FACTOR = False
    walk = to_decide(cast)

    as_person("laofang").post(f"/cases/{walk.number}/acts/decision/", FORM | {"seen": walk.case.records})

    assert case_of_number(walk.case).outcome == "included"


@pytest.mark.parametrize("given", ["0", "6", "x"])
def test_a_code_counts_for_five_minutes_at_most(monkeypatch: Any, given: str) -> None:
    monkeypatch.setenv("SHOUWANG_CODE_MINUTES", given)

    with pytest.raises(InputError):
        env.value("SHOUWANG_CODE_MINUTES")


def test_nobody_is_asked_before_signing_in(cast: Any) -> None:
    assert Client().post("/cases/X/acts/decision/", FORM)["Location"].startswith("/sign-in/?next=")
