"""Signing in as somebody who decides: a code beside the password, good once; sessions that end; tries that run out."""

from datetime import date, timedelta
from typing import Any

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.actions import appoint, end_post, enrol_second_factor
from shouwang.register.staff.choices import Role
from shouwang.register.staff.models import SecondFactor, SignInAttempt
from shouwang.surfaces.web.fresh_factor import fresh_second_factor
from tests.cast import NEXT_VILLAGE, PASSWORD, VILLAGE

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _asked(settings: Any) -> None:
    settings.SECOND_FACTOR = True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock that the test moves; it begins at the real time."""

    class Clock:
        now = timezone.now()

        def forward(self, **spent: float) -> None:
            self.now += timedelta(**spent)

    one = Clock()
    monkeypatch.setattr(timezone, "now", lambda: one.now)
    return one


@pytest.fixture
def enrolled(cast: Any, clock: Any) -> Any:
    """小周 has the second factor."""
    user = cast.users["xiaozhou"]
    code = pyotp.TOTP(KEY).at(clock.now)
    enrol_second_factor(user=user, key=KEY, code=code, ring=keyring(), at=clock.now)
    clock.forward(minutes=2)
    return user


def password(client: Client, username: str = "xiaozhou", word: str = PASSWORD) -> Any:
    return client.post("/sign-in/", {"username": username, "password": word})


def signed_in(clock: Any) -> Client:
    client = Client()
    password(client)
    client.post("/sign-in/code/", {"code": pyotp.TOTP(KEY).at(clock.now)})
    return client


def test_the_password_alone_leads_nowhere_but_to_the_code(enrolled: Any) -> None:
    client = Client()
    answer = password(client)

    assert answer["Location"] == "/sign-in/code/"
    assert client.get("/dashboard/").status_code == 302


def test_the_code_of_the_moment_opens_the_door_once(enrolled: Any, clock: Any) -> None:
    code = pyotp.TOTP(KEY).at(clock.now)
    first, second = Client(), Client()
    password(first)
    password(second)

    assert first.post("/sign-in/code/", {"code": code}).status_code == 302
    assert first.get("/dashboard/").status_code == 200
    assert second.post("/sign-in/code/", {"code": code}).status_code == 422


def test_without_the_first_step_there_is_no_second(enrolled: Any, clock: Any) -> None:
    answer = Client().post("/sign-in/code/", {"code": pyotp.TOTP(KEY).at(clock.now)})

    assert answer["Location"] == "/sign-in/"


def test_the_first_step_does_not_wait_for_ever(enrolled: Any, clock: Any) -> None:
    client = Client()
    password(client)
    clock.forward(minutes=6)

    assert client.post("/sign-in/code/", {"code": pyotp.TOTP(KEY).at(clock.now)})["Location"] == "/sign-in/"


def test_whoever_decides_switches_it_on_before_anything_else(cast: Any, clock: Any) -> None:
    client = Client()
    password(client)

    assert client.get("/dashboard/")["Location"] == "/sign-in/factor/"
    page = client.get("/sign-in/factor/").content.decode()
    key = client.session["factor_key"]
    assert "data:image/svg+xml" in page
    assert client.post("/sign-in/factor/", {"code": "000000"}).status_code == 422
    assert client.post("/sign-in/factor/", {"code": pyotp.TOTP(key).at(clock.now)}).status_code == 302
    assert client.get("/dashboard/").status_code == 200
    assert key not in SecondFactor.objects.get(user=cast.users["xiaozhou"]).secret_cipher


@pytest.mark.parametrize("username", ["xiaowang", "xiaochen", "xiaosun", "xiaowu"])
def test_whoever_decides_nothing_needs_no_code(cast: Any, username: str) -> None:
    client = Client()

    assert password(client, username)["Location"] == "/"
    assert client.get("/rules/").status_code == 200


def test_in_a_demo_nobody_needs_a_phone(cast: Any, settings: Any) -> None:
    settings.SECOND_FACTOR = False

    assert password(Client())["Location"] == "/"


@pytest.mark.parametrize("username", ["xiaowang", "nobody"])
def test_after_five_failures_even_the_right_password_gets_the_same_sentence(
    cast: Any, clock: Any, username: str
) -> None:
    client = Client()
    wrong = [password(client, username, "wrong").content for _ in range(5)]
    right = password(client, username)

    assert right.status_code == 422
    assert "账号或密码不对" in right.content.decode()
    assert len({len(one) for one in wrong}) == 1
    clock.forward(minutes=16)
    assert password(client, "xiaowang").status_code == 302


def test_failures_elsewhere_do_not_lock_the_person_out(cast: Any) -> None:
    for _ in range(6):
        Client(REMOTE_ADDR="10.0.0.9").post("/sign-in/", {"username": "xiaowang", "password": "wrong"})

    assert password(Client(), "xiaowang").status_code == 302
    assert SignInAttempt.objects.filter(username="xiaowang", address="10.0.0.9").count() == 5


def test_codes_cannot_be_tried_without_end(enrolled: Any, clock: Any) -> None:
    client = Client()
    password(client)
    for _ in range(5):
        client.post("/sign-in/code/", {"code": "000000"})

    assert client.post("/sign-in/code/", {"code": pyotp.TOTP(KEY).at(clock.now)}).status_code == 422


def test_the_session_gets_a_new_key_at_every_step(enrolled: Any, clock: Any) -> None:
    client = Client()
    client.get("/sign-in/")
    keys = [client.session.session_key]
    password(client)
    keys.append(client.session.session_key)
    client.post("/sign-in/code/", {"code": pyotp.TOTP(KEY).at(clock.now)})
    keys.append(client.session.session_key)
    clock.forward(minutes=1)
    client.post("/sign-in/again/", {"code": pyotp.TOTP(KEY).at(clock.now), "next": "/rules/"})
    keys.append(client.session.session_key)

    assert len(set(keys)) == 4
    assert client.get("/dashboard/").status_code == 200


@pytest.mark.parametrize(("idle", "status"), [(29, 200), (31, 302)])
def test_half_an_hour_without_a_click_ends_the_session(cast: Any, clock: Any, idle: int, status: int) -> None:
    client = Client()
    password(client, "xiaowang")
    clock.forward(minutes=idle)

    assert client.get("/warnings/").status_code == status


def test_twelve_hours_end_the_session_however_busy(cast: Any, clock: Any) -> None:
    client = Client()
    password(client, "xiaowang")
    answers = []
    for _ in range(30):
        clock.forward(minutes=25)
        answers.append(client.get("/rules/amendments/").status_code)

    assert answers == [200] * 28 + [302] * 2


def test_an_approver_is_signed_in_at_one_place_at_a_time(enrolled: Any, clock: Any) -> None:
    first = signed_in(clock)
    clock.forward(minutes=1)
    second = signed_in(clock)

    assert first.get("/dashboard/").status_code == 302
    assert second.get("/dashboard/").status_code == 200


def test_a_decision_asks_for_a_code_of_the_last_five_minutes(enrolled: Any, clock: Any, rf: Any) -> None:
    client = signed_in(clock)
    request = rf.get("/")
    request.session = client.session

    assert fresh_second_factor(request)
    clock.forward(minutes=6)
    assert not fresh_second_factor(request)


def test_a_post_that_ended_allows_nothing_at_the_next_click(as_person: Any, cast: Any) -> None:
    client = as_person("xiaozhou")
    before = client.get("/households/").status_code
    end_post(post=cast.users["xiaozhou"].posts.get(), on=date(2026, 1, 2))

    assert (before, client.get("/households/").status_code) == (200, 403)


def test_a_suspended_account_is_out_at_the_next_click(as_person: Any, cast: Any) -> None:
    client = as_person("xiaowang")
    type(cast.users["xiaowang"]).objects.filter(username="xiaowang").update(is_active=False)

    assert client.get("/warnings/").status_code == 302


def test_whoever_holds_two_posts_chooses_one(as_person: Any, cast: Any) -> None:
    user = cast.users["xiaowang"]
    second = appoint(user=user, role=Role.HELPER, place_code=NEXT_VILLAGE, valid_from=date(2026, 3, 1))
    client = as_person("xiaowang")
    first = user.posts.exclude(pk=second.pk).get()

    assert client.get("/households/H2/").status_code == 200
    client.post("/sign-in/post/", {"post": first.pk})
    assert client.get("/households/H2/").status_code == 404
    assert client.get("/households/H1/").status_code == 200
    with rows_within(*EVERYWHERE):  # a page that was not found leaves its own range behind in a test's transaction
        end_post(post=first, on=date(2026, 2, 1))
    assert client.get("/households/H2/").status_code == 200


def test_somebody_elses_post_cannot_be_chosen(as_person: Any, cast: Any) -> None:
    other = cast.users["xiaozhou"].posts.get()

    assert as_person("xiaowang").post("/sign-in/post/", {"post": other.pk}).status_code == 404
    assert VILLAGE
