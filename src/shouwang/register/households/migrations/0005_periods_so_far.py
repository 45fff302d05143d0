"""Whoever is on record as monitored or cleared has a period of it (监测时段), seen inside one's own place range only."""

from django.db import migrations

from shouwang.kernel.row_security import protect
from shouwang.kernel.run_time_role import EVERYWHERE

SO_FAR = f"""
SELECT set_config('shouwang.range_low', '{EVERYWHERE[0]}', true),
       set_config('shouwang.range_high', '{EVERYWHERE[1]}', true);
INSERT INTO households_monitoring
    (household_id, monitored_class, from_on, until_on, began, manner, began_by, ended_by)
SELECT household_id, monitored_class, monitored_on, cleared_on, 'imported',
       CASE WHEN cleared_on IS NOT NULL THEN clearance_manner END, '', ''
FROM households_household
WHERE monitored_class IS NOT NULL AND monitored_on IS NOT NULL AND (cleared_on IS NULL OR cleared_on >= monitored_on);
SELECT set_config('shouwang.range_low', '', true), set_config('shouwang.range_high', '', true)
"""  # noqa: S608 - two numbers of our own


class Migration(migrations.Migration):
    dependencies = [("households", "0004_monitoring_periods")]
    operations = [
        migrations.RunSQL(SO_FAR, migrations.RunSQL.noop),
        protect("households_monitoring", through="household_id"),
    ]
