"""Plans, measures and feedback are seen inside one's own place range only (行级安全)."""

from django.db import migrations

from shouwang.kernel.row_security import protect


class Migration(migrations.Migration):
    dependencies = [("assistance", "0002_append_only"), ("places", "0002_run_time_role")]
    operations = [
        protect("assistance_plan"),
        protect("assistance_measure"),
        protect("assistance_feedback", through="plan_id", parent="assistance_plan", key="id"),
    ]
