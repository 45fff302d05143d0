"""The run-time role adds rows to the ledger and reads them; nothing else (台账对运行角色只增不改)."""

from django.db import migrations

from shouwang.kernel.run_time_role import ROLE

TABLES = "ledger_entry, ledger_key_record"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only"), ("places", "0002_run_time_role")]
    operations = [
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM {ROLE}",
            f"GRANT UPDATE, DELETE ON {TABLES} TO {ROLE}",
        )
    ]
