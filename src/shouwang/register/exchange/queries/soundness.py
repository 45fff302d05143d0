"""Whether exchanged sheets are whole (对接表格核验)."""

from collections.abc import Iterator

from django.db.models import Count, F

from shouwang.kernel.soundness import Broken, KeptFile
from shouwang.register.exchange.choices import SheetState
from shouwang.register.exchange.models import IncomingSheet, OutgoingSheet
from shouwang.register.staff.queries import Actor


def broken_sheets(actor: Actor) -> Iterator[Broken]:
    """Outgoing sheets that remember another number of households than they hold."""
    found = OutgoingSheet.objects.annotate(remembered=Count("sent")).exclude(remembered=F("households"))
    for pk in found.values_list("pk", flat=True):
        yield Broken(f"outgoing:{pk}", f"上报表 {pk} 记下的户数与表里的不一致。")


def unsettled_sheets(actor: Actor) -> set[int]:
    """Sheets that still have to be compared."""
    waiting = (SheetState.RECEIVED, SheetState.COMPARING)
    return set(IncomingSheet.objects.filter(state__in=waiting).values_list("pk", flat=True))


def kept_files(actor: Actor) -> Iterator[KeptFile]:
    """Sheets that came and that went up."""
    for pk, path in IncomingSheet.objects.values_list("pk", "original_path").iterator():
        yield KeptFile(f"sheet:{pk}", path)
    for pk, path in OutgoingSheet.objects.values_list("pk", "path").iterator():
        yield KeptFile(f"outgoing:{pk}", path)
