"""The published screening and the sign-in of each of the cast; nothing of Django is imported before it is set up."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _for_tests(settings: Any) -> None:
    """The test client speaks http, and eight accounts per test need no strong password hash."""
    settings.SECURE_SSL_REDIRECT = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def screened(cast: Any) -> Any:
    """What the last run has found over the cast's households (see screened.py)."""
    from tests.surfaces.web import screened

    return screened.publish()


@pytest.fixture
def as_person(cast: Any) -> Callable[[str], Any]:
    """A browser in which one of the cast has signed in."""
    from django.test import Client

    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(cast.users[username])
        return client

    return sign_in
