"""What other parts must find of themselves in the register (登记核验)."""

from shouwang.register.households.models import Measure, MonitoringPeriod
from shouwang.register.staff.queries import Actor


def cases_entered(actor: Actor) -> tuple[set[str], set[str]]:
    """Cases that began a period of monitoring, and cases that ended one."""
    periods = MonitoringPeriod.objects.visible_to(actor)
    begun = periods.exclude(began_by="").values_list("began_by", flat=True)
    return set(begun), set(periods.exclude(ended_by="").values_list("ended_by", flat=True))


def measures_entered(actor: Actor) -> list[str]:
    """Origins of the measures that were recorded here, one by one."""
    found = Measure.objects.filter(origin__startswith="measure:").values_list("origin", flat=True)
    return [origin for origin in found if origin]
