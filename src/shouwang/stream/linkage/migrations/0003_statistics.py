"""After a delivery was linked the planner is told of its open rows by whoever accepted it (更新统计)."""

from django.db import migrations

from shouwang.kernel.run_time_role import let_role_analyse


class Migration(migrations.Migration):
    dependencies = [("linkage", "0002_row_security")]
    operations = [migrations.RunSQL(let_role_analyse("linkage_review"), migrations.RunSQL.noop)]
