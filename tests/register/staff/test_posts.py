"""Posts that do not go together, and who may give them."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.places.queries import place_of
from shouwang.register.staff.actions import IncompatiblePosts, appoint, end_post, grant_post, withdraw_post
from shouwang.register.staff.choices import ALLOWED, ALONE, APPROVERS, DECIDING, ON_SITE, Permission, Role
from shouwang.register.staff.models import Post, User
from shouwang.register.staff.queries import Actor, NotAllowed, actor_of
from tests.cast import COUNTY, OTHER_COUNTY, OTHER_COUNTY_VILLAGE, PREFECTURE, TODAY, TOWNSHIP, VILLAGE, Cast

SINCE = date(2026, 1, 1)
TOGETHER_NEVER = [
    (Role.SYSTEM_ADMIN, COUNTY, Role.SECURITY_ADMIN, COUNTY),
    (Role.SECURITY_ADMIN, COUNTY, Role.AUDIT_ADMIN, COUNTY),
    (Role.SYSTEM_ADMIN, COUNTY, Role.AUDIT_ADMIN, OTHER_COUNTY),
    (Role.AUDITOR, COUNTY, Role.COUNTY_OFFICER, COUNTY),
    (Role.COLLECTOR, VILLAGE, Role.AUDITOR, PREFECTURE),
    (Role.COLLECTOR, VILLAGE, Role.COUNTY_LEADER, COUNTY),
    (Role.VILLAGE_CADRE, VILLAGE, Role.TOWNSHIP_LEADER, TOWNSHIP),
    (Role.COUNTY_LEADER, COUNTY, Role.VILLAGE_CADRE, VILLAGE),
]
TOGETHER = [
    (Role.COLLECTOR, VILLAGE, Role.VILLAGE_CADRE, VILLAGE),
    (Role.HELPER, VILLAGE, Role.COUNTY_LEADER, COUNTY),
    (Role.COLLECTOR, OTHER_COUNTY_VILLAGE, Role.COUNTY_LEADER, COUNTY),
    (Role.TOWNSHIP_OFFICER, TOWNSHIP, Role.COUNTY_OFFICER, COUNTY),
]


@pytest.fixture
def person(cast: Cast) -> User:
    return User.objects.create(username="newcomer", name="新来的", password="!")


def officer(role: Role, place: str) -> Actor:
    user = User.objects.create(username=f"the{role.value.replace('_', '')}", name="老管", password="!")
    appoint(user=user, role=role, place_code=place, valid_from=SINCE)
    actor = actor_of(user, on=TODAY)
    assert actor is not None
    return actor


def put(user: User, role: str, code: str, since: date = SINCE) -> Post:
    """A post as SQL would put it there, past every action."""
    return Post.objects.create(user=user, role=role, place=place_of(code), valid_from=since)


@pytest.mark.parametrize(("held", "at", "wanted", "there"), TOGETHER_NEVER)
def test_posts_that_do_not_go_together_are_refused(person: User, held: str, at: str, wanted: str, there: str) -> None:
    appoint(user=person, role=held, place_code=at, valid_from=SINCE)

    with pytest.raises(IncompatiblePosts, match="同一个人不能"):
        appoint(user=person, role=wanted, place_code=there, valid_from=TODAY)
    with pytest.raises(IntegrityError, match="incompatible"), transaction.atomic():
        put(person, wanted, there, TODAY)


@pytest.mark.parametrize(("held", "at", "wanted", "there"), TOGETHER)
def test_posts_that_go_together_are_given(person: User, held: str, at: str, wanted: str, there: str) -> None:
    appoint(user=person, role=held, place_code=at, valid_from=SINCE)

    assert appoint(user=person, role=wanted, place_code=there, valid_from=TODAY).pk


def test_a_post_that_ended_stands_in_nobodys_way(person: User) -> None:
    post = appoint(user=person, role=Role.COLLECTOR, place_code=VILLAGE, valid_from=SINCE)
    end_post(post=post, on=date(2026, 6, 1))

    assert appoint(user=person, role=Role.COUNTY_LEADER, place_code=COUNTY, valid_from=date(2026, 6, 1)).pk


def test_a_post_cannot_be_prolonged_into_another_that_it_does_not_go_with(person: User) -> None:
    first = put(person, Role.COLLECTOR, VILLAGE)
    end_post(post=first, on=date(2026, 6, 1))
    put(person, Role.AUDITOR, COUNTY, date(2026, 6, 1))

    with pytest.raises(IntegrityError, match="incompatible"), transaction.atomic():
        Post.objects.filter(pk=first.pk).update(valid_until=None)


def test_the_database_knows_the_same_roles_as_the_code() -> None:
    from importlib import import_module

    written = import_module("shouwang.register.staff.migrations.0004_incompatible_posts")
    written.ALONE = import_module("shouwang.register.staff.migrations.0006_machines").ALONE

    for name, roles in (("ALONE", ALONE), ("ON_SITE", ON_SITE), ("DECIDING", DECIDING)):
        assert {word.strip("' ()") for word in getattr(written, name).split(",")} == {role.value for role in roles}


def test_the_security_administrator_gives_and_ends_posts_of_the_own_county(person: User) -> None:
    admin = officer(Role.SECURITY_ADMIN, COUNTY)

    post = grant_post(user=person, role=Role.COLLECTOR, place_code=VILLAGE, valid_from=SINCE, unit="", actor=admin)
    ended = withdraw_post(post_id=post.pk, on=TODAY, actor=admin)

    assert ended.valid_until == TODAY
    assert actor_of(person, on=TODAY) is None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"place_code": OTHER_COUNTY_VILLAGE}, "辖区里没有"),
        ({"place_code": PREFECTURE}, "辖区里没有"),
        ({"role": Role.SYSTEM}, "请选择"),
        ({"role": Role.HOUSEHOLD}, "请选择"),
        ({"role": Role.LIAISON}, "单位"),
    ],
)
def test_a_post_beyond_the_own_area_or_role_is_refused(person: User, given: dict[str, Any], sentence: str) -> None:
    admin = officer(Role.SECURITY_ADMIN, COUNTY)
    wish = {"user": person, "role": Role.COLLECTOR, "place_code": VILLAGE, "valid_from": SINCE, "unit": ""}

    with pytest.raises(Refusal, match=sentence):
        grant_post(**{**wish, **given}, actor=admin)  # type: ignore[arg-type]


def test_nobody_gives_or_ends_a_post_of_the_own(cast: Cast) -> None:
    admin = officer(Role.SECURITY_ADMIN, COUNTY)
    user = User.objects.get(username=admin.username)

    with pytest.raises(Refusal, match="自己"):
        grant_post(user=user, role=Role.HELPER, place_code=VILLAGE, valid_from=SINCE, unit="", actor=admin)
    with pytest.raises(Refusal, match="自己"):
        withdraw_post(post_id=user.posts.get().pk, on=TODAY, actor=admin)


@pytest.mark.parametrize("who", ["xiaozhou", "laohe", "laofang", "xiaowu"])
def test_only_the_security_administrator_gives_posts(cast: Cast, person: User, who: str) -> None:
    with pytest.raises(NotAllowed):
        grant_post(
            user=person, role=Role.COLLECTOR, place_code=VILLAGE, valid_from=SINCE, unit="", actor=getattr(cast, who)
        )


def test_administrators_see_no_case_and_no_household() -> None:
    allowed = {
        Permission.MANAGE_STAFF,
        Permission.GRANT_POSTS,
        Permission.MANAGE_MACHINES,
        Permission.SEE_LEDGER,
        Permission.SEE_RULES,
    }

    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        assert ALLOWED[role] <= allowed


def test_whoever_decides_is_an_approver() -> None:
    assert {
        Role.TOWNSHIP_LEADER, Role.COUNTY_LEADER, Role.COUNTY_OFFICER, Role.PREFECTURE_OFFICER, Role.SECURITY_ADMIN,
    } == APPROVERS  # fmt: skip
