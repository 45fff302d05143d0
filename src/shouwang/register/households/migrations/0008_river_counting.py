"""Who is monitored, and whether help runs, is counted from indexes alone (全流程计数)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0007_monitored'),
        ('places', '0002_run_time_role'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='household',
            name='household_monitored',
        ),
        migrations.RemoveIndex(
            model_name='measure',
            name='measure_by_household',
        ),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(condition=models.Q(('monitored_class__isnull', False)), fields=['place_number', 'monitored_on'], include=('household_id', 'monitored_class', 'cleared_on'), name='household_monitored'),
        ),
        migrations.AddIndex(
            model_name='measure',
            index=models.Index(fields=['household'], include=('since_on', 'until_on'), name='measure_by_household'),
        ),
    ]
