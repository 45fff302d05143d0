"""After an import the planner is told of it by whoever imported (更新统计)."""

from django.db import migrations

from shouwang.kernel.run_time_role import let_role_analyse

TABLES = ("household", "resident", "income", "status", "risk", "measure", "monitoring")


class Migration(migrations.Migration):
    dependencies = [("households", "0005_periods_so_far")]
    operations = [
        migrations.RunSQL(let_role_analyse(*(f"households_{name}" for name in TABLES)), migrations.RunSQL.noop)
    ]
