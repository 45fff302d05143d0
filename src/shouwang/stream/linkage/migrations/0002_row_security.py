"""Doubtful links are seen inside one's own place range only (行级安全)."""

from django.db import migrations

from shouwang.kernel.row_security import protect


class Migration(migrations.Migration):
    dependencies = [("linkage", "0001_initial"), ("places", "0002_run_time_role")]
    operations = [protect("linkage_review")]
