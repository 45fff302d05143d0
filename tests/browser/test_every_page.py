"""What holds for every page: nobody is shut out by eyes, hands or a small screen."""

from datetime import date

import pytest

from tests.cast import AT, COUNTY, TODAY, VILLAGE

pytestmark = pytest.mark.browser

PAGES = [
    ("xiaozhou", "/todo/"),
    ("xiaowang", "/help/"),
    ("xiaowang", "/help/collector/"),
    ("nobody", "/help/household/"),
    ("xiaowang", "/help/words/"),
    ("nobody", "/help/book/"),
    ("xiaozhou", "/dashboard/"),
    ("xiaozhou", "/insight/"),
    ("xiaozhou", "/screen/"),
    ("xiaozhou", "/design/"),
    ("xiaozhou", "/warnings/"),
    ("xiaozhou", "/households/"),
    ("xiaozhou", "/households/H1/"),
    ("xiaozhou", "/households/H1/benefits/"),
    ("xiaozhou", "/households/H1/clearance/"),
    ("xiaozhou", "/follow-ups/"),
    ("xiaozhou", "/zero/"),
    ("xiaozhou", "/rounds/"),
    ("xiaozhou", "/doubts/"),
    ("xiaozhou", "/gaps/"),
    ("xiaozhou", "/deliveries/"),
    ("xiaozhou", "/links/"),
    ("xiaowang", "/exchange/"),
    ("xiaowang", "SHEET"),
    ("xiaozhou", "/exchange/outgoing/?layout=monitored&choice=all"),
    ("xiaowang", "/exchange/templates/"),
    ("xiaozhou", "/calendar/?year=2026"),
    ("xiaochen", "/clues/"),
    ("xiaochen", "CLUE"),
    ("xiaowang", "/clues/new/"),
    ("xiaozhou", "/clues/ladder/"),
    ("xiaochen", "/clues/held/"),
    ("xiaosun", "/clues/reported/"),
    ("xiaowang", "/households/H1/looks/"),
    ("xiaochen", "/field-forms/?state=all"),
    ("xiaochen", "FIELDFORM"),
    ("xiaowang", "/phones/"),
    ("xiaowu", "/ledger/"),
    ("xiaowu", "/ledger/seals/"),
    ("xiaowu", "/ledger/looks/"),
    ("xiaowang", "/rules/"),
    ("xiaozhou", "/rules/benefits/dibao_gap/"),
    ("xiaozhou", "/rules/procedures/determination/"),
    ("xiaozhou", "/rules/parameters/monitoring_line/"),
    ("xiaozhou", "/rules/amendments/"),
    ("xiaozhou", "/rules/amendments/new/?kind=parameter&name=monitoring_line"),
    ("xiaozhou", "/rules/amendments/new/?kind=rule&name=income_below_line"),
    ("xiaozhou", "AMENDMENT"),
    ("xiaozhou", "/postings/"),
    ("xiaowang", "POSTING"),
    ("xiaowang", "BOARD"),
    ("laozhang", "/village-codes/"),
    ("xiaowang", "SENTIN"),
    ("xiaozhou", "/papers/"),
    ("xiaozhou", "/papers/verify/"),
    ("xiaowang", "/papers/new/?household=H1"),
    ("xiaowang", "/papers/new/appraisal_minutes/?household=H1"),
    ("xiaozhou", "VERIFIED"),
    ("xiaozhou", "/papers/templates/"),
    ("xiaozhou", "/papers/templates/refusal/"),
    ("xiaozhou", "/plans/"),
    ("laozhang", "/households/H1/plan/"),
    ("laozhang", "PLAN"),
    ("laozhang", "TOOLS"),
    ("xiaowang", "MEASURE"),
    ("laozhang", "PLANPRINT"),
    ("xiaosun", "REQUESTS"),
    ("xiaozhou", "WHY"),
    ("xiaozhou", "ROUND"),
    ("xiaozhou", "GATES"),
    ("laoliu", "RELEASES"),
    ("xiaowang", "STOPPED"),
    ("laozheng", "/machines/"),
    ("laozheng", "/machines/yibao/"),
]


DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture
def reach(open_as, chromium, site, cast, village, settings):
    """Opens a page of the list; a word in capitals stands for an address that is only known when the thing was made."""
    from tests.register.machines.registering import new_key, register, security_admin

    admin = security_admin()
    register(admin)
    new_key(admin, "yibao")

    def opened(username: str, path: str, **shape: int):
        page = open_as(username, **shape) if username != "nobody" else alone(**shape)
        page.goto(addresses.get(path, lambda: path)())
        return page

    contexts = []

    def alone(width: int = 1280, height: int = 900):
        """Without an account."""
        contexts.append(chromium.new_context(viewport={"width": width, "height": height}, base_url=site.address))
        return contexts[-1].new_page()

    addresses = {
        "CLUE": lambda: f"/clues/{applied_for(cast)}/",
        "FIELDFORM": lambda: f"/field-forms/{overtaken(cast)}/",
        "WHY": lambda: f"/warnings/{village.li.pk}/",
        "ROUND": lambda: in_round(cast),
        "GATES": with_gates,
        "AMENDMENT": lambda: f"/rules/amendments/{tried(cast)}/",
        "POSTING": lambda: f"/postings/{posted(cast).pk}/",
        "BOARD": lambda: f"/notices/{posted(cast).token}/",
        "SENTIN": lambda: sent_in(cast),
        "RELEASES": lambda: asked(cast),
        "STOPPED": lambda: stopped(settings),
        "SHEET": lambda: f"/exchange/{compared(cast)}/",
        "VERIFIED": lambda: f"/papers/verify/{issued(cast).code}/",
        **{
            name: lambda name=name: planned(cast, name)
            for name in ("PLAN", "TOOLS", "MEASURE", "PLANPRINT", "REQUESTS")
        },
    }

    yield opened
    for context in contexts:
        context.close()


