"""What a decision rested on stays as it is (决定依据不改不删)."""

from django.db import migrations

from shouwang.kernel.run_time_rights import may_only


class Migration(migrations.Migration):
    dependencies = [("determination", "0002_row_security"), ("places", "0002_run_time_role")]
    operations = [
        may_only("determination_snapshot"),
    ]
