"""Actors: what somebody may do follows from a post, its place and its period."""

from datetime import date

import pytest

from shouwang.register.staff.actions import UnknownPlace, appoint, end_post, open_account
from shouwang.register.staff.choices import ALLOWED, Permission, Role
from shouwang.register.staff.models import Post
from shouwang.register.staff.queries import SYSTEM, NotAllowed, actor_named, actor_of
from tests.cast import TODAY, VILLAGE, Cast


def test_collector_covers_the_own_village_only(cast: Cast) -> None:
    assert cast.xiaowang.covers(int(VILLAGE))
    assert not cast.xiaozhao.covers(int(VILLAGE))


def test_township_and_county_cover_the_village_below_them(cast: Cast) -> None:
    assert cast.xiaochen.covers(int(VILLAGE))
    assert cast.xiaozhou.covers(int(VILLAGE))
    assert not cast.xiaofeng.covers(int(VILLAGE))


def test_post_allows_nothing_before_it_begins_and_after_it_ends(cast: Cast) -> None:
    post = Post.objects.get(user=cast.users["xiaowang"])
    end_post(post=post, on=date(2026, 11, 1))

    assert actor_of(cast.users["xiaowang"], on=date(2025, 12, 31)) is None
    assert actor_of(cast.users["xiaowang"], on=date(2026, 10, 31)) == cast.xiaowang
    assert actor_of(cast.users["xiaowang"], on=date(2026, 11, 1)) is None


def test_closed_account_is_no_actor(cast: Cast) -> None:
    user = cast.users["xiaowang"]
    user.is_active = False
    user.save()

    assert actor_named("xiaowang", on=TODAY) is None


def test_newest_post_counts_unless_another_is_chosen(cast: Cast) -> None:
    user = cast.users["xiaowang"]
    first = Post.objects.get(user=user)
    appoint(user=user, role=Role.VILLAGE_CADRE, place_code=VILLAGE, valid_from=date(2026, 6, 1))

    newest, chosen = actor_of(user, on=TODAY), actor_of(user, on=TODAY, post_id=first.pk)
    assert newest is not None
    assert newest.role == Role.VILLAGE_CADRE
    assert chosen == cast.xiaowang


def test_account_that_exists_keeps_its_password(cast: Cast) -> None:
    again = open_account(username="xiaowang", name="小王", password="another-long-word")

    assert not again.check_password("another-long-word")


def test_post_at_an_unknown_place_is_refused(cast: Cast) -> None:
    with pytest.raises(UnknownPlace, match="999999"):
        appoint(user=cast.users["xiaowang"], role=Role.COLLECTOR, place_code="999999", valid_from=TODAY)


def test_what_a_role_does_not_allow_is_refused(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        cast.xiaowang.require(Permission.RUN_SCREENING)


def test_auditor_and_liaison_never_see_households() -> None:
    personal = {Permission.SEE_HOUSEHOLDS, Permission.REVEAL_IDENTITY, Permission.RESOLVE_LINKS}

    assert not personal & ALLOWED[Role.AUDITOR]
    assert not personal & ALLOWED[Role.LIAISON]


def test_only_the_system_imports_the_register() -> None:
    assert [role for role, allowed in ALLOWED.items() if Permission.IMPORT_REGISTER in allowed] == [Role.SYSTEM]
    assert SYSTEM.may(Permission.IMPORT_REGISTER)
