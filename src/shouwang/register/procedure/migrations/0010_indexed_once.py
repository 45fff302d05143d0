"""Records and files of a case are found by the index that begins with it (办理记录的索引); a second one only cost time."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procedure", "0009_counts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="evidence",
            name="case",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="files",
                to="procedure.case",
                verbose_name="办理件",
            ),
        ),
        migrations.AlterField(
            model_name="record",
            name="case",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="entries",
                to="procedure.case",
                verbose_name="办理件",
            ),
        ),
    ]
