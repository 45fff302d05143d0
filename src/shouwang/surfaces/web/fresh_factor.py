"""A fresh code before something grave (再次验证): asked for over the form that was just filled in, which is kept.

A code given once counts for some minutes, so that a row of decisions is one code. Nothing of the form is stored: it goes
to the browser and comes back with the code, a chosen file among it.
"""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.actions import WrongCode, accept_code, count_attempt
from shouwang.register.staff.queries import has_second_factor, is_locked
from shouwang.surfaces.web.access import StaffRequest
from shouwang.surfaces.web.preferences import safe_target
from shouwang.surfaces.web.sessions import FACTOR, address_of, renew_key

MINUTE = 60
CODE, FILE = "factor_code", "kept_file:"
LARGEST_KEPT = 3 * 1024 * 1024
"""A file above this is not carried through the page: it must be chosen again, and the page says so."""
WRONG = "验证码不对，或者已经用过。连续输错五次，要等十五分钟再试。"
View = Callable[..., HttpResponse]


def fresh_second_factor(request: HttpRequest) -> bool:
    """Whether a code was given within the last minutes (验证码是否仍有效); always where none is asked for."""
    if not settings.SECOND_FACTOR:
        return True
    passed = int(timezone.now().timestamp()) - request.session.get(FACTOR, 0)
    return bool(passed <= settings.CODE_MINUTES * MINUTE)


def with_fresh_factor(view: View) -> View:
    """A view that decides: whoever gave no code lately gives one first and goes on. Stands below `@page`."""
    return fresh_factor_for()(view)


def fresh_factor_for(*acts: str, must: bool = True) -> Callable[[View], View]:
    """The same for some acts of a view only (its `what`), or only for those who have a second factor at all."""

    def bound(view: View) -> View:
        @wraps(view)
        def asked(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if acts and kwargs.get("what") not in acts:
                return view(request, *args, **kwargs)
            return code_first(request, must=must) or view(request, *args, **kwargs)

        return asked

    return bound


def code_first(request: StaffRequest, *, must: bool = True) -> HttpResponse | None:
    """What is answered before the act itself (先验证后办理): the question for a code, or None when it may go on.

    Unless they `must`, people who have no second factor are not asked: their sign-in needed none either.
    """
    if request.method == "POST":
        _put_files_back(request)
    if fresh_second_factor(request):
        return None
    if not has_second_factor(request.user):  # type: ignore[arg-type]
        if not must:
            return None
        messages.error(request, "这一步要有动态验证码，请先启用，再办理。")
        return _to(request, reverse("enrol_factor"))
    if request.method != "POST" or request.headers.get("HX-Request"):
        messages.warning(request, "这一步要先输入动态验证码，然后请再点一次。")
        return _to(request, f"{reverse('step_up')}?{urlencode({'next': _page_before(request)})}")
    if CODE in request.POST and accepted(request, request.user, request.POST[CODE]):
        refresh(request)
        return None
    return _question(request, wrong=WRONG if CODE in request.POST else "")


def accepted(request: HttpRequest, user: Any, code: str) -> bool:
    """Whether a code counts; a wrong one is counted with the failed sign-ins."""
    now, address = timezone.now(), address_of(request)
    if is_locked(user.username, address, at=now):
        return False
    try:
        accept_code(user=user, code=code, ring=keyring(), at=now)
    except WrongCode:
        count_attempt(username=user.username, address=address, at=now)
        return False
    return True


def refresh(request: HttpRequest) -> None:
    """From now on the code counts for some minutes, under a new session key."""
    renew_key(request)
    request.session[FACTOR] = int(timezone.now().timestamp())


def _question(request: StaffRequest, *, wrong: str) -> HttpResponse:
    """The page with one field; everything that was typed comes back with it."""
    typed = {name: values for name, values in request.POST.lists() if name not in (CODE, "csrfmiddlewaretoken")}
    kept = [(name, value) for name, values in typed.items() for value in values if not name.startswith(FILE)]
    files, lost = _files(request)
    context = {
        "kept": kept + files,
        "lost": lost,
        "wrong": wrong,
        "address": request.get_full_path(),
        "back": _page_before(request),
        "minutes": settings.CODE_MINUTES,
    }
    return render(request, "web/fresh_code.html", context, status=422 if wrong else 200)


def _files(request: HttpRequest) -> tuple[list[tuple[str, str]], list[str]]:
    """Chosen files as fields of the page, and the names of those that are too large for that."""
    kept, lost = [], []
    for name in request.FILES:
        file: Any = request.FILES[name]
        if (file.size or 0) > LARGEST_KEPT:
            lost.append(file.name or "")
        else:
            file.seek(0)
            kept.append((f"{FILE}{name}:{file.name}", base64.b64encode(file.read()).decode()))
    return kept, lost


def _put_files_back(request: HttpRequest) -> None:
    for field in [one for one in request.POST if one.startswith(FILE)]:
        name, _, file_name = field.removeprefix(FILE).partition(":")
        try:
            content = base64.b64decode(request.POST[field], validate=True)
        except binascii.Error:
            continue
        request.FILES.setdefault(name, SimpleUploadedFile(file_name or "file", content))


def _to(request: HttpRequest, target: str) -> HttpResponse:
    return HttpResponseClientRedirect(target) if request.headers.get("HX-Request") else redirect(target)


def _page_before(request: HttpRequest) -> str:
    """The page on which the form or the link stood; only our own addresses are gone back to."""
    return safe_target(request, request.headers.get("Referer", "/"))
