"""Addresses of the staff pages (网址). Every view declares its permission; middleware refuses one that does not."""

from django.urls import path

from shouwang.surfaces.web import (
    amendments,
    benefits,
    boundaries,
    calendar,
    dashboard,
    deliveries,
    households,
    ledger,
    links,
    preferences,
    quality,
    reveal,
    rules,
    sign_in,
    trials,
    warnings,
    why,
)

urlpatterns = [
    path("", sign_in.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("type/", preferences.set_type, name="set_type"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/boundaries/<str:code>.json", boundaries.boundaries, name="boundaries"),
    path("warnings/", warnings.warning_list, name="warning_list"),
    path("warnings/sheet.xlsx", warnings.warning_sheet, name="warning_sheet"),
    path("warnings/<int:warning_id>/", why.why, name="why"),
    path("households/", households.household_list, name="household_list"),
    path("households/<str:household_id>/", households.household, name="household_file"),
    path("households/<str:household_id>/benefits/", benefits.household_benefits, name="household_benefits"),
    path("residents/<str:resident_id>/reveal/", reveal.reveal, name="reveal"),
    path("doubts/", quality.doubt_list, name="doubt_list"),
    path("gaps/", quality.gap_list, name="gap_list"),
    path("deliveries/", deliveries.delivery_list, name="delivery_list"),
    path("deliveries/send/", deliveries.send_delivery, name="send_delivery"),
    path("deliveries/templates/<str:feed>.xlsx", deliveries.template_sheet, name="template_sheet"),
    path("deliveries/<int:delivery_id>/", deliveries.delivery, name="delivery"),
    path("deliveries/<int:delivery_id>/rejects.xlsx", deliveries.reject_sheet, name="reject_sheet"),
    path("deliveries/<int:delivery_id>/undo/", deliveries.undo, name="undo_delivery"),
    path("rules/", rules.rule_list, name="rule_list"),
    path("rules/book/", rules.whole_book, name="rule_book"),
    path("rules/amendments/", amendments.amendment_list, name="amendment_list"),
    path("rules/amendments/new/", amendments.new_amendment, name="draft_amendment"),
    path("rules/amendments/check/", amendments.check_amendment, name="check_amendment"),
    path("rules/amendments/<int:amendment_id>/", amendments.amendment, name="amendment"),
    path("rules/amendments/<int:amendment_id>/try/", trials.try_out, name="try_amendment"),
    path("rules/amendments/<int:amendment_id>/<str:what>/", amendments.act, name="amendment_step"),
    path("rules/trials/<int:trial_id>/", trials.trial, name="trial"),
    path("rules/trials/<int:trial_id>/sheet.xlsx", trials.trial_sheet, name="trial_sheet"),
    path("rules/<str:kind>/<str:name>/", rules.rule, name="rule"),
    path("calendar/", calendar.working_calendar_page, name="working_calendar"),
    path("calendar/load/", calendar.load_year, name="load_calendar_year"),
    path("calendar/<int:special_day_id>/<str:what>/", calendar.change_day, name="change_calendar_day"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("links/", links.link_review, name="link_review"),
    path("links/clear/", links.clear, name="clear_links"),
    path("links/<str:key>/", links.resolve, name="resolve_link"),
]

handler403 = "shouwang.surfaces.web.errors.forbidden"
handler404 = "shouwang.surfaces.web.errors.not_found"
handler500 = "shouwang.surfaces.web.errors.our_fault"
