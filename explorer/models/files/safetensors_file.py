"""safetensors: a JSON header that says where each tensor lies, and the numbers."""

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from explorer.errors import CheckpointError
from explorer.models.files.contents import Array, Contents, widen
from explorer.models.files.limits import MAX_HEADER_BYTES, check_entries, check_shape, damaged, named
from explorer.models.files.nested import short_names
from explorer.models.files.words import Words, as_words

_LENGTH_BYTES = 8
_TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U8": "u1", "U16": "<u2", "U32": "<u4", "U64": "<u8", "BOOL": "?",
}  # fmt: skip


def is_safetensors(data: bytes) -> bool:
    """Whether a file begins with a length and a JSON object."""
    return data[_LENGTH_BYTES : _LENGTH_BYTES + 1] == b"{"


def read_safetensors(data: bytes) -> Contents:
    """Read a safetensors file; its tensors are views of the bytes.

    Raises:
        CheckpointError: the header is too long, damaged, or claims other than the file holds.
    """
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    if length > len(data) - _LENGTH_BYTES:
        raise damaged(f"its header claims {length:,} bytes, more than the file has")
    if length > MAX_HEADER_BYTES:
        raise CheckpointError(
            f"This file's header is {length / 1e6:.0f} MB and the most is {MAX_HEADER_BYTES / 1e6:.0f} MB: "
            "save the recurrent layers alone."
        )
    header = _header(data[_LENGTH_BYTES : _LENGTH_BYTES + length])
    words = _words(header.pop("__metadata__", {}))
    check_entries(len(header), "tensors")
    start = _LENGTH_BYTES + length
    _check_layout(header, len(data) - start)
    names = short_names([(name,) for name in header])
    arrays: dict[str, Array] = {}
    converted: dict[str, str] = {}
    for name, entry in zip(names, header.values(), strict=True):
        if entry["dtype"] not in _TYPES:
            continue
        begin, end = entry["data_offsets"]
        kind = np.dtype(_TYPES[entry["dtype"]])
        check_shape(name, entry["shape"], kind.itemsize, end - begin)
        values = np.frombuffer(data, kind, (end - begin) // kind.itemsize, start + begin).reshape(entry["shape"])
        is_brain_float = entry["dtype"] == "BF16"
        arrays[name] = widen(values) if is_brain_float else values
        converted |= {name: "bfloat16"} if is_brain_float else {}
    return Contents("safetensors", arrays, converted, words)


def _header(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text, object_pairs_hook=_without_repeats)
    except CheckpointError:
        raise
    except (ValueError, RecursionError) as reason:
        raise damaged(f"its header is no JSON, {type(reason).__name__}") from None
    if not isinstance(header, dict):
        raise damaged("its header is no JSON object")
    return header


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise damaged("its header names something twice")
    return found


def _check_layout(header: Mapping[str, Any], size: int) -> None:
    """Refuse entries that are no tensors, lie outside the file or share its bytes."""
    places = []
    for name, entry in header.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("dtype"), str):
            raise damaged(f"its header describes no tensor at {named(name)}")
        shape, offsets = entry.get("shape"), entry.get("data_offsets")
        if not _counts(shape) or not _counts(offsets) or len(offsets or ()) != 2:
            raise damaged(f"its header describes no place for {named(name)}")
        begin, end = offsets or (0, 0)
        if not begin <= end <= size:
            raise damaged(f"the tensor {named(name)} claims bytes {begin:,} to {end:,}, but the file holds {size:,}")
        places.append((begin, end, name))
    places.sort()
    for (_, end, _name), (begin, _end, name) in pairwise(places):
        if begin < end:
            raise damaged(f"the tensor {named(name)} shares its bytes with another")


def _counts(values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value < 2**63 for value in values)


def _words(metadata: Any) -> dict[str, Words]:
    """Vocabularies that the writer put beside the tensors, as JSON in a string."""
    found: dict[str, Words] = {}
    for key, text in metadata.items() if isinstance(metadata, dict) else ():
        if isinstance(text, str) and text[:1] in ("[", "{"):
            try:
                words = as_words(json.loads(text))
            except (ValueError, RecursionError):
                continue
            found |= {key: words} if words else {}
    return found
