"""Papers that a household signs or keeps (农户文书): pledge, authorisation, verification, plan, card, income sheet."""

from datetime import date

from shouwang.register.papers.kinds import income
from shouwang.register.papers.kinds.fields import Field, Kind, Table
from shouwang.register.papers.kinds.layout import Head, Line, Pairs, Rows, Signs, Title, Words

HEAD = Field("head_name", "户主姓名", example="李大山")
VILLAGE = Field("village", "所在村", example="苏仙区白露塘镇金田村")
GROUP = Field("group_name", "村民小组", needed=False, example="3组")
ID_NUMBER = Field("id_number", "身份证号码", "id_number", needed=False, example="991003195503124219")
MEMBERS = Table(
    "members_listed",
    "家庭成员",
    (
        Field("name", "姓名"),
        Field("relation", "与户主关系"),
        Field("note", "就业就学等情况", needed=False),
    ),
    example=(
        {"name": "李大山", "relation": "户主", "note": "在家务农"},
        {"name": "王桂花", "relation": "配偶"},
    ),
)
OF_THE_HOUSE = (("户主", "{{户主姓名}}"), ("村民小组", "{{村民小组}}"))
HOME = Pairs((OF_THE_HOUSE, (("所在村", "{{所在村}}"),)))
COUNTED = (("所在村", "{{所在村}}"), ("家庭人口", "{{家庭人口}}人"))

PLEDGE = Kind(
    name="pledge",
    title="防止返贫监测对象申请承诺书",
    basis="中农组发〔2021〕7号（新识别对象增加农户承诺授权环节）",
    fields=(
        HEAD,
        ID_NUMBER,
        VILLAGE,
        GROUP,
        Field("trouble", "困难情况", "words", example="今年家里房屋受灾，收成减少，一时周转不开。"),
        Field("writer", "代书人", needed=False, example="王小明"),
    ),
    layout=(
        Title(),
        Pairs((
            OF_THE_HOUSE,
            (("身份证号码", "{{身份证号码}}"),),
            (("所在村", "{{所在村}}"),),
        )),
        Words("本户申请纳入防止返贫监测帮扶，家里的困难是：{{困难情况}}"),
        Words("本户承诺：所说的家庭人口、收入、支出、财产和困难情况都是真实的，没有隐瞒；家里情况有变化时，及时告诉村里。"),
        Words("村里已经说明：不申请、撤回申请都不影响已经享受的政策；对处理结果不同意，可以提出异议和申请复核。"),
        Line("代书人：{{代书人}}（本人不识字或书写不便的，由代书人写，念给本人听，本人签名或按手印）"),
        Signs(("申请人（签名并按手印）", "代书人（签名）")),
    ),
)  # fmt: skip

AUTHORISATION = Kind(
    name="authorisation",
    title="家庭经济状况查询授权书",
    basis="个人信息保护法 第十三条、第十四条、第十五条；社会救助法（2026-07-01施行）",
    fields=(
        HEAD,
        ID_NUMBER,
        VILLAGE,
        Field("purpose", "查询用途", example="核对是否符合防止返贫监测帮扶条件"),
        Field("scope", "查询范围", "words", example="户籍、社保、医保、就业、不动产和车辆登记信息"),
        Field("asked_by", "查询单位", example="苏仙区农业农村局"),
        Field("valid_from", "授权起", "day", example=date(2026, 11, 22)),
        Field("valid_until", "授权止", "day", example=date(2027, 5, 22)),
        Field("withdraw_at", "撤回方式", example="向村民委员会说一声或打电话 0735-2888888"),
    ),
    tables=(
        Table(
            "people",
            "被授权查询的人",
            (
                Field("name", "姓名"),
                Field("id_number", "身份证号码", "id_number", needed=False),
                Field("relation", "与户主关系"),
            ),
            example=(
                {"name": "李大山", "id_number": "991003195503124219", "relation": "户主"},
                {"name": "王桂花", "id_number": "991003195811076925", "relation": "配偶"},
            ),
        ),
    ),
    layout=(
        Title(),
        Words(
            "授权人{{户主姓名}}（身份证号码{{身份证号码}}，住{{所在村}}）代表共同生活的家庭成员，授权{{查询单位}}查询下列信息。"
        ),
        Head("一、用途"),
        Words("只用于{{查询用途}}，不得用于其他用途，不得提供给无关的人。"),
        Head("二、范围"),
        Words("{{查询范围}}"),
        Head("三、期限"),
        Words("自{{授权起}}起，至{{授权止}}止；期满自动失效。"),
        Head("四、撤回"),
        Words("可以随时撤回授权，办法是：{{撤回方式}}。撤回以后不再查询；撤回之前已经依授权做的查询仍然有效。"),
        Head("五、授权查询的人（每人本人签名）"),
        Rows(
            ("姓名", "身份证号码", "与户主关系", "本人签名、按手印"),
            ("{{被授权查询的人.姓名}}", "{{被授权查询的人.身份证号码}}", "{{被授权查询的人.与户主关系}}", ""),
            (2, 4, 2, 3),
        ),
        Signs(("授权人（签名并按手印）",)),
    ),
)