def overtaken(cast) -> str:
    """A form from a phone that came after 小陈 had closed the clue at the desk."""
    from shouwang.stream.clues.actions import Closing, close_clue
    from tests.stream.fieldwork.carrying import NO_RISK, PIXEL, Carried, handed_on

    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    sealed = phone.fill(f"clue:{clue.pk}", NO_RISK | {"fed": "yes"}, photos=[PIXEL])
    close_clue(clue_id=clue.pk, closing=Closing("data_error", "是同名的人"), actor=cast.xiaochen, at=AT)
    phone.send(sealed)
    return sealed.id


def asked(cast) -> str:
    """Lists that wait for a leader's word, and one that was answered."""
    from django.utils import timezone

    from shouwang.register.releases.actions import answer_request, ask_to_release

    at = timezone.now()
    for needed, kind in ((1, "property"), (2, "health")):
        made = ask_to_release(
            page="/warnings/sheet.xlsx?level=red", title="预警名单", kind=kind, people=30, needed=needed,
            reason="入户核对用，用完删除", actor=cast.xiaowang, at=at,
        )  # fmt: skip
    answer_request(request_id=made.pk, agrees=False, words="先在平台上看", actor=cast.laofang, at=at)
    return "/releases/"


def stopped(settings) -> str:
    """A list that would tell of too many people."""
    settings.EXPORT_LINES = {"property": (1, 1), "health": (1, 1), "other": (1, 1)}
    return "/warnings/sheet.xlsx"


def posted(cast):
    """A notice that hangs in the village today."""
    from tests.surfaces.web.test_postings import post

    return post(cast)


def sent_in(cast) -> str:
    """A request to correct that waits, and an application whose holder nobody has met."""
    from dataclasses import replace

    from django.utils import timezone

    from shouwang.register.staff.queries import villager
    from shouwang.stream.clues.actions import identify_household
    from shouwang.stream.self_service.actions import Wish, apply_for_help, ask_for_correction, confirm_holder

    actor, at = villager(int(VILLAGE)), timezone.now()
    wish = Wish(int(VILLAGE), "王桂花", "李大山", "15400002222", "家里没有收入了", True, "illness", heard=True)
    for number in (1, 2):
        given = {"form_key": f"{number:022d}", "address": "", "actor": actor, "at": at}
        made = apply_for_help(wish=replace(wish, name=f"王桂{'花兰'[number - 1]}"), **given)
    identify_household(clue_id=made.application.clue_id, household_id="H1", actor=cast.xiaochen, at=at)
    held = confirm_holder(application_id=made.application.pk, actor=cast.xiaowang, at=at)
    ask_for_correction(
        application=held, household_id="H1", about="members", words="孙子搬走了", form_key="c" * 22, actor=actor, at=at
    )
    return "/sent-in/"


def compared(cast) -> int:
    """A national sheet with differences and a row that was not used."""
    from shouwang.register.exchange.actions import compare_sheet, receive_sheet
    from tests.register.exchange.sheets import LI, national

    rows = LI | {"是否解决安全饮用水": "是", "户类型": "特困户"}, {"户编号": "H9"}
    sheet = receive_sheet(file_name="监测对象信息.xlsx", content=national(*rows), actor=cast.xiaowang, at=AT)
    return compare_sheet(sheet_id=sheet.pk, actor=cast.xiaowang, at=AT).pk


def issued(cast):
    """A paper with a code to check it by."""
    from tests.register.papers.test_papers import issue

    return issue(cast.xiaochen)


def planned(cast, name: str) -> str:
    """A page about a plan: one that is drafted for the tools, else one that holds."""
    from tests.stream.assistance.telling import approved, drafted, monitor

    if name == "TOOLS":
        monitor()
        return f"/plans/{drafted(cast).pk}/tools/"
    plan, measure = approved(cast, asks="核对自付费用")
    pages = {"PLAN": f"/plans/{plan.pk}/", "PLANPRINT": f"/plans/{plan.pk}/print/", "REQUESTS": "/requests/"}
    return pages.get(name, f"/plans/measures/{measure.pk}/")


def with_gates() -> str:
    """What would have to hold before 老李's household is cleared."""
    from tests.stream.clearance.clearing import monitored

    monitored("H1")
    return "/households/H1/clearance/"


