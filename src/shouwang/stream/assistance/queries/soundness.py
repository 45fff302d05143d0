"""Whether measures fit the register (措施核验)."""

from collections.abc import Iterator

from shouwang.kernel.soundness import KeptFile
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.choices import MeasureState
from shouwang.stream.assistance.models import Feedback, PlannedMeasure


def delivered_measures(actor: Actor) -> set[str]:
    """Measures that were given and are of a kind that the register keeps, as the register names them."""
    given = PlannedMeasure.objects.visible_to(actor).filter(state=MeasureState.DELIVERED).exclude(kind="")
    return {f"measure:{pk}" for pk in given.values_list("pk", flat=True)}


def kept_files(actor: Actor) -> Iterator[KeptFile]:
    """Photos and scans that were given with feedback."""
    for pk, path in Feedback.objects.exclude(file_path="").values_list("measure_id", "file_path").iterator():
        yield KeptFile(f"measure:{pk}", path)