VERIFICATION = Kind(
    name="home_verification",
    title="入户核实表",
    many=True,
    fields=(
        HEAD,
        VILLAGE,
        GROUP,
        Field("visited_on", "入户日期", "day", example=date(2026, 11, 20)),
        Field("visitors", "核实人", example="陈明、王小明"),
        income.MEMBERS,
        *income.TERMS,
        Field("period", "核算期间", example="2025年10月至2026年9月"),
        income.SELF_PAID,
        Field("education", "义务教育", example="没有失学辍学"),
        Field("medical", "基本医疗", example="都参加了居民医保"),
        Field("housing", "住房安全", example="砖混结构，鉴定为B级"),
        Field("water", "饮水安全", example="自来水，水量水质有保障"),
        Field("finding", "核实情况", "words", example="房屋受灾情况属实，家庭收入比上年减少。"),
        Field("household_says", "农户意见", "words", example="情况属实。"),
    ),
    tables=(MEMBERS,),
    derived=income.DERIVED,
    derive=income.worked_out,
    layout=(
        Title(),
        Pairs((
            OF_THE_HOUSE,
            COUNTED,
            (("入户日期", "{{入户日期}}"), ("核实人", "{{核实人}}")),
        )),
        Rows(
            ("姓名", "与户主关系", "就业就学等情况"),
            ("{{家庭成员.姓名}}", "{{家庭成员.与户主关系}}", "{{家庭成员.就业就学等情况}}"),
            (2, 2, 5),
        ),
        Head("收入核算（{{核算期间}}，单位：元）"),
        Pairs(income.grid()),
        Head("“两不愁三保障”和饮水"),
        Pairs((
            (("义务教育", "{{义务教育}}"), ("基本医疗", "{{基本医疗}}")),
            (("住房安全", "{{住房安全}}"), ("饮水安全", "{{饮水安全}}")),
        )),
        Pairs(((("核实情况", "{{核实情况}}"),), (("农户意见", "{{农户意见}}"),))),
        Signs(("户主或家属（签名）", "核实人（签名）", "核实人（签名）")),
    ),
)  # fmt: skip

