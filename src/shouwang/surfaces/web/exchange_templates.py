"""Filling-in templates (填报模板): what there is, and the workbook of each for a place."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouwang.kernel.errors import Refusal
from shouwang.register.exchange.actions import make_template
from shouwang.register.exchange.templates import TEMPLATES, is_needed
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.fresh_factor import code_first
from shouwang.surfaces.web.place_choice import chosen_place
from shouwang.surfaces.web.sheets import sheet_response

NOTES = {
    "households": "住房、饮水、厕所、道路、土地、联系电话；也可以登记新户（户编号留空，写户主姓名和证件号码）",
    "members": "文化程度、在校、健康、劳动技能、务工、参保；也可以登记新增的人（人编号留空）",
    "incomes": "每一笔收入、支出：类别、金额、所属期",
    "risks": "致贫返贫风险，由县级录入",
    "measures": "帮扶措施：类别、落实时间、金额",
}


@page(Permission.EXCHANGE_SHEETS)
@require_GET
def template_list(request: StaffRequest) -> HttpResponse:
    """All templates, and the place for which one is wanted."""
    rows = [
        {
            "name": one.name,
            "title": one.title,
            "note": NOTES[one.name],
            "needed": "、".join(column.title for column in one.columns if is_needed(one, column)),
            "columns": len(one.columns),
        }
        for one in TEMPLATES.values()
    ]
    crumbs = [{"title": "对接表格", "address": reverse("exchange")}, {"title": "填报模板"}]
    context = {"crumbs": crumbs, "templates": rows, "places": chosen_place(request.actor, request.GET)}
    return render(request, "web/exchange_templates.html", context)


@page(Permission.EXCHANGE_SHEETS)
@require_GET
def template(request: StaffRequest, name: str) -> HttpResponse:
    """The workbook of one template for the chosen place."""
    if name not in TEMPLATES:
        raise Http404
    prefilled = request.GET.get("prefilled") == "yes"
    if prefilled and (asked := code_first(request, must=False)):
        return asked
    place = chosen_place(request.actor, request.GET)
    try:
        content = make_template(
            name=name,
            range_low=place.range_low,
            range_high=place.range_high,
            prefilled=prefilled,
            actor=request.actor,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("exchange_templates")
    return sheet_response(content, f"{TEMPLATES[name].title}填报模板.xlsx")
