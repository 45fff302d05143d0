"""Three administrators: accounts by one, posts by another, the record read by a third; no household for any of them."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from shouwang.register.ledger.models import Entry
from shouwang.register.staff.actions import appoint
from shouwang.register.staff.choices import Role
from shouwang.register.staff.models import Post, User
from tests.cast import COUNTY, OTHER_COUNTY_VILLAGE, VILLAGE

ADMINS = {"system": Role.SYSTEM_ADMIN, "security": Role.SECURITY_ADMIN, "audit": Role.AUDIT_ADMIN}


@pytest.fixture
def admin(cast: Any) -> Any:
    def sign_in(which: str) -> Client:
        user, _ = User.objects.get_or_create(username=f"{which}admin", defaults={"name": "管理", "password": "!"})
        appoint(user=user, role=ADMINS[which], place_code=COUNTY, valid_from=date(2026, 1, 1))
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def opened(client: Client, username: str = "xinren") -> str:
    """Open an account and give back the secret that the page shows."""
    page = client.post("/accounts/open/", {"username": username, "name": "新人"}).content.decode()
    found = re.search(r"([a-z2-9]{4}(?:-[a-z2-9]{4}){3})", page)
    assert found
    return found.group(1)


def test_from_opening_an_account_to_the_first_click(admin: Any) -> None:
    secret = opened(admin("system"))
    admin("security").post(
        "/posts/grant/",
        {"username": "xinren", "role": "collector", "place_code": VILLAGE, "valid_from": "2026-01-01"},
    )
    person = Client()
    person.post("/sign-in/", {"username": "xinren", "password": secret})

    assert person.get("/warnings/")["Location"] == "/sign-in/password/"
    for wrong in ({"password": secret, "repeated": secret}, {"password": "short", "repeated": "short"}):
        assert person.post("/sign-in/password/", wrong).status_code == 422
    own = {"password": "horse staple battery", "repeated": "horse staple battery"}
    assert person.post("/sign-in/password/", own).status_code == 302
    assert person.get("/warnings/").status_code == 200
    assert Client().post("/sign-in/", {"username": "xinren", "password": secret}).status_code == 422
    acts = set(Entry.objects.filter(subject="account:xinren").values_list("act", flat=True))
    assert acts == {"open_account", "grant_post", "replace_password"}


def test_the_secret_is_shown_once_and_kept_nowhere(admin: Any) -> None:
    client = admin("system")
    secret = opened(client)

    assert secret not in client.get("/accounts/").content.decode()
    assert not Entry.objects.filter(details__icontains=secret).exists()
    assert secret not in User.objects.get(username="xinren").password


def test_a_secret_that_lay_too_long_opens_nothing(admin: Any) -> None:
    secret = opened(admin("system"))
    User.objects.filter(username="xinren").update(secret_until="2026-01-01T00:00Z")

    assert Client().post("/sign-in/", {"username": "xinren", "password": secret}).status_code == 422


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"username": "xiaowang", "name": "小王"}, "已经有人用了"),
        ({"username": "小王", "name": "小王"}, "小写字母"),
        ({"username": "laowang", "name": ""}, "姓名"),
    ],
)
def test_an_account_that_cannot_be_opened_says_why(admin: Any, given: dict[str, str], sentence: str) -> None:
    answer = admin("system").post("/accounts/open/", given)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_suspending_needs_a_reason_and_can_be_taken_back(admin: Any, as_person: Any) -> None:
    client, person = admin("system"), as_person("xiaowang")
    client.post("/accounts/xiaowang/suspend/", {"reason": ""})
    still = person.get("/rules/amendments/").status_code
    client.post("/accounts/xiaowang/suspend/", {"reason": "调离"})
    out = person.get("/rules/amendments/").status_code
    client.post("/accounts/xiaowang/resume/", {"reason": "调回"})

    assert (still, out) == (200, 302)
    assert User.objects.get(username="xiaowang").is_active
    assert Entry.objects.get(act="suspend_account").reason == "调离"


@pytest.mark.parametrize("address", ["/accounts/xiaoqian/suspend/", "/accounts/nobody/suspend/"])
def test_accounts_of_another_county_are_not_there(admin: Any, address: str) -> None:
    client = admin("system")

    assert client.post(address, {"reason": "离职"}).status_code == 404
    assert "xiaoqian" not in client.get("/accounts/").content.decode()


def test_posts_of_another_county_are_not_there(admin: Any, cast: Any) -> None:
    client = admin("security")
    elsewhere = cast.users["xiaoqian"].posts.get()

    assert client.post(f"/posts/{elsewhere.pk}/end/").status_code == 404
    wish = {"username": "xiaowang", "role": "helper", "place_code": OTHER_COUNTY_VILLAGE, "valid_from": "2026-01-01"}
    assert client.post("/posts/grant/", wish).status_code == 422


def test_what_does_not_go_together_is_said_in_a_sentence(admin: Any) -> None:
    wish = {"username": "xiaowang", "role": "county_leader", "place_code": COUNTY, "valid_from": "2026-01-01"}
    answer = admin("security").post("/posts/grant/", wish)

    assert answer.status_code == 422
    assert "不能在同一个县既是村级信息采集员又是县级分管领导" in answer.content.decode()


def test_ending_a_post_ends_what_it_allowed(admin: Any, as_person: Any, cast: Any) -> None:
    person = as_person("xiaowang")
    admin("security").post(f"/posts/{cast.users['xiaowang'].posts.get().pk}/end/")

    assert person.get("/warnings/").status_code == 403
    assert Post.objects.get(user__username="xiaowang").valid_until is not None


@pytest.mark.parametrize("which", ADMINS)
@pytest.mark.parametrize("address", ["/households/", "/households/H1/", "/warnings/", "/cases/", "/dashboard/"])
def test_no_administrator_sees_a_household(admin: Any, screened: Any, which: str, address: str) -> None:
    assert admin(which).get(address).status_code == 403


@pytest.mark.parametrize(
    ("which", "address", "status"),
    [
        ("system", "/accounts/", 200),
        ("system", "/posts/", 403),
        ("system", "/ledger/", 403),
        ("security", "/posts/", 200),
        ("security", "/accounts/", 403),
        ("security", "/ledger/", 403),
        ("audit", "/ledger/", 200),
        ("audit", "/accounts/", 403),
        ("audit", "/posts/", 403),
    ],
)
def test_each_administrator_has_one_desk(admin: Any, which: str, address: str, status: int) -> None:
    assert admin(which).get(address).status_code == status


def test_giving_a_post_asks_for_a_code_of_the_moment(admin: Any, settings: Any) -> None:
    settings.SECOND_FACTOR = True
    client = admin("security")
    answer = client.post("/posts/grant/", {"username": "xiaowang"})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/factor/")
