"""The desks at which a case is handled, on days that pass: the steps that several journeys share."""

from datetime import UTC, datetime, timedelta

from shouwang.register.procedure.queries import cases


class Days:
    """The clock of the pages: it stands at a day of autumn and moves when the story says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def pass_(self, days: int) -> None:
        self.now += timedelta(days=days)


class Desk:
    """One case on the screens of those who handle it."""

    def __init__(self, open_as, site, cast, days) -> None:
        self.open_as, self.site, self.cast, self.days = open_as, site, cast, days
        self.number = ""

    def at(self, who, *, width=1280):
        page = self.open_as(who, width=width)
        page.goto(f"/cases/{self.number}/")
        return page

    @property
    def case(self):
        with self.site.lock:
            return cases(self.cast.laohe).get(number=self.number)

    def open(self, who, household="H1"):
        page = self.open_as(who)
        page.goto(f"/households/{household}/")
        page.click("text=开办识别认定")
        page.wait_for_selector("text=现在要办")
        self.number = page.url.rstrip("/").split("/")[-1]
        return page

    def begin_from_clue(self, page):
        """From the page of a clue to the case that it becomes."""
        page.click("button:text-is('启动认定')")
        page.wait_for_selector("text=现在要办")
        self.number = page.url.rstrip("/").split("/")[-1]
        return page

    def papers(self, page):
        page.check("input[value=fingerprint]", force=True)
        page.check("input[name=read_aloud]")
        page.click("text=登记承诺")
        page.wait_for_selector("text=承诺书已登记")
        page.fill("#valid_until", "2027-09-01")
        page.click("text=登记授权")
        page.wait_for_selector("text=授权书已登记")

    def visit(self, page, words="老伴住院花了四万，地里没人种。", proposed="sudden_hardship", *, more=True):
        """The visit to the home; in a determination a step follows that only registers it."""
        page.fill("#verifiers", "小陈、小王")
        page.fill("#findings", words)
        if proposed:
            page.check(f"input[name=proposed_class][value='{proposed}']", force=True)
        page.click("text=登记入户核实")
        page.wait_for_selector("text=入户核实已登记")
        if more:
            page.click("text=登记完成")
            page.wait_for_selector("text=已登记")

    def compare(self):
        county = self.at("xiaozhou")
        county.check("input[name=units][value=医保局]", force=True)
        county.click("text=发给部门")
        county.wait_for_selector("text=已发给部门")
        self.days.pass_(1)
        liaison = self.open_as("xiaosun")
        liaison.goto("/enquiries/")
        liaison.check("input[value=explain]", force=True)
        liaison.fill("input[name=words]", "今年住院两次，请说明自付部分。")
        liaison.click("button:text-is('答复')")
        liaison.wait_for_selector("text=已答复")
        county = self.at("xiaozhou")
        county.click("text=部门都已答复")
        county.wait_for_selector("text=信息比对已办完")

    def meet(self, agree="27", against="3"):
        cadre = self.at("laozhang", width=360)
        for name, count in (("eligible", "38"), ("present", "30"), ("agree", agree), ("against", against)):
            cadre.fill(f"#vote-{name}", count)
        cadre.click("text=登记评议结果")
        cadre.wait_for_selector("text=评议结果已登记")
        return cadre

    def notice(self, cadre):
        cadre.fill("input[name=phone]", "12317")
        cadre.click("text=看公示单")
        cadre.wait_for_selector("text=我看过了")
        shown = cadre.inner_text(".notice-sheet")
        cadre.click("text=我看过了")
        cadre.wait_for_selector("text=已签发")
        return shown

    def review(self, opinion="agree"):
        leader = self.at("laoliu")
        leader.check(f"input[name=opinion][value={opinion}]", force=True)
        leader.fill("textarea[name=words]", "程序完整，情况属实。")
        leader.click("text=提交审核意见")
        leader.wait_for_selector("text=审核意见已登记")

    def photo(self):
        officer = self.at("xiaochen")
        officer.set_input_files(
            "#files-given", {"name": "签字表.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n sheet"}
        )
        officer.click("text=上传存证")
        officer.wait_for_selector("text=已存证 1 份")

    def to_the_county(self):
        """Pledge, visit, comparison, meeting, notice and review; gives back what hung in the village."""
        officer = self.open("xiaochen")
        self.papers(officer)
        self.visit(officer)
        self.compare()
        shown = self.notice(self.meet())
        self.days.pass_(8)
        self.review()
        self.photo()
        return shown

    def register(self, who, times=1):
        """Take the steps that only register something."""
        page = self.at(who)
        for _ in range(times):
            page.click("text=登记完成")
            page.wait_for_selector("text=已登记")

    def decide(self, who, outcome, ground, words, *, monitored=""):
        leader = self.at(who)
        leader.check(f"input[name=outcome][value={outcome}]", force=True)
        leader.select_option("#ground", ground)
        leader.fill("#decision-words", words)
        if monitored:
            leader.check(f"input[name=monitored_class][value={monitored}]", force=True)
            leader.check("input[name=risks][value=illness]", force=True)
        leader.click("text=作出决定")
        leader.wait_for_selector("text=决定已作出")
        return leader
