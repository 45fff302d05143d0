"""Warnings, gaps, doubts and trials are seen inside one's own place range only (行级安全)."""

from django.db import migrations

from shouwang.kernel.row_security import protect


class Migration(migrations.Migration):
    dependencies = [("screening", "0002_trials"), ("places", "0002_run_time_role")]
    operations = [
        protect("screening_warning"),
        protect("screening_gap"),
        protect("screening_doubt"),
        protect("screening_trial", within=("range_low", "range_high")),
    ]
