"""A form is done once (一表一办): a double click, a retry of the browser, a second try after a crash get the same answer.

What tells one form from another is the token that every page gives its forms anew, with who sends it, where to, and all
that it holds. Changed by a single letter it is another form; opened anew, the page has another token.
"""

import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.messages import constants, get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from shouwang.kernel.faults import fault_point
from shouwang.register.staff.actions import answer_form, claim_form, release_form

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
DONE_BEFORE = "这张表刚才已经交过，没有重复办理。要再办一次，请刷新页面后重新填写。"


def done_once(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of a page; for a form that was done already, the way to the answer that it got.

    Only answers that lead on are remembered: a refusal or a page to look at may be asked for again.
    """
    if request.method != "POST" or TOKEN not in request.POST:
        return view()
    digest = _digest(request)
    earlier = claim_form(digest=digest, at=timezone.now())
    if earlier is not None:
        messages.info(request, DONE_BEFORE)
        return HttpResponseRedirect(earlier)
    response = view()
    led_to = response.headers.get("Location")
    if led_to and not _refused(request):
        answer_form(digest=digest, answer=led_to)
    else:
        release_form(digest=digest)
    fault_point("form.done")
    return response


def _refused(request: HttpRequest) -> bool:
    queued: list[Any] = getattr(get_messages(request), "_queued_messages", [])
    return any(message.level >= constants.ERROR for message in queued)


def _digest(request: HttpRequest) -> str:
    """A keyed hash: what stands in a form cannot be guessed from it."""
    made = hmac.new(settings.SECRET_KEY.encode(), digestmod=sha256)
    for part in (str(request.user.pk), request.get_full_path()):
        made.update(_framed(part.encode()))
    for name, values in sorted(request.POST.lists()):
        for text in (name, *values):
            made.update(_framed(text.encode()))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            made.update(_framed(name.encode()))
            for chunk in file.chunks():
                made.update(_framed(chunk))
            file.seek(0)
    return made.hexdigest()


def _framed(part: bytes) -> bytes:
    return len(part).to_bytes(8, "big") + part
