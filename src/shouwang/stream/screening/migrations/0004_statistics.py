"""After a screening was published the planner is told of it by whoever published (更新统计)."""

from django.db import migrations

from shouwang.kernel.run_time_role import let_role_analyse

TABLES = ("screening_warning", "screening_gap", "screening_doubt")


class Migration(migrations.Migration):
    dependencies = [("screening", "0003_row_security")]
    operations = [migrations.RunSQL(let_role_analyse(*TABLES), migrations.RunSQL.noop)]
