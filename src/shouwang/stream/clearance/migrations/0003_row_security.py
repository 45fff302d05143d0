"""Confirmations, visits, contacts and rounds are seen inside one's own place range only (行级安全)."""

from django.db import migrations

from shouwang.kernel.row_security import protect


class Migration(migrations.Migration):
    dependencies = [("clearance", "0002_law"), ("procedure", "0003_row_security")]
    operations = [
        protect("clearance_confirmation", through="case_id", parent="procedure_case", key="id"),
        protect("clearance_follow_up"),
        protect("clearance_contact"),
        protect("clearance_round_row"),
    ]
