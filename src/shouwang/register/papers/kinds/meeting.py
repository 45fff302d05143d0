"""Papers of the village (村里的文书): appraisal minutes, notice, announcement, receipt of an objection."""

from datetime import date

from shouwang.register.papers.kinds.fields import Field, Kind, Table
from shouwang.register.papers.kinds.layout import Head, Line, Pairs, Rows, Signs, Title, Words

MINUTES = Kind(
    name="appraisal_minutes",
    title="民主评议会议记录",
    basis="村民委员会组织法（2025-10-28修订）第二十八条、第三十条",
    many=True,
    fields=(
        Field("village", "所在村", example="苏仙区白露塘镇金田村"),
        Field("held_on", "会议日期", "day", example=date(2026, 11, 20)),
        Field("held_at", "会议地点", example="村部会议室"),
        Field("chair", "主持人", example="王小明"),
        Field("recorder", "记录人", example="赵有田"),
        Field("due", "应到人数", "count", example=30),
        Field("present", "实到人数", "count", example=24),
        Field("quorum", "到会人数规定", example="应到人数的三分之二以上"),
        Field("quorum_met", "到会人数是否符合规定", "yes_no", example=True),
        Field("agree_rule", "通过规定", example="到会人员过半数同意"),
        Field("avoided", "回避人员", "words", needed=False, example="无"),
        Field("discussion", "评议情况", "words", example="与会人员听取入户核实情况，逐户评议。"),
    ),
    tables=(
        Table(
            "votes",
            "表决",
            (
                Field("head_name", "户主"),
                Field("matter", "评议事项"),
                Field("agree", "同意", "count"),
                Field("against", "不同意", "count"),
                Field("abstain", "弃权", "count"),
                Field("passed", "是否通过", "yes_no"),
            ),
            example=(
                {"head_name": "李大山", "matter": "纳入监测", "agree": 22, "against": 1, "abstain": 1, "passed": True},
            ),
        ),
    ),
    layout=(
        Title("{{所在村}}\n民主评议会议记录"),
        Pairs((
            (("会议日期", "{{会议日期}}"), ("会议地点", "{{会议地点}}")),
            (("主持人", "{{主持人}}"), ("记录人", "{{记录人}}")),
            (("应到人数", "{{应到人数}}人"), ("实到人数", "{{实到人数}}人")),
            (("到会人数规定", "{{到会人数规定}}"), ("是否符合规定", "{{到会人数是否符合规定}}")),
            (("回避人员", "{{回避人员}}"),),
        )),
        Head("评议情况"),
        Words("{{评议情况}}"),
        Head("表决结果（{{通过规定}}为通过）"),
        Rows(
            ("户主", "评议事项", "同意", "不同意", "弃权", "是否通过"),
            ("{{表决.户主}}", "{{表决.评议事项}}", "{{表决.同意}}", "{{表决.不同意}}", "{{表决.弃权}}", "{{表决.是否通过}}"),
            (3, 4, 2, 2, 2, 3),
        ),
        Signs(("主持人（签名）", "记录人（签名）", "参加评议的村民代表（签名）")),
    ),
)  # fmt: skip

LISTED = Table(
    "listed",
    "名单",
    (
        Field("number", "序号"),
        Field("name", "户主"),
        Field("group", "村民小组"),
        Field("category", "类别"),
        Field("help", "帮扶类别", needed=False),
    ),
    example=(
        {"number": "1", "name": "李*山", "group": "3组", "category": "边缘易致贫户", "help": "产业帮扶、民生保障"},
    ),
)
SHEET = (
    Rows(
        ("序号", "户主", "村民小组", "类别", "帮扶类别"),
        ("{{名单.序号}}", "{{名单.户主}}", "{{名单.村民小组}}", "{{名单.类别}}", "{{名单.帮扶类别}}"),
        (2, 3, 3, 4, 6),
    ),
    Words("{{异议办法}}"),
    Words("{{期满说明}}"),
    Line("{{张贴单位}}", "right"),
    Line("{{张贴日期}}", "right"),
)
NOTICE_FIELDS = (
    Field("place", "公示地点", example="苏仙区白露塘镇金田村"),
    Field("heading", "公示标题", example="防止返贫监测对象认定公示"),
    Field("period", "公示期", example="公示期：2026年11月23日至2026年11月27日，共5天"),
    Field(
        "objections",
        "异议办法",
        "words",
        example="对名单有不同意见的，请在公示期内提出，可以不当面。受理电话：0735-2888888",
    ),
    Field("ending", "期满说明", "words", example="提出意见的人不公开。公示期满，本公示自行撤下。"),
    Field("posted_by", "张贴单位", example="金田村村民委员会"),
    Field("posted_on", "张贴日期", "day", example=date(2026, 11, 23)),
)
NOTICE = Kind(
    name="publicity_notice",
    title="公示",
    posted=True,
    fields=NOTICE_FIELDS,
    tables=(LISTED,),
    layout=(Title("{{公示地点}}\n{{公示标题}}"), Line("{{公示期}}", "center"), *SHEET),
)
ANNOUNCEMENT = Kind(
    name="announcement",
    title="公告",
    posted=True,
    fields=NOTICE_FIELDS,
    tables=(LISTED,),
    layout=(
        Title("{{公示地点}}\n{{公示标题}}"),
        Words("经村级评议公示、乡镇审核、县级审定，现将结果公告如下。"),
        Line("{{公示期}}", "center"),
        *SHEET,
    ),
)

OBJECTION = Kind(
    name="objection_receipt",
    title="异议受理回执",
    basis="社会救助法（2026-07-01施行）第六十八条",
    many=True,
    fields=(
        Field("received_on", "收到日期", "day", example=date(2026, 11, 24)),
        Field("manner", "提出方式", example="电话"),
        Field("about", "异议事项", "words", example="认为名单中漏了一户。"),
        Field("answer_by", "答复期限", "day", example=date(2026, 12, 4)),
        Field("handled_by", "受理单位", example="白露塘镇人民政府"),
        Field("phone", "联系电话", "phone", example="0735-2888888"),
    ),
    layout=(
        Title(),
        Line("编号：{{文号}}", "right"),
        Words("您于{{收到日期}}以{{提出方式}}提出的异议已经收到，事项是：{{异议事项}}"),
        Words("我们将在{{答复期限}}以前查清并答复您。提出异议的人不公开，不因提出异议受到任何影响。"),
        Words("查询办理情况请打电话：{{联系电话}}，说出上面的编号。"),
        Signs(("受理人（签名）",), dated=False),
        Line("{{受理单位}}（盖章）", "right"),
        Line("{{签发日期}}", "right"),
    ),
)
