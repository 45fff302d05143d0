"""The notice of a case (办件公示): looked at, then signed, then posted and entered in one go."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.publicity.wording import foot_lines, period_line
from shouwang.register.staff.choices import Permission
from shouwang.stream.determination.notices import notice_preview, post_case_notice
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.case_papers import issue_posted
from shouwang.surfaces.web.cases import TITLE, found_case
from shouwang.surfaces.web.looks import look


@page(Permission.ISSUE_PAPER)
@require_http_methods(["GET", "POST"])
def case_notice(request: StaffRequest, number: str) -> HttpResponse:
    """What would hang in the village; posted with the fingerprint of what was seen, it is published."""
    case = found_case(request, number)
    given = request.POST if request.method == "POST" else request.GET
    phone = given.get("phone", "").strip()[:20]
    try:
        if request.method == "POST":
            post_case_notice(
                case=case,
                phone=phone,
                saw=given.get("saw", ""),
                actor=request.actor,
                at=timezone.now(),
                seen=int(given.get("seen", "-1")),
            )
            issue_posted(request, number)
            messages.success(request, "已签发。请在办理记录里打印公示单，在村里张贴；到期网页自动撤下。")
            return redirect("case", number)
        look(request, case.household_id, "公示预览", task=f"case:{number}")
        shown = notice_preview(case=case, phone=phone, actor=request.actor, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('case', args=[number])}#next")
    context = {
        "crumbs": [
            {"title": TITLE, "address": reverse("case_list")},
            {"title": number, "address": reverse("case", args=[number])},
            {"title": "公示预览", "address": ""},
        ],
        "case": case,
        "notice": shown.notice,
        "withheld": shown.withheld,
        "fingerprint": shown.fingerprint,
        "period": period_line(shown.notice),
        "foot": foot_lines(shown.notice),
        "phone": phone,
    }
    return render(request, "web/case_notice.html", context)
