"""What the run-time role may do to a table (运行角色的表权限): where rows stay as they are, it may not even try.

A trigger that refuses a change can be argued with by whoever may change the table; a right that was never given cannot.
What a trigger itself changes, it changes as the owner (SECURITY DEFINER with a fixed search_path).

    operations = [may_only("procedure_record")]                                        # add and read
    operations = [may_only("papers_paper", change=("superseded_by_id",))]              # and these columns
    operations = [may_only("clues_clue", change=EVERY_COLUMN)]                         # and any, but never delete
"""

from django.db.migrations.operations import RunSQL

from shouwang.kernel.run_time_role import ROLE

EVERY_COLUMN = ("*",)


def may_only(table: str, *, change: tuple[str, ...] = ()) -> RunSQL:
    """The migration step that leaves the run-time role reading, adding and changing these columns (只增，不改不删)."""
    columns = ", ".join(f'"{one}"' for one in change)
    forward = [f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM {ROLE}']
    if change:
        forward.append(f'GRANT UPDATE {"" if change == EVERY_COLUMN else f"({columns})"} ON "{table}" TO {ROLE}')
    return RunSQL(";\n".join(forward), f'GRANT UPDATE, DELETE ON "{table}" TO {ROLE}')
