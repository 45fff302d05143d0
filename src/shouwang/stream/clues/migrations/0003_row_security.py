"""Clues are seen inside one's own place range only (行级安全); reasons and history where their clue is."""

from django.db import migrations

from shouwang.kernel.row_security import protect


class Migration(migrations.Migration):
    dependencies = [("clues", "0002_nothing_is_lost"), ("places", "0002_run_time_role")]
    operations = [
        protect("clues_clue"),
        protect("clues_held_warning"),
        protect("clues_source", through="clue_id", parent="clues_clue", key="id"),
        protect("clues_event", through="clue_id", parent="clues_clue", key="id"),
    ]
