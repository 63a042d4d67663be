"""What a component is told, in one block: words as JSON, numbers as they lie in memory."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ALIGNED = 8
_KINDS = {"f4": "<f4", "f8": "<f8", "i1": "i1", "u1": "u1", "i4": "<i4"}


def pack(content: Any) -> bytes:
    """Four bytes that count the header, the header, and the numbers that it names; `message.js` reads it.

    Equal arrays are sent once. Among words NaN and infinities become null; among numbers they stay what they are.

    Args:
        content: dictionaries, sequences, text and numbers, and arrays of one or two axes in it: float32 and float64,
            int8, uint8 and int32; other whole numbers become int32.
    """
    block = _Block()
    try:
        said = json.dumps(content, default=block.take, allow_nan=False, separators=(",", ":"))
    except ValueError:
        block = _Block()
        said = json.dumps(json.loads(json.dumps(content, default=block.take), parse_constant=lambda _: None))
    header = said.encode()
    filled = bytes(-(4 + len(header)) % _ALIGNED)
    return b"".join([len(header).to_bytes(4, "little"), header, filled, *block.parts])


class _Block:
    """Arrays one after the other, each at a place that its kind can be read from."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0
        self.known: dict[tuple[str, bytes], int] = {}

    def take(self, array: Any) -> Any:
        """What stands in the header for an array."""
        if isinstance(array, np.generic):
            return array.item()
        if not isinstance(array, np.ndarray):
            raise TypeError(f"no part of a message: {type(array).__name__}")
        kind = _kind(array)
        content = np.ascontiguousarray(array, dtype=_KINDS[kind]).tobytes()
        at = self.known.setdefault((kind, content), self.size)
        if at == self.size:
            self.parts += [content, bytes(-len(content) % _ALIGNED)]
            self.size += len(content) + len(self.parts[-1])
        return {"$": [kind, at, *array.shape]}


def _kind(array: NDArray[Any]) -> str:
    name = f"{array.dtype.kind}{array.dtype.itemsize}"
    if name in _KINDS:
        return name
    return "i4" if array.dtype.kind in "iub" else "f8"
