"""Open clues are counted and listed without reading all of them (线索计数); the planner is told of what was taken up."""

from django.db import migrations, models

from shouwang.kernel.run_time_role import let_role_analyse


class Migration(migrations.Migration):

    dependencies = [
        ('clues', '0004_determination_under_way'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='clue',
            name='clue_open_by_place',
        ),
        migrations.AddIndex(
            model_name='clue',
            index=models.Index(condition=models.Q(('state__in', ('open', 'dispatched', 'taken', 'confirmed'))), fields=['place_number', 'due_on'], include=('grade', 'state', 'is_application', 'escalation', 'owner_level', 'owner'), name='clue_open_by_place'),
        ),
        migrations.AddIndex(
            model_name='clue',
            index=models.Index(condition=models.Q(('state__in', ('open', 'dispatched', 'taken', 'confirmed'))), fields=['due_on', '-is_application', 'severity', 'place_number', 'id'], name='clue_open_by_due'),
        ),
        migrations.RunSQL(
            let_role_analyse("clues_clue", "clues_source", "clues_event", "clues_held_warning"), migrations.RunSQL.noop
        ),
    ]
