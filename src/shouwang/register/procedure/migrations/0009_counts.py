"""Cases that wait are counted along, county by county (随动计数): a page of a prefecture need not count them one by one."""

from django.db import migrations, models

from shouwang.kernel.row_security import protect
from shouwang.kernel.running_counts import Along, count_along

RUNNING = "r.state IN ('open', 'decided')"
DECIDED = "(r.decided_at AT TIME ZONE 'Asia/Shanghai')::date"
COUNTS = {
    # Late is what is past the step's day or the whole procedure's; LEAST leaves out the one that there is not.
    "waiting": Along("r.matter || ' ' || r.next_level", "LEAST(r.due_on, r.whole_due_on)", RUNNING),
    "since": Along("r.matter || ' ' || r.next_level", "(r.last_at AT TIME ZONE 'Asia/Shanghai')::date", RUNNING),
    "decided": Along("r.outcome", DECIDED, "r.decided_at IS NOT NULL AND r.outcome <> ''"),
    "took": Along(
        f"r.matter || ' ' || ({DECIDED} - (r.opened_at AT TIME ZONE 'Asia/Shanghai')::date)",
        f"date_trunc('month', {DECIDED})::date",
        "r.decided_at IS NOT NULL",
    ),
}


class Migration(migrations.Migration):
    dependencies = [("procedure", "0008_river_counting")]

    operations = [
        migrations.CreateModel(
            name="CaseCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place_number", models.BigIntegerField(help_text="the county's first number", verbose_name="县级区划")),
                ("what", models.CharField(max_length=10, verbose_name="计数内容")),
                ("part", models.CharField(max_length=60, verbose_name="分项")),
                ("day", models.DateField(null=True, verbose_name="日期")),
                ("rows", models.IntegerField(verbose_name="增减件数")),
            ],
            options={
                "verbose_name": "办理件计数",
                "db_table": "procedure_count",
                "indexes": [models.Index(fields=["place_number", "what"], name="case_count_by_place")],
            },
        ),
        count_along("procedure_case", "procedure_count", COUNTS),
        protect("procedure_count"),
    ]
