"""Whether the register is still what it was (登记有无变动)."""

from django.db import connection

from shouwang.register.households.choices import ChangedPart


def register_stamp(part: ChangedPart) -> str:
    """A text that stays the same for as long as a part of the register does; to be asked for before the part is read.

    Every transaction that changes it leaves a row, and none ever goes. What one sees later holds all rows that were seen
    before: as many rows, up to the same one, are the same rows, and so is all that those transactions wrote. What the
    asking transaction itself changes afterwards leaves a row of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(max(id), 0), set_config(%s, '', true) FROM households_change WHERE part = %s",
            [f"shouwang.changed_{part}", part],
        )
        rows, last, _ = cursor.fetchone()
    return f"{rows}-{last}"
