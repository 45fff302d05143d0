"""A telephone without an account before the portal; nothing of Django is imported before it is set up."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _for_tests(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def telephone(cast: Any) -> Any:
    """A browser that nobody has signed in with."""
    from django.test import Client

    return Client()


@pytest.fixture
def as_person(cast: Any) -> Any:
    """A browser in which one of the cast has signed in."""
    from django.test import Client

    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(cast.users[username])
        return client

    return sign_in
