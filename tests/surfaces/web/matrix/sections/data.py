"""Lines of pages about households and what comes in about them (农户和数据): files of departments, sheets."""

from tests.surfaces.web.matrix.lines import (
    AROUND,
    DATA,
    EXCHANGERS,
    NOWHERE,
    OFFICERS,
    SENDERS,
    SENT,
    WITH_HOUSEHOLDS,
    Line,
    listed,
    page,
)

DATA_LINES: dict[str, Line] = {
    # Households and what was found about them
    "dashboard": listed(WITH_HOUSEHOLDS, "/dashboard/"),
    "insight": listed(WITH_HOUSEHOLDS, "/insight/"),
    # Counts of the own place; tests/surfaces/web/test_insight.py asks for another one's.
    "monthly_report": page(WITH_HOUSEHOLDS, "/insight/report/", post={}, answers=SENT, does=WITH_HOUSEHOLDS),
    "screen": listed(WITH_HOUSEHOLDS, "/screen/"),
    "warning_list": listed(WITH_HOUSEHOLDS, "/warnings/"),
    "warning_sheet": listed(WITH_HOUSEHOLDS, "/warnings/sheet.xlsx", code=True),
    "why": Line(WITH_HOUSEHOLDS, lambda s: f"/warnings/{s.warning}/"),
    "household_list": listed(WITH_HOUSEHOLDS, "/households/"),
    "household_list (sheet)": listed(WITH_HOUSEHOLDS, "/households/?sheet=1", code=True),
    "household_list (search)": listed(WITH_HOUSEHOLDS, "/households/?q=e", fragment=True),
    "household_file": Line(WITH_HOUSEHOLDS, lambda s: f"/households/{s.household}/"),
    "household_benefits": Line(WITH_HOUSEHOLDS, lambda s: f"/households/{s.household}/benefits/"),
    "household_evidence": Line(WITH_HOUSEHOLDS, lambda s: f"/households/{s.household}/evidence/"),
    "household_evidence (part)": Line(WITH_HOUSEHOLDS, lambda s: f"/households/{s.household}/evidence/", fragment=True),
    "household_looks": Line(WITH_HOUSEHOLDS, lambda s: f"/households/{s.household}/looks/"),
    "reveal": Line(
        OFFICERS, lambda s: f"/residents/{s.resident}/reveal/", post={"reason": "核对身份信息"}, does=OFFICERS
    ),
    "doubt_list": listed(WITH_HOUSEHOLDS, "/doubts/"),
    "gap_list": listed(WITH_HOUSEHOLDS, "/gaps/"),
    # Deliveries hold for an area and show counts, not people: whoever has part of the area sees them.
    "delivery_list": page(DATA, "/deliveries/", areas=True),
    "send_delivery": page(SENDERS, "/deliveries/send/", post={}, answers=frozenset({422})),
    "template_sheet": page(DATA, "/deliveries/templates/medical_settlements.xlsx"),
    "delivery": Line(DATA, lambda s: f"/deliveries/{s.delivery}/", found=AROUND),
    # What was rejected names people, and a file of the area around holds people of other places: own place and below.
    # Nothing was rejected: whoever finds the delivery is told that there is no sheet.
    "reject_sheet": Line(
        SENDERS, lambda s: f"/deliveries/{s.delivery}/rejects.xlsx", answers=frozenset({403}), code=True
    ),
    # Others live from the file of the area around too: nobody takes it back for them.
    "undo_delivery": Line(
        SENDERS, lambda s: f"/deliveries/{s.delivery}/undo/", post={"reason": "送错了"}, answers=SENT, does=SENDERS
    ),
    "link_review": page(OFFICERS, "/links/"),
    "clear_links": page(OFFICERS, "/links/clear/", post={}, answers=SENT),
    "resolve_link": Line(OFFICERS, lambda s: f"/links/{s.review}/", post={"resident": ""}, answers=SENT, does=OFFICERS),
    # Sheets: of an area, each with the households of its own side
    "exchange": page(EXCHANGERS, "/exchange/"),
    "bring_sheet": page(EXCHANGERS, "/exchange/bring/", post={}, answers=frozenset({422})),
    "outgoing": listed(EXCHANGERS, "/exchange/outgoing/?layout=monitored&choice=all"),
    # Households named by number: those of another place are no more there than those that do not exist.
    "send_sheet": Line(
        EXCHANGERS,
        "/exchange/outgoing/sheet.xlsx",
        post=lambda s: {"layout": "monitored", "choice": "listed", "listed": s.household, "reason": "报送上级"},
        missing=422,
        does=EXCHANGERS,
        code=True,
    ),
    # A large sheet is found by whoever asked for it, and nobody here has.
    "outgoing_order": Line(EXCHANGERS, "/exchange/outgoing/orders/1/", found=NOWHERE),
    "outgoing_again": Line(EXCHANGERS, lambda s: f"/exchange/outgoing/{s.outgoing}.xlsx", code=True),
    "exchange_templates": listed(EXCHANGERS, "/exchange/templates/"),
    "exchange_template": listed(EXCHANGERS, "/exchange/templates/households.xlsx"),
    "exchange_template (prefilled)": listed(
        EXCHANGERS, "/exchange/templates/households.xlsx?prefilled=yes", answers=frozenset({200, 302}), code=True
    ),
    "incoming_sheet": Line(EXCHANGERS, lambda s: f"/exchange/{s.sheet}/"),
    "decide_differences": Line(
        EXCHANGERS, lambda s: f"/exchange/{s.sheet}/decide/", post={"all": "keep"}, answers=SENT, does=EXCHANGERS
    ),
    # Nothing was decided to be taken.
    "take_over": Line(EXCHANGERS, lambda s: f"/exchange/{s.sheet}/take/", post={}, answers=SENT),
    "undo_taking": Line(
        EXCHANGERS,
        lambda s: f"/exchange/{s.sheet}/take/{s.taken}/undo/",
        post={},
        answers=SENT,
        does=EXCHANGERS,
    ),
    "returned_sheet": Line(EXCHANGERS, lambda s: f"/exchange/{s.sheet}/returned.xlsx", code=True),
}
