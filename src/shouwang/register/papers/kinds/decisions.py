"""Papers that decide (决定文书): inclusion, refusal with reasons and how to object, clearance."""

from datetime import date

from shouwang.register.papers.kinds.fields import Field, Kind, Table
from shouwang.register.papers.kinds.layout import Head, Line, Rows, Title, Words

HEAD = Field("head_name", "户主姓名", example="李大山")
VILLAGE = Field("village", "所在村", example="苏仙区白露塘镇金田村")
STEPS = Field("steps_taken", "办理经过", example="入户核实、信息比对、民主评议、公示、审核")
CASE = Field("case_number", "办件编号", example="C-2026-0001")
OFFICE = Field("office", "决定机关", example="苏仙区农业农村局")
DECIDED = Field("decided_on", "决定日期", "day", example=date(2026, 12, 5))
OBJECT = (
    Field("object_to", "异议受理单位", example="苏仙区农业农村局"),
    Field("object_by", "异议期限", example="收到之日起60日内"),
    Field("object_phone", "异议电话", "phone", example="0735-2888888"),
)
GROUNDS = Table(
    "grounds",
    "依据",
    (Field("fact", "事实", "words"), Field("source", "数据来源和日期"), Field("clause", "依据条款")),
    example=(
        {
            "fact": "人均纯收入7,290元，高于监测收入线6,500元",
            "source": "入户核实，2026年11月20日",
            "clause": "郴州市实施意见附件9二(一)3",
        },
    ),
)
GROUNDS_ROWS = Rows(
    ("事实", "数据来源和日期", "依据条款"), ("{{依据.事实}}", "{{依据.数据来源和日期}}", "{{依据.依据条款}}"), (5, 4, 4)
)
HOW_TO_OBJECT = Words(
    "如不同意本决定，可以向{{异议受理单位}}提出异议、申请复核，电话{{异议电话}}；"
    "也可以依法申请行政复议，期限是{{异议期限}}。可以口头提，可以请人代办。提出异议不影响已经享受的帮扶。"
)
SEAL = (Line("{{决定机关}}（盖章）", "right"), Line("{{决定日期}}", "right"))

DECISION = Kind(
    name="decision",
    title="防止返贫监测对象认定决定书",
    fields=(
        HEAD,
        VILLAGE,
        CASE,
        Field("monitored_class", "监测类别", example="突发严重困难户"),
        Field("monitored_from", "监测起", "day", example=date(2026, 12, 5)),
        STEPS,
        Field("reason", "认定理由", "words", example="房屋受灾，刚性支出大，基本生活出现严重困难。"),
        OFFICE,
        DECIDED,
        *OBJECT,
    ),
    tables=(GROUNDS,),
    layout=(
        Title(),
        Line("{{文号}}", "center"),
        Line("{{户主姓名}}（{{所在村}}，办件编号{{办件编号}}）："),
        Words("经{{办理经过}}，决定自{{监测起}}起将你户认定为防止返贫监测对象，类别为{{监测类别}}。"),
        Words("理由：{{认定理由}}"),
        GROUNDS_ROWS,
        Words("帮扶联系人会与你户商量帮扶计划。家里情况变化时，请及时告诉村里。"),
        HOW_TO_OBJECT,
        *SEAL,
    ),
)

REFUSAL = Kind(
    name="refusal",
    title="不予纳入告知书",
    basis="社会救助法（2026-07-01施行）第四十五条；清水县2021（不符合条件的书面告知）",
    fields=(
        HEAD,
        VILLAGE,
        CASE,
        STEPS,
        Field("reason", "理由", "words", example="核实的收入高于监测范围，家庭能够自行应对。"),
        Field(
            "would_change", "什么情况下可以再申请", "words", example="收入减少或者有新的大额支出时，随时可以再申请。"
        ),
        Field("other_help", "可以申请的其他帮助", "words", needed=False, example="可以向乡镇民政办申请临时救助。"),
        OFFICE,
        DECIDED,
        *OBJECT,
    ),
    tables=(GROUNDS,),
    layout=(
        Title(),
        Line("{{文号}}", "center"),
        Line("{{户主姓名}}（{{所在村}}，办件编号{{办件编号}}）："),
        Words("关于你户纳入防止返贫监测帮扶一事，经{{办理经过}}，决定这次不予纳入。"),
        Head("一、理由"),
        Words("{{理由}}"),
        Head("二、根据的事实和条款"),
        GROUNDS_ROWS,
        Head("三、什么情况下可以再申请"),
        Words("{{什么情况下可以再申请}}"),
        Head("四、可以申请的其他帮助"),
        Words("{{可以申请的其他帮助}}"),
        Head("五、不同意怎么办"),
        HOW_TO_OBJECT,
        *SEAL,
    ),
)

CLEARANCE = Kind(
    name="clearance_decision",
    title="风险消除决定书",
    many=True,
    fields=(
        HEAD,
        VILLAGE,
        CASE,
        Field("manner", "消除方式", example="帮扶消除"),
        Field("monitored_from", "监测起", "day", example=date(2026, 1, 5)),
        STEPS,
        Field("cleared_from", "消除起", example="村内公告期满以后"),
        Field("reason", "理由", "words", example="房屋已经修好，收入稳定半年以上，帮扶措施已经落实。"),
        OFFICE,
        DECIDED,
        *OBJECT,
    ),
    tables=(
        Table(
            "gates",
            "条件",
            (Field("gate", "消除条件"), Field("found", "核实结果")),
            example=({"gate": "认定满半年", "found": "2026年1月5日认定，已满十一个月"},),
        ),
    ),
    layout=(
        Title(),
        Line("{{文号}}", "center"),
        Line("{{户主姓名}}（{{所在村}}，办件编号{{办件编号}}）："),
        Words("你户自{{监测起}}起纳入监测。经{{办理经过}}，决定消除风险，方式为{{消除方式}}；{{消除起}}标注。"),
        Words("理由：{{理由}}"),
        Rows(("消除条件", "核实结果"), ("{{条件.消除条件}}", "{{条件.核实结果}}"), (4, 6)),
        Words("风险消除后，政策期内的帮扶不减；再出现困难的，可以随时申请，重新纳入监测。"),
        HOW_TO_OBJECT,
        *SEAL,
    ),
)
