"""Reads what a component is told, as the browser does."""

import json
from typing import Any

import numpy as np


def unpack(message: bytes) -> Any:
    """The content of a message, its numbers as arrays."""
    size = int.from_bytes(message[:4], "little")
    block = message[4 + size + -(4 + size) % 8 :]

    def standing(one: dict[str, Any]) -> Any:
        if "$" not in one:
            return one
        kind, at, *shape = one["$"]
        return np.frombuffer(block, kind, int(np.prod(shape)), at).reshape(shape)

    return json.loads(message[4 : 4 + size], object_hook=standing)
