"""The people of an area held ready for linking (待匹配的登记人口), in clear, inside this process only."""

from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from shouwang.register.households.queries import identity_tables
from shouwang.register.places.reading import read_places


class KnownPeople:
    """Residents and households of a place range, against which one file after another is linked; a context manager.

    Reading them opens every ID number of the area: whoever links a delivery notes it in the ledger.
    """

    def __init__(self, range_low: int, range_high: int) -> None:
        from shouwang.engine.linking import Linkage  # heavy: only who links pays for it

        residents, self.households = identity_tables(range_low, range_high)
        places = read_places()
        names = pa.table({"place_code": places["code"], "name": places["name"]})
        self.linkage = Linkage(residents, self.households, places=names)
        self.residents = residents.select(["resident_id", "household_id", "place_code"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Forget the people and give their memory back."""
        self.linkage.close()

    def of_residents(self, column: str, residents: pa.Array) -> pa.Array:
        """A column of the residents with these ids, null for an id that is null or unknown."""
        found = pc.index_in(residents, value_set=self.residents["resident_id"].combine_chunks(), skip_nulls=True)
        return pc.take(self.residents[column].combine_chunks(), found)
