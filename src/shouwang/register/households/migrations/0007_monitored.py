"""Who is monitored is found without reading every household (监测户)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0006_statistics'),
        ('places', '0002_run_time_role'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='household',
            index=models.Index(condition=models.Q(('monitored_class__isnull', False)), fields=['place_number', 'monitored_on'], name='household_monitored'),
        ),
    ]
