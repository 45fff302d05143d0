"""Households, people and their entries are seen inside one's own place range only (行级安全)."""

from django.db import migrations

from shouwang.kernel.row_security import protect


class Migration(migrations.Migration):
    dependencies = [("households", "0001_initial"), ("places", "0002_run_time_role")]
    operations = [
        protect("households_household"),
        protect("households_resident", through="household_id"),
        protect("households_income", through="household_id"),
        protect("households_status", through="household_id"),
        protect("households_risk", through="household_id"),
        protect("households_measure", through="household_id"),
    ]
