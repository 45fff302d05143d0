"""Entries of a household are found by the index that begins with it (登记明细的索引); a second one only cost time."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0010_where_help_is"),
    ]

    operations = [
        migrations.AlterField(
            model_name="incomeentry",
            name="household",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                to="households.household",
                verbose_name="户",
            ),
        ),
        migrations.AlterField(
            model_name="measure",
            name="household",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                to="households.household",
                verbose_name="户",
            ),
        ),
        migrations.AlterField(
            model_name="monitoringperiod",
            name="household",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                to="households.household",
                verbose_name="户",
            ),
        ),
        migrations.AlterField(
            model_name="risk",
            name="household",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                to="households.household",
                verbose_name="户",
            ),
        ),
        migrations.AlterField(
            model_name="statustag",
            name="household",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                to="households.household",
                verbose_name="户",
            ),
        ),
    ]
