"""How names are compared (姓名比较): columns of how a name is written, how it sounds and how it looks.

A sound is one private-use character per syllable, so that sounds, shapes and names all have one character per character
and are compared with the same functions. Nearly all names are CJK characters of three UTF-8 bytes each; these are
mapped in bulk on their bytes, the few others one by one.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pypinyin.pinyin_dict import pinyin_dict

from shouwang.engine.linking.columns import replaced
from shouwang.kernel import names
from shouwang.kernel.similar_shapes import SHAPES

PLAIN_NAME = "^[\u4e00-\u9fff]{2,4}$"
LONGEST_NAME = 40
FIRST_PRIVATE = 0xE000
_PLACEHOLDERS = pa.array(sorted(names.PLACEHOLDERS))

Characters = dict[str, str]


@dataclass(frozen=True)
class Classes:
    """What every character, and the first one of a name, is compared as; also as tables over code points."""

    everywhere: Characters
    at_front: Characters
    table: npt.NDArray[np.uint16]
    front_table: npt.NDArray[np.uint16]


def name_columns(raw: pa.Array) -> dict[str, pa.Array]:
    """name (comparable), sound (a mark a syllable), heard (southern sounds merged), shape, surname (first of sound)."""
    written = _written(raw)
    columns = {"name": written, "shape": _mapped(written, _shapes())}
    columns["sound"] = _mapped(written, _sounds())
    columns["heard"] = _mapped(written, _southern_sounds())
    return {**columns, "surname": pc.utf8_slice_codeunits(columns["sound"], 0, 1)}


def _written(raw: pa.Array) -> pa.Array:
    plain = pc.and_not(pc.match_substring_regex(raw, PLAIN_NAME), pc.is_in(raw, value_set=_PLACEHOLDERS))
    odd = np.flatnonzero(~pc.fill_null(plain, True).to_numpy(zero_copy_only=False))
    comparable = [names.comparable(value)[:LONGEST_NAME] or None for value in raw.take(pa.array(odd)).to_pylist()]
    return replaced(raw, odd, comparable)


def _mapped(written: pa.Array, classes: Classes) -> pa.Array:
    """Every character replaced by its class."""
    in_bulk = pc.fill_null(pc.equal(pc.binary_length(written), pc.multiply(pc.utf8_length(written), 3)), False)
    mapped = _mapped_in_bulk(pc.if_else(in_bulk, written, pa.scalar("")), classes)
    odd = np.flatnonzero(~in_bulk.to_numpy(zero_copy_only=False) & pc.is_valid(written).to_numpy(zero_copy_only=False))
    one_by_one = [_mapped_one(value, classes) for value in written.take(pa.array(odd)).to_pylist()]
    return pc.if_else(pc.is_valid(written), replaced(mapped, odd, one_by_one), pa.scalar(None, pa.string()))


def _mapped_one(name: str, classes: Classes) -> str:
    first = classes.at_front.get(name[0], classes.everywhere.get(name[0], name[0]))
    return first + "".join(classes.everywhere.get(character, character) for character in name[1:])


def _mapped_in_bulk(written: pa.Array, classes: Classes) -> pa.Array:
    """The same on the bytes of a column without nulls in which every character takes three bytes, before and after."""
    _, offset_buffer, data = written.buffers()
    if data is None or len(written) == 0:
        return written
    offsets = np.frombuffer(offset_buffer, np.int32, len(written) + 1)
    octets = np.frombuffer(data, np.uint8, offsets[-1]).reshape(-1, 3).astype(np.uint16)
    code = ((octets[:, 0] & 15) << 12) | ((octets[:, 1] & 63) << 6) | (octets[:, 2] & 63)
    to = classes.table[code]
    first = offsets[:-1][offsets[1:] > offsets[:-1]] // 3
    to[first] = classes.front_table[code[first]]
    encoded = np.stack([0xE0 | to >> 12, 0x80 | to >> 6 & 63, 0x80 | to & 63], axis=1).astype(np.uint8)
    return pa.Array.from_buffers(pa.string(), len(written), [None, offset_buffer, pa.py_buffer(encoded.tobytes())])


def _classes(everywhere: Characters, at_front: Characters) -> Classes:
    return Classes(everywhere, at_front, _table(everywhere), _table({**everywhere, **at_front}))


def _table(classes: Characters) -> npt.NDArray[np.uint16]:
    table = np.arange(0x10000, dtype=np.uint16)
    inside = {character: to for character, to in classes.items() if ord(character) < 0x10000}
    table[[ord(character) for character in inside]] = [ord(to) for to in inside.values()]
    return table


@cache
def _shapes() -> Classes:
    return _classes(SHAPES, {})


@cache
def _sounds() -> Classes:
    return _marks({reading: reading for reading in _readings()})


@cache
def _southern_sounds() -> Classes:
    return _marks({reading: names.southern(reading) for reading in _readings()})


@cache
def _syllables() -> Characters:
    return {chr(code): names.syllable(chr(code)) for code in pinyin_dict}


def _readings() -> set[str]:
    return {*_syllables().values(), *names.SURNAME_READINGS.values()}


def _marks(merged: dict[str, str]) -> Classes:
    """Private-use characters for readings, in sorted order so that they are the same in every process."""
    marks = {reading: chr(FIRST_PRIVATE + at) for at, reading in enumerate(sorted(set(merged.values())))}
    everywhere = {character: marks[merged[reading]] for character, reading in _syllables().items()}
    at_front = {character: marks[merged[reading]] for character, reading in names.SURNAME_READINGS.items()}
    return _classes(everywhere, at_front)
