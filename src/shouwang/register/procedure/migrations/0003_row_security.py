"""Cases and all that hangs on them are seen inside one's own place range only (行级安全)."""

from django.db import migrations

from shouwang.kernel.row_security import protect


class Migration(migrations.Migration):
    dependencies = [("procedure", "0002_law"), ("places", "0002_run_time_role")]
    operations = [
        protect("procedure_case"),
        protect("procedure_enquiry"),
        protect("procedure_record", through="case_id", parent="procedure_case", key="id"),
        protect("procedure_evidence", through="case_id", parent="procedure_case", key="id"),
    ]
