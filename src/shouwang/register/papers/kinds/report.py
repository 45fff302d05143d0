"""Papers about a place (地区文书): the monthly report, counts only."""

from shouwang.register.papers.kinds.fields import Field, Kind, Table
from shouwang.register.papers.kinds.layout import Head, Line, Rows, Title, Words

MONTHLY_REPORT = Kind(
    name="monthly_report",
    title="防止返贫监测帮扶工作月报",
    many=True,
    of_place=True,
    fields=(
        Field("place", "地区", example="苏仙区"),
        Field("month", "月份", example="2026年10月"),
        Field("counted_at", "统计时间", example="2026-11-01 06:00"),
        Field("stuck", "最需要推动的环节", example="线索核实，逾期3条"),
    ),
    tables=(
        Table(
            "stages",
            "环节",
            (
                Field("name", "名称"),
                Field("count", "数量"),
                Field("late", "其中逾期"),
                Field("oldest", "最久天数"),
            ),
            example=({"name": "线索核实", "count": "12 条", "late": "3", "oldest": "9"},),
        ),
        Table(
            "changes",
            "变化",
            (Field("name", "事项"), Field("now", "本月", "count"), Field("before", "上月", "count")),
            example=({"name": "新增线索", "now": 12, "before": 9},),
        ),
        Table(
            "spans",
            "用时",
            (Field("name", "办理过程"), Field("count", "办结数", "count"), Field("days", "中间一件天数")),
            needed=False,
            example=({"name": "线索登记到办结", "count": 9, "days": "4"},),
        ),
    ),
    layout=(
        Title("{{地区}}\n{{文书名称}}（{{月份}}）"),
        Line("{{文号}}", "center"),
        Head("一、各环节现在有多少"),
        Words("统计时间：{{统计时间}}。最需要推动的环节：{{最需要推动的环节}}。"),
        Rows(
            ("环节", "数量", "其中逾期", "最久天数"),
            ("{{环节.名称}}", "{{环节.数量}}", "{{环节.其中逾期}}", "{{环节.最久天数}}"),
            (4, 3, 3, 3),
        ),
        Head("二、本月办了多少"),
        Rows(("事项", "本月", "上月"), ("{{变化.事项}}", "{{变化.本月}}", "{{变化.上月}}"), (5, 3, 3)),
        Head("三、办得多快"),
        Rows(
            ("办理过程", "办结数", "中间一件天数"),
            ("{{用时.办理过程}}", "{{用时.办结数}}", "{{用时.中间一件天数}}"),
            (5, 3, 3),
        ),
        Words("本报由平台按台账统计，不含个人信息，不对人员排名。预警是线索，不是认定。"),
        Line("{{签发日期}}", "right"),
    ),
)
