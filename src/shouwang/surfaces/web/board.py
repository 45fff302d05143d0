"""The village's board on the web (公示栏): one notice under an address nobody can guess, gone when its time is over."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.papers.publicity.wording import foot_lines, period_line
from shouwang.register.papers.queries import notice_of, posting_on_board
from shouwang.surfaces.web.access import open_page

OUT_OF_SEARCH = "noindex, nofollow, noarchive, nosnippet"


@open_page
@require_safe
def board(request: HttpRequest, token: str) -> HttpResponse:
    """The notice; before its first day, after its last, taken down or never there: the same 404 without a word more."""
    with rows_within(*EVERYWHERE):  # who reads the board has no post and no place, only this token
        found = posting_on_board(token, on=timezone.localdate())
    if found is None:
        raise Http404
    notice = notice_of(found)
    context = {"notice": notice, "period": period_line(notice), "foot": foot_lines(notice)}
    response = render(request, "web/board.html", context)
    response["X-Robots-Tag"] = OUT_OF_SEARCH
    response["Referrer-Policy"] = "no-referrer"  # the address is the key to the page
    return response
