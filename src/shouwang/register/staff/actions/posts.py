"""Posts (岗位): giving and ending them; two that do not go together are refused here and by the database."""

from datetime import date, timedelta

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.places.queries import place_of
from shouwang.register.staff.choices import ALONE, DECIDING, GRANTABLE, ON_SITE, Permission, Role
from shouwang.register.staff.models import Post, User
from shouwang.register.staff.queries import Actor, post_within
from shouwang.register.staff.rights import may


class UnknownPlace(Refusal):
    """No place has this code (没有这个区划)."""


class IncompatiblePosts(Refusal):
    """One person may not hold both posts (不相容岗位)."""


class PostRefused(Refusal):
    """This post cannot be given or ended so (不能这样任免)."""


@transaction.atomic
def appoint(*, user: User, role: str, place_code: str, valid_from: date, unit: str = "") -> Post:
    """Give a post (任职) at a place from a day on; the same post is not given twice.

    Raises UnknownPlace, or IncompatiblePosts when the person holds a post that does not go with it.
    """
    place = place_of(place_code)
    if place is None:
        raise UnknownPlace(f"没有代码为 {place_code} 的区划。")
    User.objects.select_for_update().get(pk=user.pk)
    for other in user.posts.exclude(valid_until__lte=valid_from).select_related("place"):
        _refuse_together(Role(role), place.code, other)
    post, _ = Post.objects.get_or_create(
        user=user, role=role, place=place, valid_from=valid_from, defaults={"unit": unit}
    )
    return post


def _refuse_together(role: Role, code: str, other: Post) -> None:
    held = Role(other.role)
    if held != role and {held, role} & ALONE:
        raise IncompatiblePosts(
            f"同一个人不能既是{held.label}又是{role.label}。",
            "管理、审计岗位要由不办业务的人单独担任，请另选人员或先结束原岗位。",
        )
    crossed = (held in ON_SITE and role in DECIDING) or (held in DECIDING and role in ON_SITE)
    if crossed and other.place.code[:6] == code[:6]:
        raise IncompatiblePosts(
            f"同一个人不能在同一个县既是{held.label}又是{role.label}。",
            "采集核实的人不审批，请另选人员或先结束原岗位。",
        )


@transaction.atomic
def end_post(*, post: Post, on: date) -> Post:
    """End a post (离任) on a day; what it allowed ends with it at the next request."""
    post.valid_until = on
    post.full_clean()
    post.save(update_fields=["valid_until"])
    return post


@transaction.atomic
def grant_post(*, user: User, role: str, place_code: str, valid_from: date, unit: str, actor: Actor) -> Post:
    """Give somebody a post inside one's own area (授岗); nobody gives one to oneself.

    Raises NotAllowed, PostRefused, UnknownPlace, IncompatiblePosts.
    """
    actor.require(Permission.GRANT_POSTS)
    if role not in GRANTABLE:
        raise PostRefused("请选择一个岗位。")
    if user.username == actor.username:
        raise PostRefused("不能给自己授岗。", "请由另一位安全管理员办理。")
    if not user.is_active:
        raise PostRefused("这个账号已停用，不能授岗。", "请系统管理员先恢复账号。")
    place = place_of(place_code)
    if place is None or not may(actor, Permission.GRANT_POSTS, place):
        raise UnknownPlace("您的辖区里没有这个区划，请核对区划代码。")
    if role == Role.LIAISON and not unit.strip():
        raise PostRefused("部门联络员要写明单位。")
    unit = unit.strip() if role == Role.LIAISON else ""
    return appoint(user=user, role=role, place_code=place_code, valid_from=valid_from, unit=unit)


@transaction.atomic
def withdraw_post(*, post_id: int, on: date, actor: Actor) -> Post:
    """End a post inside one's own area (免岗), from this day on; at the earliest a day after it began.

    Raises NotAllowed, or PostRefused when there is no such post in force or it is one's own.
    """
    actor.require(Permission.GRANT_POSTS)
    post = post_within(actor, post_id)
    if post is None or (post.valid_until is not None and post.valid_until <= on):
        raise PostRefused("没有这个在任的岗位。")
    if post.user.username == actor.username:
        raise PostRefused("不能结束自己的岗位。", "请由另一位安全管理员办理。")
    return end_post(post=post, on=max(on, post.valid_from + timedelta(days=1)))
