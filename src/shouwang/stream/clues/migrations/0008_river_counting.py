"""What the river and its months ask of clues is counted from indexes alone (全流程计数)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clues', '0007_run_time_rights'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='clue',
            name='clue_by_closing',
        ),
        migrations.RemoveIndex(
            model_name='clue',
            name='clue_open_by_place',
        ),
        migrations.AddIndex(
            model_name='clue',
            index=models.Index(condition=models.Q(('state__in', ('open', 'dispatched', 'taken', 'confirmed'))), fields=['place_number', 'due_on'], include=('grade', 'state', 'is_application', 'escalation', 'owner_level', 'owner', 'opened_on'), name='clue_open_by_place'),
        ),
        migrations.AddIndex(
            model_name='clue',
            index=models.Index(condition=models.Q(('owner_level', 'village'), ('state__in', ('open', 'dispatched', 'taken', 'confirmed'))), fields=['place_number', 'household_id'], name='clue_in_the_village'),
        ),
        migrations.AddIndex(
            model_name='clue',
            index=models.Index(fields=['place_number', 'opened_on'], include=('is_application',), name='clue_by_opening'),
        ),
        migrations.AddIndex(
            model_name='clue',
            index=models.Index(condition=models.Q(('state', 'closed')), fields=['place_number', 'closed_at'], include=('opened_on',), name='clue_by_closing'),
        ),
        migrations.AddIndex(
            model_name='clueevent',
            index=models.Index(condition=models.Q(('act__in', ('confirmed', 'closed', 'returned')), ('level', 'village')), fields=['at'], name='clue_event_checked'),
        ),
    ]
