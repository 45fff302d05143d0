"""Writing staff (管理人员与岗位)."""

from datetime import date, datetime

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.places.queries import place_of
from shouwang.register.staff.models import Post, User


class UnknownPlace(Refusal):
    """No place has this code (没有这个区划)."""


@transaction.atomic
def open_account(*, username: str, name: str, password: str) -> User:
    """Open an account (开通账号); one that exists keeps its password.

    The ledger stands above this module; whoever opens accounts from a surface notes it there.
    """
    user, made = User.objects.get_or_create(username=username, defaults={"name": name})
    if made:
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


@transaction.atomic
def appoint(*, user: User, role: str, place_code: str, valid_from: date, unit: str = "") -> Post:
    """Give a post (任职) at a place from a day on; the same post is not given twice. Raises UnknownPlace."""
    place = place_of(place_code)
    if place is None:
        raise UnknownPlace(f"没有代码为 {place_code} 的区划。")
    post, _ = Post.objects.get_or_create(
        user=user, role=role, place=place, valid_from=valid_from, defaults={"unit": unit}
    )
    return post


@transaction.atomic
def end_post(*, post: Post, on: date) -> Post:
    """End a post (离任) on a day; what it allowed ends with it at the next request."""
    post.valid_until = on
    post.full_clean()
    post.save(update_fields=["valid_until"])
    return post


def remember_sign_in(*, user: User, at: datetime) -> None:
    """Keep when an account last signed in."""
    User.objects.filter(pk=user.pk).update(last_login=at)
