"""Visits are only added (走访只增不改): the run-time role may not even try."""

from django.db import migrations

from shouwang.kernel.run_time_rights import may_only


class Migration(migrations.Migration):
    dependencies = [("visits", "0002_law"), ("places", "0002_run_time_role")]
    operations = [
        may_only("visits_visit"),
    ]
