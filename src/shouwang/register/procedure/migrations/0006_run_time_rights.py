"""A case is changed by the law alone (办理件只由数据库的程序改动): the run-time role adds records and reads."""

from django.db import migrations

from shouwang.kernel.run_time_rights import may_only


class Migration(migrations.Migration):
    dependencies = [("procedure", "0005_by_due"), ("places", "0002_run_time_role")]
    operations = [
        may_only("procedure_case"),
        may_only("procedure_record"),
        may_only("procedure_evidence"),
    ]