PLAN = Kind(
    name="assistance_plan",
    title="一户一策帮扶计划",
    fields=(
        HEAD,
        VILLAGE,
        GROUP,
        Field("monitored_class", "监测类别", example="突发严重困难户"),
        Field("risks", "风险", example="因自然灾害"),
        Field("goal", "帮扶目标", "words", example="修好房屋，恢复生产，收入稳定。"),
        Field("helper", "帮扶联系人", example="陈明"),
        Field("helper_phone", "联系电话", "phone", example="0735-2888888"),
        Field("household_says", "农户意愿", "words", example="愿意自己出工修房，希望介绍务工。"),
    ),
    tables=(
        Table(
            "measures",
            "措施",
            (
                Field("measure", "帮扶措施"),
                Field("answers", "针对的风险"),
                Field("unit", "责任单位"),
                Field("due_on", "完成期限", "day"),
            ),
            example=(
                {"measure": "危房修缮补助", "answers": "因自然灾害", "unit": "区住建局", "due_on": date(2026, 12, 31)},
                {"measure": "介绍就近务工", "answers": "因自然灾害", "unit": "区人社局", "due_on": date(2027, 1, 31)},
            ),
        ),
    ),
    layout=(
        Title(),
        HOME,
        Pairs(
            (
                (("监测类别", "{{监测类别}}"), ("风险", "{{风险}}")),
                (("帮扶联系人", "{{帮扶联系人}}"), ("联系电话", "{{联系电话}}")),
            )
        ),
        Words("帮扶目标：{{帮扶目标}}"),
        Words("农户意愿：{{农户意愿}}"),
        Rows(
            ("帮扶措施", "针对的风险", "责任单位", "完成期限", "落实情况"),
            ("{{措施.帮扶措施}}", "{{措施.针对的风险}}", "{{措施.责任单位}}", "{{措施.完成期限}}", ""),
            (4, 3, 3, 3, 3),
        ),
        Signs(("户主（签名）", "帮扶联系人（签名）", "村民委员会（盖章）")),
    ),
)

CARD = Kind(
    name="help_card",
    title="帮扶明白卡",
    fields=(
        HEAD,
        VILLAGE,
        Field("helper", "帮扶联系人", example="陈明"),
        Field("helper_phone", "联系电话", "phone", example="0735-2888888"),
        Field("complaint_phone", "投诉电话", "phone", example="12345"),
    ),
    tables=(
        Table(
            "helps",
            "帮扶",
            (
                Field("what", "享受的政策"),
                Field("amount", "金额", needed=False),
                Field("since", "从什么时候起"),
                Field("ask", "问哪里"),
            ),
            example=({"what": "居民医保参保资助", "amount": "200元/年", "since": "2026年", "ask": "乡镇医保站"},),
        ),
    ),
    layout=(
        Title(),
        Pairs(
            (
                (("户主", "{{户主姓名}}"), ("所在村", "{{所在村}}")),
                (("帮扶联系人", "{{帮扶联系人}}"), ("联系电话", "{{联系电话}}")),
            )
        ),
        Rows(
            ("享受的政策", "金额", "从什么时候起", "问哪里"),
            ("{{帮扶.享受的政策}}", "{{帮扶.金额}}", "{{帮扶.从什么时候起}}", "{{帮扶.问哪里}}"),
            (4, 2, 3, 3),
        ),
        Words("政策没有落实、钱没有到账，或者有人要您出钱办事，请打电话：{{投诉电话}}。"),
        Words("家里有新的难处，可以随时找帮扶联系人或村里，也可以自己申报。"),
    ),
)

INCOME_SHEET = Kind(
    name="income_sheet",
    title="季度收入核算表",
    many=True,
    basis="郴州市三年行动计划附件9（帮扶联系人与农户双方签字）",
    fields=(
        HEAD,
        VILLAGE,
        GROUP,
        Field("quarter", "季度", example="2026年第三季度"),
        income.MEMBERS,
        *income.TERMS,
        income.SELF_PAID,
        Field("note", "变化说明", "words", needed=False, example="七月起在镇上砖厂务工。"),
    ),
    derived=income.DERIVED,
    derive=income.worked_out,
    layout=(
        Title(),
        Pairs((
            OF_THE_HOUSE,
            COUNTED,
            (("季度", "{{季度}}"),),
        )),
        Head("本季度收支（单位：元）"),
        Pairs((*income.grid(net="本季度纯收入", per_head="本季度人均"), (("变化说明", "{{变化说明}}"),))),
        Words("以上各项由帮扶联系人和农户一起算，双方看过、认可后签字。"),
        Signs(("户主（签名）", "帮扶联系人（签名）")),
    ),
)  # fmt: skip
