"""The forms of today (现行表单). A changed form gets a new version; the old one stays here with its upgrade."""

from typing import Any

from shouwang.register.visits.choices import SignedHow
from shouwang.stream.clearance.choices import RowState, VisitFinding
from shouwang.stream.fieldwork.forms.model import Field, Form

YES_NO = (("yes", "是"), ("no", "否"), ("unknown", "不清楚"))
CONFIRMED, BACK, NOT_MET = "confirmed", "back", "not_met"
"""What somebody may say of a clue beside the closing reasons of the pack."""

BASICS = tuple(
    Field(name, title, "choice", YES_NO)
    for name, title in (
        ("fed", "不愁吃"), ("clothed", "不愁穿"), ("schooled", "义务教育有保障"), ("insured", "基本医疗有保障"),
        ("housed", "住房安全有保障"), ("watered", "饮水安全有保障"),
    )
)  # fmt: skip
"""两不愁三保障和饮水安全."""

MEDICAL, EDUCATION, HOUSING = "expenditure.medical", "expenditure.education", "expenditure.housing"
WORK, FARM, DISASTER, ACCIDENT = "income.employment", "income.industry", "accident.disaster", "accident.accident"
BY_FACTOR = (
    Field("self_paid", "近一年自己付的看病钱（元）", "money", factors=(MEDICAL,)),
    Field("still_treated", "还在治疗", "choice", YES_NO, factors=(MEDICAL,)),
    Field("reimbursed", "报销和救助都办了", "choice", YES_NO, factors=(MEDICAL,)),
    Field("school_cost", "近一年上学的花费（元）", "money", factors=(EDUCATION,)),
    Field("left_school", "有适龄孩子没上学", "choice", YES_NO, factors=(EDUCATION,)),
    Field("house_cracks", "房子漏雨、开裂或有危险", "choice", YES_NO, factors=(HOUSING,)),
    Field("living_in_it", "人还住在里面", "choice", YES_NO, factors=(HOUSING,)),
    Field("water_short", "吃水有困难（量、质、取水、断水）", "choice", YES_NO, factors=(HOUSING,)),
    Field("at_work", "现在有活干", "choice", YES_NO, factors=(WORK,)),
    Field("monthly_wage", "现在每月工资（元）", "money", factors=(WORK,)),
    Field("wants_work", "想找活干", "choice", YES_NO, factors=(WORK,)),
    Field("farm_loss", "今年种养损失（元）", "money", factors=(FARM, DISASTER)),
    Field("loss_insured", "买了保险或已经理赔", "choice", YES_NO, factors=(FARM, DISASTER, ACCIDENT)),
    Field("house_damaged", "房子受损", "choice", YES_NO, factors=(DISASTER,)),
    Field("accident_cost", "事故花费（元）", "money", factors=(ACCIDENT,)),
)
"""What to look at for each risk; a clue that nobody has graded asks for nothing special."""

INCOME = Field("income", "收入核算", "income", hint="没有问到的留空，算“不清楚”，不算零。")
SIGNED = (
    Field("signed_how", "签字", "choice", tuple((one.value, str(one.label)) for one in SignedHow)),
    Field("witness", "见证人", "line", most=60, needed=True, when={"signed_how": ("fingerprint", "witness")}),
)


def clue_check(lists: dict[str, Any]) -> Form:
    """Checking a clue (核实线索): one tap, and what was seen."""
    reasons = tuple((name, title) for name, title in lists.get("closing_reasons", ()))
    conclusions = ((CONFIRMED, "属实，请乡镇接着办"), *reasons, (BACK, "退回乡镇"), (NOT_MET, "没有见到人"))
    return Form(
        "clue_check", 1, "核实线索",
        (
            Field("conclusion", "结论", "choice", conclusions, needed=True),
            Field(
                "no_risk_until", "没有风险，管到", "choice", tuple(lists.get("quarter_ends", ())), needed=True,
                when={"conclusion": ("checked_no_risk",)},
            ),
            Field("sentence", "说明", "words", most=300),
            *BY_FACTOR, *BASICS, INCOME, *SIGNED,
        ),
    )  # fmt: skip


def verification(lists: dict[str, Any]) -> Form:
    """The home visit of a determination or a clearance (入户核实)."""
    return Form(
        "verification", 1, "入户核实",
        (
            Field("companion", "和谁一起去的", "line", needed=True, most=60, hint="入户核实要两人以上。"),
            Field("findings", "看到的情况", "words", needed=True, most=800),
            Field("household_word", "农户自己怎么说", "words", most=500),
            *BASICS, INCOME, *SIGNED,
        ),
        signature=True,
    )  # fmt: skip


def follow_up(lists: dict[str, Any]) -> Form:
    """A look-back visit (跟踪回访)."""
    worry = (VisitFinding.NEW_RISK.value, VisitFinding.WORSE.value)
    return Form(
        "follow_up", 1, "跟踪回访",
        (
            Field("found", "情况", "choice", tuple((one.value, str(one.label)) for one in VisitFinding), needed=True),
            Field("worry", "出现了什么情况", "words", needed=True, most=500, when={"found": worry}),
            Field("sentence", "说明", "words", most=500, when={"found": ("stable", "not_met")}),
            *BASICS,
        ),
    )  # fmt: skip


def round_update(lists: dict[str, Any]) -> Form:
    """The quarter's look at a monitored household (季度更新)."""
    states = tuple((one.value, str(one.label)) for one in (RowState.UNCHANGED, RowState.UPDATED))
    fields = (
        Field("state", "有没有变化", "choice", states, needed=True),
        Field("sentence", "变化在哪里", "words", needed=True, most=300, when={"state": (RowState.UPDATED.value,)}),
        *BASICS,
        INCOME,
    )
    return Form("round_update", 1, "季度更新", fields)


def measure_record(lists: dict[str, Any]) -> Form:
    """What became of a measure (落实措施)."""
    whats = (("progress", "在办"), ("delivered", "已落实"), ("undelivered", "落实不了"))
    done, not_done = {"what": ("delivered",)}, {"what": ("undelivered",)}
    return Form(
        "measure_record", 1, "落实措施",
        (
            Field("what", "办到哪一步", "choice", whats, needed=True),
            Field("amount", "金额（元）", "money", when=done),
            Field("no_file_reason", "没有照片的原因", "line", most=200, when=done, hint="拍了照片就不用写。"),
            Field(
                "reason", "为什么落实不了", "choice", tuple(lists.get("undelivered_reasons", ())), needed=True,
                when=not_done,
            ),
            Field("sentence", "说明", "words", needed=True, most=500, when={"what": ("progress", "undelivered")}),
        ),
    )  # fmt: skip
