"""How many clues wait where (线索计数)."""

from django.db import models

from shouwang.kernel.running_counts import RunningCount


class ClueCount(RunningCount):
    """Clues of a county counted along (线索随动计数): what waits, since when, what was opened on which day."""

    class Meta:
        db_table = "clues_count"
        verbose_name = "线索计数"
        indexes = [models.Index(fields=["place_number", "what"], name="clue_count_by_place")]
