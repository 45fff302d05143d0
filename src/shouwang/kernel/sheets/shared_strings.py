"""Shared strings (共享字符串): the texts of a workbook, kept once each; rich text is joined, escapes are undone."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.kernel.sheets.cells import Malformed, collect_texts, find_tags, outside_phonetics, text_spans


def read_strings(chunk: bytes) -> pa.StringArray:
    """Read the ``<si>`` items of a chunk, one text each."""
    tags = find_tags(chunk)
    items = np.flatnonzero((tags.first == ord("s")) & (tags.second == ord("i")))
    index, begin, length = text_spans(tags, outside_phonetics(tags, tags.opening(b"t")))
    owner = np.searchsorted(items, index) - 1
    if len(owner) and owner[0] < 0:
        raise Malformed("text outside strings")
    totals = np.bincount(owner, weights=length, minlength=len(items)).astype(np.int64)
    texts = collect_texts(tags.buffer, begin, length, totals)
    return unescape(texts) if may_be_escaped(chunk) else texts


ESCAPES = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));|_x([0-9A-Fa-f]{4})_")
NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def may_be_escaped(data: bytes) -> bool:
    """A quick look whether any text of a chunk holds an escape."""
    return b"&" in data or b"_x" in data


def unescape(texts: pa.StringArray) -> pa.StringArray:
    """Undo ``&amp;``, ``&#10;`` and ``_x000D_``; only the texts that hold such a thing are touched."""
    marked = pc.match_substring_regex(texts, r"&|_x[0-9A-Fa-f]{4}_")
    if not pc.any(marked).as_py():
        return texts
    plain = [ESCAPES.sub(_character, text) for text in texts.filter(marked).to_pylist()]
    return pc.replace_with_mask(texts, marked, pa.array(plain, pa.string()))


def _character(found: re.Match[str]) -> str:
    hexadecimal, decimal, name, escaped = found.groups()
    if name:
        return NAMED[name]
    code = int(hexadecimal or escaped, 16) if hexadecimal or escaped else int(decimal)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
