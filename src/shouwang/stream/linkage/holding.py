"""The people of an area held ready from one file to the next (待匹配人口留用), by a worker that links many.

Departments send on the same days, one file after the other. To read an area's people and open their numbers anew for
each takes longer than to link it. They are held in clear in this process alone, no longer than ``HELD_FOR``, and never
past a change of the register.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from shouwang.register.households.choices import ChangedPart
from shouwang.register.households.queries import register_stamp
from shouwang.stream.linkage.people import KnownPeople

HELD_FOR = 600.0
"""Seconds after the last file; our own choice."""


class Holder:
    """Holds the people of one area; one file at a time is linked against them."""

    def __init__(self, seconds: float = HELD_FOR) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()
        self._people: KnownPeople | None = None
        self._of: tuple[object, ...] = ()
        self._end: threading.Timer | None = None

    @contextmanager
    def people(self, range_low: int, range_high: int) -> Iterator[KnownPeople]:
        """The people of an area as they stand in the register now; after a failure they are read anew."""
        with self._lock:
            self._stop_waiting()
            # Asked for before they are read: what changes in between is noticed the next time.
            of = (connection.settings_dict["NAME"], range_low, range_high, register_stamp(ChangedPart.PEOPLE))
            if self._people is None or of != self._of:
                self._close()
                self._people, self._of = KnownPeople(range_low, range_high), of
            try:
                yield self._people
            except BaseException:
                self._close()
                raise
            self._end = threading.Timer(self.seconds, self.forget)
            self._end.daemon = True
            self._end.start()

    def forget(self) -> None:
        """Give the people's memory back, when nobody links against them."""
        with self._lock:
            self._stop_waiting()
            self._close()

    def _stop_waiting(self) -> None:
        if self._end:
            self._end.cancel()
            self._end = None

    def _close(self) -> None:
        if self._people:
            self._people.close()
        self._people, self._of = None, ()


holder = Holder()
"""That of this process."""
