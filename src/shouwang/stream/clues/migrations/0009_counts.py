"""Clues are counted along, county by county (随动计数): a page of a prefecture need not count them one by one."""

from django.db import migrations, models

from shouwang.kernel.row_security import protect
from shouwang.kernel.running_counts import Along, count_along

UNFINISHED = "r.state IN ('open', 'dispatched', 'taken', 'confirmed')"
CLOSED = "(r.closed_at AT TIME ZONE 'Asia/Shanghai')::date"
COUNTS = {
    "waiting": Along("r.grade || CASE WHEN r.is_application THEN ' application' ELSE '' END", "r.due_on", UNFINISHED),
    "since": Along("''", "r.opened_on", UNFINISHED),
    "took": Along(
        f"({CLOSED} - r.opened_on)::text", f"date_trunc('month', {CLOSED})::date", "r.state = 'closed' AND r.closed_at IS NOT NULL"
    ),
    "opened": Along("CASE WHEN r.is_application THEN 'application' ELSE '' END", "r.opened_on"),
}


class Migration(migrations.Migration):
    dependencies = [("clues", "0008_river_counting")]

    operations = [
        migrations.CreateModel(
            name="ClueCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place_number", models.BigIntegerField(help_text="the county's first number", verbose_name="县级区划")),
                ("what", models.CharField(max_length=10, verbose_name="计数内容")),
                ("part", models.CharField(max_length=60, verbose_name="分项")),
                ("day", models.DateField(null=True, verbose_name="日期")),
                ("rows", models.IntegerField(verbose_name="增减件数")),
            ],
            options={
                "verbose_name": "线索计数",
                "db_table": "clues_count",
                "indexes": [models.Index(fields=["place_number", "what"], name="clue_count_by_place")],
            },
        ),
        count_along("clues_clue", "clues_count", COUNTS),
        protect("clues_count"),
    ]
