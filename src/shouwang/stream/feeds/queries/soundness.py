"""Whether deliveries are whole (送达核验)."""

from collections.abc import Iterator

from shouwang.kernel.soundness import Broken, KeptFile
from shouwang.register.ledger.queries import ledger_entries
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.choices import DeliveryStatus
from shouwang.stream.feeds.models import Delivery

PATHS = ("original_path", "rejects_path", "sheet_path", "batch_path", "pending_path", "resolved_path")


def broken_deliveries(actor: Actor) -> Iterator[Broken]:
    """Accepted deliveries of the ledger that are none, or were accepted twice."""
    noted: dict[str, int] = {}
    for subject in ledger_entries(actor, act="accept_delivery").values_list("subject", flat=True):
        noted[subject] = noted.get(subject, 0) + 1
    kept = Delivery.objects.visible_to(actor).filter(accepted_at__isnull=False).order_by("pk")
    for pk in kept.values_list("pk", flat=True):
        times = noted.pop(f"delivery:{pk}", 0)
        if times != 1:
            yield Broken(f"delivery:{pk}", f"送达 {pk} 在台账里入库了 {times} 次，应当是一次。")
    for subject in noted:
        yield Broken(subject, f"台账记着 {subject} 已经入库，数据里没有。")


def unsettled_deliveries(actor: Actor) -> set[int]:
    """Deliveries on which work has still to be done."""
    open_now = (DeliveryStatus.RECEIVED, DeliveryStatus.READING, DeliveryStatus.LINKING)
    return set(Delivery.objects.visible_to(actor).filter(status__in=open_now).values_list("pk", flat=True))


def rows_in_doubt(actor: Actor) -> dict[int, int]:
    """Deliveries in force, and how many of their rows wait for a person."""
    return dict(Delivery.objects.visible_to(actor).effective().values_list("pk", "rows_review"))


def kept_files(actor: Actor) -> Iterator[KeptFile]:
    """Files that deliveries rely on."""
    for pk, *paths in Delivery.objects.visible_to(actor).values_list("pk", *PATHS).iterator():
        yield from (KeptFile(f"delivery:{pk}", path) for path in paths if path)
