"""What the river and its months ask of cases is counted from indexes alone (全流程计数)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedure', '0007_counting'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='case',
            name='case_waiting',
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state__in', ('open', 'decided'))), fields=['place_number', 'due_on'], include=('next_act', 'next_level', 'whole_due_on', 'recused', 'matter', 'last_at', 'household_id', 'state'), name='case_waiting'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('decided_at__isnull', False)), fields=['place_number', 'decided_at'], include=('matter', 'outcome', 'opened_at'), name='case_by_decision'),
        ),
    ]