def in_round(cast) -> str:
    """The households of a round with a form each."""
    from shouwang.stream.clearance.actions import open_round
    from tests.stream.clearance.clearing import monitored

    monitored("H1")
    made = open_round(year=2026, quarter=4, until_on=date(2099, 1, 1), actor=cast.xiaozhou, at=AT)
    return f"/rounds/{made.pk}/rows/"


def applied_for(cast) -> int:
    """The clue of 老李's household: its warnings, and an application by a neighbour."""
    from tests.stream.clues.telling import say, screen, take_up

    take_up(screen(("H1", "illness", "red"), ("H2", "illness", "yellow")))
    say(cast.xiaowang)
    return say(cast.xiaowang, household_id="H1").pk


def tried(cast) -> int:
    """An amendment with the result of a trial."""
    from shouwang.stream.rules.actions import draft_amendment
    from shouwang.stream.rules.queries import Draft
    from shouwang.stream.screening.models import Trial
    from shouwang.stream.screening.queries import last_run

    content = {"value": "7000"}
    draft = Draft("parameter", "monitoring_line", content, TODAY, "苏政办〔2026〕9号", "与低保标准衔接", COUNTY)
    made = draft_amendment(pack="hunan/chenzhou", draft=draft, actor=cast.xiaozhou, at=AT)
    run, zeros = last_run(cast.xiaozhou), 10**6
    Trial.objects.create(
        amendment=made, version=1, kind="simulation", run=run, asked_by="xiaozhou", asked_at=AT, finished_at=AT,
        range_low=int(COUNTY) * zeros, range_high=(int(COUNTY) + 1) * zeros, status="done", seconds=0.4, summary={
            "baseline": "a", "draft": "b", "as_of": "2026-11-22", "households": 2, "newly_warned": 1,
            "no_longer_warned": 0, "level_changed": 0, "visit_hours": 1.5,
            "levels": {"red": {"before": 0, "after": 0}, "orange": {"before": 0, "after": 1},
                       "yellow": {"before": 0, "after": 0}, "review": {"before": 0, "after": 0}},
            "by_place": {VILLAGE: {"newly_warned": 1}}, "by_class": {"ordinary": {"newly_warned": 1}},
            "rules": {"income_below_line": {"before": 0, "after": 1}},
            "benefits": {"dibao_gap": {"before": 0, "after": 160.5}}, "entitled": {},
        },
    )  # fmt: skip
    return made.pk


IN_ENGLISH = (
    *("/dashboard", "/households", "/clues", "/links", "/rules/", "/follow", "/plans", "/zero", "/design", "/ledger/"),
    *("RELEASES", "STOPPED", "CLUE", "PLAN", "TOOLS", "WHY", "AMENDMENT", "SHEET"),
)
"""Beginnings of the pages that are looked at in English too, which is wider."""


@pytest.mark.parametrize(("username", "path"), PAGES)
def test_a_page_is_for_everybody(reach, username, path):
    """No axe violation, nothing beside the screen of a phone, with text of twice the size, or in English.

    One visit for all of it: making ready what a page shows takes longer than looking at it.
    """
    page = reach(username, path)
    assert violations(page) == []

    page.set_viewport_size(PHONE)
    assert width(page) <= PHONE["width"], "a phone"
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert width(page) <= PHONE["width"], "a phone, text of twice the size"
    page.set_viewport_size(DESK)
    assert width(page) <= DESK["width"], "a desk, text of twice the size"

    if path.startswith(IN_ENGLISH):
        page.set_viewport_size(PHONE)
        page.context.add_cookies([{"name": "language", "value": "en", "url": page.url}])
        page.reload()
        assert page.get_attribute("html", "lang") == "en"
        assert width(page) <= PHONE["width"], "a phone, in English"


def width(page):
    return page.evaluate("document.documentElement.scrollWidth")


def violations(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:160]) for one in found]


def test_the_sign_in_page_has_no_axe_violation(chromium, site):
    page = chromium.new_page(base_url=site.address)
    page.goto("/sign-in/")

    found = violations(page)
    page.close()

    assert found == []


def test_a_phone_opens_the_menu(reach):
    page = reach("xiaozhou", "/warnings/", width=360, height=740)

    page.click("#menu")
    page.click("#river >> text=监测总览")

    page.wait_for_selector("h1:text('监测总览')")


def test_large_type_enlarges_everything(reach):
    page = reach("xiaozhou", "/dashboard/")
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")

    page.click("button[title='放大全部文字']")
    page.wait_for_selector("html.large-type")

    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > before * 1.2


def test_a_word_is_explained_where_it_stands_by_keyboard_alone(reach):
    page = reach("xiaowang", "/warnings/", width=360, height=740)
    page.focus("details.term summary")

    page.keyboard.press("Enter")
    assert page.locator(".term-says").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.querySelector('.term-says').getBoundingClientRect().right") <= 360

    page.keyboard.press("Escape")
    assert not page.locator(".term-says").first.is_visible()
