"""Who does what at which fault point: every named point of the code stands here once, with the act that passes it.

`{…}` are facts of the world (see ``world.py``). An effect is counted before and after: after all it is there once more.
"""

from dataclasses import dataclass, field

from tests.register.exchange.sheets import LI, WIFE, national
from tests.stream.files import DOUBTFUL, STRANGER, WANG, settlements

PNG = b"\x89PNG\r\n\x1a\n a photo of the signed sheet"
FORM = ("form.done", "form.committed")
"""Passed by every form: after what it does, and after that is committed."""


@dataclass(frozen=True)
class Act:
    """Somebody's form (or a program of ours), the points on its way, and what there is once more afterwards."""

    points: tuple[str, ...]
    effect: str
    who: str = ""
    page: str = ""
    to: str = ""
    fields: dict[str, str | list[str]] = field(default_factory=dict)
    file: tuple[str, str, bytes] | None = None
    program: str = ""
    worker: tuple[str, ...] = ()
    """Points that a worker passes on what the form or the program has queued."""


def acts_of_case(name: str) -> tuple[str, str]:
    """Page and address of the forms of a case."""
    return f"/cases/{{{name}}}/", f"/cases/{{{name}}}/acts/"


def records(act: str, case: str) -> str:
    """Records of one kind in a case."""
    return f"procedure_record r JOIN procedure_case c ON c.id = r.case_id WHERE c.number = '{{{case}}}' AND r.act = '{act}'"


def noted(act: str) -> str:
    """Entries of the ledger."""
    return f"ledger_entry WHERE act = '{act}'"


