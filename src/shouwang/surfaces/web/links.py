"""Link review (人员比对复核)."""
from django.http import HttpResponse
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.web.access import StaffRequest, page


@page(Permission.RESOLVE_LINKS)
def link_review(request: StaffRequest) -> HttpResponse: ...
@page(Permission.RESOLVE_LINKS)
def clear(request: StaffRequest) -> HttpResponse: ...
@page(Permission.RESOLVE_LINKS)
def resolve(request: StaffRequest, key: str) -> HttpResponse: ...
