"""From the register's files to the columns of the tables (列的整理): secrets sealed, names with their pinyin."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Model

from shouwang.kernel import identity_numbers
from shouwang.kernel.bulk import without_control
from shouwang.register.households.models import Household, Resident
from shouwang.register.ledger.keys import keyring

FILLED_LATER = {"place_id", "head_name", "head_pinyin", "members", "lives_with_id"}
TEXT = pa.string()


def household_columns(table: pa.Table) -> pa.Table:
    """The households' file as the columns of their table, without those that the load itself fills."""
    place = pc.cast(pc.utf8_rpad(table["place_code"], 12, "0"), pa.int64())
    table = table.append_column("place_number", place).drop_columns(["place_code"])
    for name in ("phone", "collector_phone"):
        table = sealed(table, name, Household, "household_id", purpose="phone", written=written_phone)
    return _fitted(table, Household)


def resident_columns(table: pa.Table) -> pa.Table:
    """The residents' file as the columns of their table."""
    table = sealed(table, "id_number", Resident, "resident_id", purpose="id_number", written=_id_number)
    table = sealed(table, "phone", Resident, "resident_id", purpose="phone", written=written_phone)
    at = table.column_names.index("name")
    named = pc.fill_null(table["name"], "")
    table = table.set_column(at, "name", named)
    return _fitted(table.append_column("name_pinyin", searchable_pinyin(named)), Resident)


def sealed(
    table: pa.Table, name: str, model: type[Model], key: str, *, purpose: str, written: Callable[[str], str]
) -> pa.Table:
    """Replace a column of secrets by its ciphertext and its keyed hash."""
    if name not in table.column_names:
        return table
    ring, rows = keyring(), table[key].to_pylist()
    texts = without_control([text or None for text in table[name].to_pylist()])
    place = f"{model._meta.db_table}.{name}"
    cipher = pa.array(ring.encrypt_all(place, rows, texts), TEXT)
    lookup = pa.array(ring.lookup_all(purpose, [None if t is None else written(t) for t in texts]), TEXT)
    table = table.drop_columns([name])
    return table.append_column(f"{name}_cipher", cipher).append_column(f"{name}_lookup", lookup)


def searchable_pinyin(column: pa.ChunkedArray) -> pa.Array:
    """Pinyin in one word and its initials, so that wangxiaoming and wxm both find 王小明; each name is read once."""
    from shouwang.kernel import names  # heavy: its dictionary takes a second to load

    coded = pc.dictionary_encode(pa.chunked_array(column).combine_chunks())
    readings = [names.pinyin(name).split() for name in coded.dictionary.to_pylist()]
    words = [f"{''.join(parts)} {''.join(part[:1] for part in parts)}".strip()[:120] for parts in readings]
    return pc.take(pa.array(words, TEXT), coded.indices)


def searchable_pinyin_of(name: str) -> str:
    """The same for one name."""
    return str(searchable_pinyin(pa.chunked_array([[name]], TEXT))[0].as_py())


def _fitted(table: pa.Table, model: type[Model]) -> pa.Table:
    """Exactly the columns of the table, unknown where the file has none."""
    for field in model._meta.concrete_fields:
        if field.column not in table.column_names and field.column not in FILLED_LATER:
            table = table.append_column(field.column, pa.nulls(table.num_rows, TEXT))
    return table.select([f.column for f in model._meta.concrete_fields if f.column not in FILLED_LATER])


def _id_number(text: str) -> str:
    return identity_numbers.canonical(text) or identity_numbers.normalise(text)


def written_phone(text: str) -> str:
    """A phone number as its keyed hash is made from it."""
    return "".join(character for character in text if character.isdigit())
