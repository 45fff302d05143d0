"""What phones sent stays (外出采集的来件不删): the run-time role may not even try."""

from django.db import migrations

from shouwang.kernel.run_time_rights import EVERY_COLUMN, may_only


class Migration(migrations.Migration):
    dependencies = [("fieldwork", "0002_law"), ("places", "0002_run_time_role")]
    operations = [
        may_only("fieldwork_bundle", change=EVERY_COLUMN),
        may_only("fieldwork_entry", change=EVERY_COLUMN),
        may_only("fieldwork_key", change=EVERY_COLUMN),
        may_only("fieldwork_phone", change=EVERY_COLUMN),
    ]
