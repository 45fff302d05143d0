"""The newest of the gravest warnings are found without reading the others (最新红色预警)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('screening', '0006_changed_run'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='issuedwarning',
            index=models.Index(condition=models.Q(('level', 'red'), models.Q(('state', 'gone'), _negated=True)), fields=['-first_seen_run', 'place_number', 'household_id'], name='warning_newest'),
        ),
    ]
