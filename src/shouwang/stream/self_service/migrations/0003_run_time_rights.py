"""What households sent in stays (自助来件不删): the run-time role may not even try."""

from django.db import migrations

from shouwang.kernel.run_time_rights import EVERY_COLUMN, may_only


class Migration(migrations.Migration):
    dependencies = [("self_service", "0002_kept"), ("places", "0002_run_time_role")]
    operations = [
        may_only("self_service_application", change=EVERY_COLUMN),
        may_only("self_service_correction", change=EVERY_COLUMN),
        may_only("self_service_sending", change=EVERY_COLUMN),
    ]
