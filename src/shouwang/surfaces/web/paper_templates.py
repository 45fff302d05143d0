"""A county's own templates (文书模板): take the shipped one, edit it in Word or WPS, look at a specimen, use it, put it back."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.actions import revert_template, specimen, upload_template
from shouwang.register.papers.choices import LARGEST_TEMPLATE
from shouwang.register.papers.kinds import KINDS, Kind
from shouwang.register.papers.queries import shipped, template_bytes, template_in_force, template_of, templates
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.files import file_response
from shouwang.surfaces.web.fresh_factor import code_first, with_fresh_factor

TITLE = "文书模板"


@page(Permission.MANAGE_TEMPLATES)
@require_GET
def template_list(request: StaffRequest) -> HttpResponse:
    """The kinds of paper, and whose template each uses here."""
    newest: dict[str, Any] = {}
    for one in templates(request.actor):
        if one.place_code == request.actor.place_code:
            newest.setdefault(one.kind, one)
    rows = [{"kind": kind, "own": newest.get(kind.name)} for kind in KINDS.values()]
    context = {"crumbs": [*_crumbs()], "rows": rows}
    return render(request, "web/paper_templates.html", context)


@page(Permission.MANAGE_TEMPLATES)
@require_http_methods(["GET", "POST"])
def template_page(request: StaffRequest, kind: str) -> HttpResponse:
    """One kind: placeholders, versions, and the form for an own template. Posted, the file is checked and kept."""
    found = _kind(kind)
    wrong = ""
    if request.method == "POST":
        if asked := code_first(request):
            return asked
        try:
            upload_template(
                kind=kind,
                content=_upload(request),
                valid_from=_day(request.POST.get("valid_from", "")),
                words=request.POST.get("words", ""),
                actor=request.actor,
                at=timezone.now(),
            )
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, "模板已保存。请打开样张看一遍；已经签发的文书不会改变。")
            return redirect("template_page", kind)
    context = {
        "crumbs": [*_crumbs(), {"title": found.title}],
        "kind": found,
        "wrong": wrong,
        "today": timezone.localdate(),
        "placeholders": found.placeholders.items(),
        "versions": list(templates(request.actor, kind)),
        "own_place": request.actor.place_code,
        "limit_mb": LARGEST_TEMPLATE // 1024 // 1024,
    }
    return render(request, "web/paper_template.html", context, status=422 if wrong else 200)


@page(Permission.MANAGE_TEMPLATES)
@require_GET
def template_file(request: StaffRequest, kind: str, which: str) -> HttpResponse:
    """A template as a Word file: in force now, the shipped one, or one version by its number in the list."""
    found = _kind(kind)
    return file_response(_content(request, found, which), f"{found.title}模板", "docx")


@page(Permission.MANAGE_TEMPLATES)
@require_GET
def template_specimen(request: StaffRequest, kind: str, which: str) -> HttpResponse:
    """The same template filled with an example and printed as a specimen."""
    found = _kind(kind)
    content = specimen(kind, _content(request, found, which), actor=request.actor, at=_midnight())
    return file_response(content, f"{found.title}样张", "pdf")


@page(Permission.MANAGE_TEMPLATES)
@require_POST
@with_fresh_factor
def revert(request: StaffRequest, kind: str) -> HttpResponse:
    """Use an earlier version or the shipped template again."""
    found = _kind(kind)
    to = request.POST.get("to", "")
    try:
        revert_template(kind=found.name, to=int(to) if to.isdigit() else None, actor=request.actor, at=timezone.now())
        messages.success(request, "已恢复，从今天起使用；原来的版本仍然保留。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("template_page", kind)


def _content(request: StaffRequest, kind: Kind, which: str) -> bytes:
    if which == "shipped":
        return shipped(kind.name)
    if which == "now":
        low = request.actor.range_low
        return template_in_force(kind.name, place_number=low, on=timezone.localdate())[0]
    found = template_of(request.actor, int(which)) if which.isdigit() else None
    if found is None or found.kind != kind.name:
        raise Http404
    return template_bytes(found)


def _upload(request: StaffRequest) -> bytes:
    file = request.FILES.get("file")
    if file is None:
        raise Refusal("没有选择文件。", "请选择一个 .docx 文件。")
    if (file.size or 0) > LARGEST_TEMPLATE:
        raise Refusal(f"模板大于 {LARGEST_TEMPLATE // 1024 // 1024} MB。", "模板里只要文字和表格，请去掉图片。")
    return bytes(file.read())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("没有写启用日期。", "请选择今天或以后的一天。") from None


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _midnight() -> datetime:
    """The day, not the minute: a specimen looked at twice in a day is the same file."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def _crumbs() -> list[dict[str, str]]:
    return [{"title": "文书", "address": reverse("paper_list")}, {"title": TITLE, "address": reverse("template_list")}]
