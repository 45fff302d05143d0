"""What was done with a clue is found by the index that begins with it (办理过程的索引); a second one only cost time."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clues", "0009_counts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="clueevent",
            name="clue",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="events",
                to="clues.clue",
                verbose_name="线索",
            ),
        ),
    ]
