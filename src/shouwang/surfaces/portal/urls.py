"""Addresses of the portal (门户网址): short ones for QR codes, and no code, name or number in any of them."""

from django.urls import path, re_path

from shouwang.surfaces.portal import apply, notices, rules, status

urlpatterns = [
    path("portal/", apply.home, name="portal"),
    path("p/<str:code>", apply.village, name="portal_village"),
    path("portal/apply/<str:code>/", apply.apply, name="portal_apply"),
    path("portal/rules/<str:code>/", rules.rules, name="portal_rules"),
    path("portal/status/", status.status, name="portal_status"),
    path("portal/leave/", status.leave, name="portal_leave"),
    path("portal/case/", status.case, name="portal_case"),
    path("portal/case/disagree/", status.disagree, name="portal_disagree"),
    path("portal/case/papers/", status.papers, name="portal_papers"),
    path("portal/case/papers/<int:paper_id>.pdf", status.paper, name="portal_paper"),
    path("portal/case/looks/", status.looks, name="portal_looks"),
    path("portal/case/mine/", status.mine, name="portal_mine"),
    re_path(r"^notices/(?P<key>[0-9]{12}-[0-9a-f]{16})/$", notices.board, name="village_board"),
    path("notices/<str:token>/", notices.notice, name="notice"),
    path("notices/<str:token>/object/", notices.object_form, name="object_to_notice"),
    path("board/<str:token>/", notices.old_address, name="board"),
]
