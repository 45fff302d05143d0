"""What was fed back stays as it is (反馈只增不改), and no plan or measure is deleted."""

from django.db import migrations

from shouwang.kernel.run_time_rights import EVERY_COLUMN, may_only


class Migration(migrations.Migration):
    dependencies = [("assistance", "0003_row_security"), ("places", "0002_run_time_role")]
    operations = [
        may_only("assistance_feedback"),
        may_only("assistance_plan", change=EVERY_COLUMN),
        may_only("assistance_measure", change=EVERY_COLUMN),
    ]
