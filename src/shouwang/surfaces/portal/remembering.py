"""What a telephone remembers (手机里记的): that it has opened an application, for half an hour; that it was here before.

Both are signed and hold no name and no number; nothing else is kept, and there is no account.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

OPENED, KNOWN = "case", "known"
HALF_AN_HOUR, A_YEAR = 30 * 60, 365 * 24 * 3600
PATH = "/portal/"


def remember_opened(response: HttpResponse, request: HttpRequest, application_id: int) -> None:
    """From now on this telephone may look at this application, for half an hour."""
    _set(response, request, OPENED, str(application_id), HALF_AN_HOUR)
    if not known_device(request):
        _set(response, request, KNOWN, secrets.token_urlsafe(12), A_YEAR)


def opened_application(request: HttpRequest) -> int | None:
    """The application that this telephone has opened within the last half hour."""
    found = _read(request, OPENED, HALF_AN_HOUR)
    return int(found) if found.isdecimal() else None


def known_device(request: HttpRequest) -> str:
    """The mark of a telephone that has opened an application before; empty for every other."""
    return _read(request, KNOWN, A_YEAR)


def forget_opened(response: HttpResponse) -> None:
    """Whoever picks the telephone up next sees nothing."""
    response.delete_cookie(OPENED, path=PATH, samesite="Lax")


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; behind a proxy that is the proxy, which keeps its own count."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _set(response: HttpResponse, request: HttpRequest, name: str, value: str, age: int) -> None:
    sealed = signing.dumps(value, salt=f"portal.{name}")
    response.set_cookie(
        name, sealed, max_age=age, path=PATH, httponly=True, samesite="Lax",
        secure=request.is_secure() or settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _read(request: HttpRequest, name: str, age: int) -> str:
    try:
        return str(signing.loads(request.COOKIES.get(name, ""), salt=f"portal.{name}", max_age=age))
    except signing.BadSignature:
        return ""