ACTS: dict[str, Act] = {
    "import": Act(
        ("register.import.copied", "register.import.households", "register.import.noted"),
        "households_household WHERE household_id = 'N1'", program="import",
    ),
    "delivery": Act(
        ("file.written", "file.renamed", "delivery.receive.file_kept", "delivery.receive.row_written",
         "delivery.send.not_queued", *FORM),
        "feeds_delivery WHERE file_name = 'new.csv' AND status = 'accepted'",
        "xiaosun", "/deliveries/", "/deliveries/send/", {"feed": "medical_settlements"},
        ("file", "new.csv", settlements(WANG, DOUBTFUL, STRANGER)),
        worker=("delivery.accept.begun", "delivery.accept.files_kept", "delivery.accept.settled",
                "delivery.accept.reviews_added", "delivery.accept.committed"),
    ),
    "link": Act(
        ("link.resolve.decided", "link.resolve.in_force"), "linkage_review WHERE status = 'linked'",
        "xiaochen", "/links/", "/links/{review}/", {"resident": "R1"},
    ),
    "screening": Act(
        ("screening.queue.row_written",), "screening_run WHERE status = 'published'", program="screen",
        worker=("screening.run.frozen", "screening.run.judged", "screening.publish.known_updated",
                "screening.publish.warnings_written", "screening.publish.row_written", "screening.run.published",
                "screening.run.clues_queued", "clue.take_up.step:3", "clue.take_up.counted"),
    ),
    "report": Act(
        ("clue.report.opened", "clue.report.kept", *FORM), "clues_source WHERE told_name = '龚四娘'",
        "xiaowang", "/clues/new/", "/clues/new/",
        {"channel": "grid_report", "county": "431003", "township": "431003101", "village": "431003101202",
         "name": "龚四娘", "what": "老伴住院，家里没有钱交费", "where": "三组"},
    ),
    "take": Act(
        ("clue.take.saved", *FORM), "clues_event WHERE act = 'taken' AND clue_id = {clue_to_take}",
        "xiaowang", "/clues/{clue_to_take}/", "/clues/{clue_to_take}/acts/take/",
    ),
    "close": Act(
        ("clue.close.recorded", "clue.close.saved"), "clues_event WHERE act = 'closed' AND clue_id = {clue_to_close}",
        "xiaowang", "/clues/{clue_to_close}/", "/clues/{clue_to_close}/acts/close/", {"reason": "checked_no_risk"},
    ),
    "escalate": Act(("clue.escalate.raised",), "clues_event WHERE act = 'escalated'", program="escalate"),
    "begin": Act(
        ("case.begin.saved", "case.open.begun", "clue.settle.saved"),
        "procedure_case WHERE household_id = '{begin}' AND origin = 'clue:{clue_to_settle}'",
        "xiaochen", "/households/{begin}/", "/households/{begin}/determine/",
    ),
    "record": Act(
        ("case.record.saved", "case.record.noted", *FORM), records("help_first", "help"),
        "xiaochen", acts_of_case("help")[0], acts_of_case("help")[1] + "help_first/", {"words": "房屋进水，已安置到村小学。"},
    ),
    "proof": Act(
        ("case.evidence.file_kept",), "procedure_evidence e JOIN procedure_case c ON c.id = e.case_id WHERE c.number = '{proof}'",
        "xiaochen", "/cases/{proof}/", "/cases/{proof}/evidence/", {"title": "签字表"}, ("files", "a.png", PNG),
    ),
    "ask": Act(
        ("enquiry.ask.saved",), "procedure_enquiry e JOIN procedure_case c ON c.id = e.case_id WHERE c.number = '{ask}'",
        "xiaozhou", acts_of_case("ask")[0], acts_of_case("ask")[1] + "ask/", {"units": "医保局"},
    ),
    "answer": Act(
        ("enquiry.answer.recorded",), records("reply", "answer"),
        "xiaosun", "/enquiries/", "/enquiries/{enquiry}/", {"result": "nothing"},
    ),
    "decide": Act(
        ("case.decide.grounds_kept", "case.decide.frozen", "case.decide.recorded", "monitoring.begin.marked", *FORM),
        "households_monitoring WHERE household_id = '{decide_home}' AND began_by = '{decide}'",
        "laofang", acts_of_case("decide")[0], acts_of_case("decide")[1] + "decision/",
        {"outcome": "included", "ground": "sudden_hardship", "words": "住院自付超过一年收入。",
         "monitored_class": "sudden_hardship", "risks": "illness"},
    ),
    "notice": Act(
        ("case.notice.posted",), "papers_posted_case WHERE case_number = '{notice}'",
        "laozhang", "/cases/{notice}/notice/?phone=12317", "/cases/{notice}/notice/", {"phone": "12317"},
    ),
    "appeal": Act(
        ("case.object.begun",), "procedure_case WHERE origin = 'case:{appeal}' AND records = 1",
        "xiaochen", acts_of_case("appeal")[0], acts_of_case("appeal")[1] + "appeal/", {"words": "儿子上个月回家了，没有收入。"},
    ),
    "plan": Act(
        ("plan.draft.saved",), "assistance_plan WHERE household_id = '{plan_home}'",
        "laozhang", "/households/{plan_home}/plan/", "/households/{plan_home}/plan/draft/",
        {"goals": "看病负担降下来", "contact_name": "老张", "contact_phone": "15400002222"},
    ),
    "measure": Act(
        ("measure.plan.saved",), "assistance_measure WHERE plan_id = {plan_drafted}",
        "laozhang", "/plans/{plan_drafted}/tools/", "/plans/{plan_drafted}/tools/",
        {"tool": "medical_aid", "ground": "verified", "resident": "", "answers": []},
    ),
    "approve": Act(
        ("plan.approve.saved",), "assistance_plan WHERE id = {plan_proposed} AND state = 'approved'",
        "laoliu", "/plans/{plan_proposed}/", "/plans/{plan_proposed}/steps/approve/", {"reason": "措施对得上风险"},
    ),
    "feedback": Act(
        ("measure.feedback.added",), "assistance_feedback WHERE measure_id = {plan_fed_measure}",
        "laozhang", "/plans/measures/{plan_fed_measure}/", "/plans/measures/{plan_fed_measure}/progress/",
        {"words": "已经递了申请", "happened_on": "{today}"},
    ),
    "deliver": Act(
        ("measure.deliver.told", "measure.deliver.saved"),
        "households_measure WHERE origin = 'measure:{plan_delivered_measure}'",
        "laozhang", "/plans/measures/{plan_delivered_measure}/", "/plans/measures/{plan_delivered_measure}/deliver/",
        {"delivered_on": "{today}", "no_file_reason": "在村里当面发放，没有拍照"},
    ),
    "visit": Act(
        ("visit.record.clue_reported",), "clearance_follow_up WHERE household_id = '{visit_home}'",
        "xiaochen", "/households/{visit_home}/clearance/", "/households/{visit_home}/visits/",
        {"visited_on": "{today}", "found": "new_risk", "words": "老人摔断了腿，正在住院。"},
    ),
    "keep": Act(
        ("clearance.decide.frozen",), records("decision", "keep"),
        "laofang", acts_of_case("keep")[0], acts_of_case("keep")[1] + "decision/",
        {"outcome": "kept", "ground": "not_stable", "words": "收入还不稳定，再看半年。"},
    ),
    "confirm": Act(
        ("clearance.confirm.saved",), "clearance_confirmation f JOIN procedure_case c ON c.id = f.case_id WHERE c.number = '{confirm}'",
        "xiaochen", "/cases/{confirm}/", "/cases/{confirm}/gates/",
        {"gate": "{confirm_gate}", "holds": "yes", "evidence": "{confirm_file}", "words": "看过存折和参保记录。"},
    ),
    "mark": Act(
        ("clearance.mark.contact_named", "monitoring.clear.marked", "clearance.mark.register_changed"),
        "households_household WHERE household_id = '{mark_home}' AND cleared_on IS NOT NULL",
        "xiaochen", acts_of_case("mark")[0], acts_of_case("mark")[1] + "record/",
        {"channels": ["paper", "phone"], "contact": "小王"},
    ),
    "paper": Act(
        ("paper.issue.printed", "paper.issue.files_kept", "paper.issue.saved"), "papers_paper WHERE subject = '{paper}'",
        "xiaochen", "/papers/new/pledge/?household={paper}", "/papers/new/pledge/?household={paper}",
        {"id_number": "991003195503124219", "trouble": "房屋受灾，一时周转不开。"},
    ),
    "bring": Act(
        ("exchange.receive.row_written", "exchange.compare.begun", "exchange.compare.differences_written", *FORM),
        "exchange_incoming WHERE file_name = 'new.xlsx'",
        "xiaowang", "/exchange/", "/exchange/bring/", {},
        ("file", "new.xlsx", national(LI | {"是否解决安全饮用水": "否"}, WIFE)),
    ),
    "take over": Act(
        ("exchange.take.corrected", "exchange.take.kept"), "exchange_take_over WHERE sheet_id = {sheet}",
        "xiaowang", "/exchange/{sheet}/", "/exchange/{sheet}/take/",
    ),
    "send": Act(
        ("exchange.send.sheet_kept", "exchange.send.remembered"), "exchange_outgoing WHERE true",
        "xiaowang", "/exchange/outgoing/?layout=monitored&choice=new", "/exchange/outgoing/sheet.xlsx",
        {"layout": "monitored", "choice": "new", "reason": "按县里要求上报"},
    ),
    "seal": Act(
        ("ledger.seal.unsigned", "ledger.seal.signed", "ledger.head.written"), "ledger_seal_signature WHERE true", program="seal",
    ),
    "draft rule": Act(
        ("rule.draft.saved",), "rules_amendment WHERE name = 'follow_up_days'",
        "xiaozhou", "/rules/amendments/new/?kind=parameter&name=follow_up_days", "/rules/amendments/new/",
        {"kind": "parameter", "name": "follow_up_days", "value": "60", "place": "{county}", "valid_from": "{later}",
         "basis": "苏政办〔2026〕10号", "reason": "县里要求更勤"},
    ),
    "approve rule": Act(
        ("rule.decide.saved",), "rules_amendment WHERE id = {amendment} AND state = 'approved'",
        "laohe", "/rules/amendments/{amendment}/", "/rules/amendments/{amendment}/approve/", {"reason": "同意"},
    ),
}  # fmt: skip
