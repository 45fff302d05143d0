"""Frozen grounds are seen inside one's own place range only (行级安全)."""

from django.db import migrations

from shouwang.kernel.row_security import protect


class Migration(migrations.Migration):
    dependencies = [("determination", "0001_snapshots"), ("households", "0002_row_security")]
    operations = [protect("determination_snapshot", through="household_id")]
