"""A warning remembers the run that changed it last; which run stands behind it now follows from its place."""

from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [("screening", "0005_tally")]
    operations = [
        migrations.RenameField("issuedwarning", "last_seen_run", "changed_run"),
        migrations.AlterField(
            "issuedwarning",
            "changed_run",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="screening.run",
                verbose_name="最近变化",
            ),
        ),
    ]
