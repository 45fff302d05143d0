"""Accounts (账号): opened with a secret that works once, suspended and resumed; no administrator knows a password."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.staff.choices import Permission, Role
from shouwang.register.staff.models import SecondFactor, User
from shouwang.register.staff.queries import Actor

MACHINE_NAME = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]\Z")
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class AccountRefused(Refusal):
    """The account cannot be opened or changed so (账号不能这样办理)."""


@dataclass(frozen=True)
class Invitation:
    """A new secret (一次性口令) for an account: shown once, handed over, replaced at the first sign-in."""

    user: User
    secret: str


@transaction.atomic
def open_account(*, username: str, name: str, password: str, hashed: str = "") -> User:
    """Open an account of a demo or a test (开通账号); one that exists keeps its password.

    Where all have one password anyway, its hash may be made once and given to each: hashing is slow on purpose.
    """
    user, made = User.objects.get_or_create(username=username, defaults={"name": name})
    if made:
        user.password = hashed or make_password(password)
        user.save(update_fields=["password"])
    return user


@transaction.atomic
def invite_person(*, username: str, name: str, actor: Actor, at: datetime) -> Invitation:
    """Open an account (开通账号) with a secret for the first sign-in; the person then chooses the password.

    Raises NotAllowed, or AccountRefused when the name is taken or unusable.
    """
    actor.require(Permission.MANAGE_STAFF)
    username, name = username.strip().lower(), name.strip()
    if not (username.isascii() and username.isalnum() and 3 <= len(username) <= 40):
        raise AccountRefused("账号用三个以上小写字母和数字。")
    if not 2 <= len(name) <= 30:
        raise AccountRefused("请写姓名。")
    if User.objects.filter(username=username).exists():
        raise AccountRefused("这个账号已经有人用了，请换一个。")
    user = User(username=username, name=name, range_low=actor.range_low, range_high=actor.range_high)
    return _with_secret(user, at)


@transaction.atomic
def open_machine_account(*, username: str, name: str, actor: Actor) -> User:
    """Open the account of a system that is no person (开通系统账号): it has no password and never signs in.

    Raises NotAllowed, or AccountRefused when the name is taken or unusable.
    """
    actor.require(Permission.MANAGE_MACHINES)
    name = name.strip()
    if not (MACHINE_NAME.match(username) and 2 <= len(name) <= 30):
        raise AccountRefused("系统账号用三到四十个小写字母、数字和短横，名称用两到三十个字。")
    if User.objects.filter(username=username).exists():
        raise AccountRefused("这个账号已经有人用了，请换一个。")
    user = User(username=username, name=name, range_low=actor.range_low, range_high=actor.range_high)
    user.set_unusable_password()
    user.save()
    return user


@transaction.atomic
def renew_secret(*, user: User, actor: Actor, at: datetime) -> Invitation:
    """Give a new secret to somebody who forgot the password or lost the phone (重发口令); the second factor goes too."""
    actor.require(Permission.MANAGE_STAFF)
    _refuse_oneself(user, actor)
    if user.posts.filter(role=Role.MACHINE).exists():
        raise AccountRefused("这是部门系统的账号，没有口令。", "它用密钥签名，请安全管理员办理。")
    SecondFactor.objects.filter(user=user).delete()
    user.session_key = ""
    return _with_secret(user, at)


@transaction.atomic
def suspend_account(*, user: User, actor: Actor) -> User:
    """Suspend an account (停用): whoever is signed in with it is out at the next request."""
    actor.require(Permission.MANAGE_STAFF)
    _refuse_oneself(user, actor)
    return _set_active(user, active=False)


@transaction.atomic
def resume_account(*, user: User, actor: Actor) -> User:
    """Resume a suspended account (恢复); its posts hold again."""
    actor.require(Permission.MANAGE_STAFF)
    _refuse_oneself(user, actor)
    return _set_active(user, active=True)


@transaction.atomic
def replace_password(*, user: User, password: str, repeated: str) -> User:
    """Replace the secret or the password by one that only the person knows (改口令). Raises AccountRefused."""
    if password != repeated:
        raise AccountRefused("两次输入的新密码不一样。")
    if user.check_password(password):
        raise AccountRefused("新密码不能和现在的一样。")
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise AccountRefused("".join(weak.messages)) from weak
    user.set_password(password)
    user.secret_until = None
    user.save(update_fields=["password", "secret_until"])
    return user


def _with_secret(user: User, at: datetime) -> Invitation:
    secret = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    user.set_password(secret)
    user.secret_until = at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    user.save()
    return Invitation(user, secret)


def _set_active(user: User, *, active: bool) -> User:
    user.is_active, user.session_key = active, ""
    user.save(update_fields=["is_active", "session_key"])
    return user


def _refuse_oneself(user: User, actor: Actor) -> None:
    if user.username == actor.username:
        raise AccountRefused("不能办理自己的账号。", "请由另一位系统管理员办理。")
