"""Notices are seen inside one's own place range only (行级安全); the board's own page opens the one that is asked for."""

from django.db import migrations

from shouwang.kernel.row_security import protect


class Migration(migrations.Migration):
    dependencies = [("papers", "0002_posting_laws"), ("places", "0002_run_time_role")]
    operations = [
        protect("papers_posting"),
        protect("papers_posted_case", through="posting_id", parent="papers_posting", key="id"),
    ]
