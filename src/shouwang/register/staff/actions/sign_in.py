"""Signing in (登录): failed attempts are counted, an approver has one session at a time."""

from datetime import datetime

from shouwang.register.staff.models import SignInAttempt, User


def remember_sign_in(*, user: User, at: datetime) -> None:
    """Keep when an account last signed in."""
    User.objects.filter(pk=user.pk).update(last_login=at)


def count_attempt(*, username: str, address: str, at: datetime) -> None:
    """Count a failed sign-in or code (登录失败), also of an account that does not exist."""
    SignInAttempt.objects.create(username=username[:40], address=address[:45], at=at)


def clear_attempts(*, username: str, address: str) -> None:
    """Forget failed attempts after one that succeeded."""
    SignInAttempt.objects.filter(username=username[:40], address=address[:45]).delete()


def hold_session(*, user: User, key: str) -> None:
    """From now on this is the person's only session (单一会话)."""
    User.objects.filter(pk=user.pk).update(session_key=key)
