"""Days of the wall calendar as moments (日与时刻)."""

from datetime import date, datetime, time

from django.utils import timezone


def start_of(day: date) -> datetime:
    """The moment at which a day begins here: what is at or after it, an index finds; the day of a time, it does not."""
    return timezone.make_aware(datetime.combine(day, time.min))
