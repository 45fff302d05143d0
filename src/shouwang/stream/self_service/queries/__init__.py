"""Reading what households sent in by themselves, and what they may see (查自助办理)."""

from shouwang.stream.self_service.queries.corrections import (
    Asked,
    corrections,
    corrections_of,
    opened,
    unconfirmed_applications,
    waiting_corrections,
)
from shouwang.stream.self_service.queries.following import (
    Way,
    application_numbered,
    first_application,
    open_cases_of,
    place_now,
    way_of,
)
from shouwang.stream.self_service.queries.own import HANDED, looks_at_me, papers_of
from shouwang.stream.self_service.queries.progress import Decision, Progress, Stage, hotline, progress_of

__all__ = [
    "HANDED",
    "Asked",
    "Decision",
    "Progress",
    "Stage",
    "Way",
    "application_numbered",
    "corrections",
    "corrections_of",
    "first_application",
    "hotline",
    "looks_at_me",
    "open_cases_of",
    "opened",
    "papers_of",
    "place_now",
    "progress_of",
    "unconfirmed_applications",
    "waiting_corrections",
    "way_of",
]
