"""A model by its content, so that what was computed of it is found again and never mistaken for another's."""

from hashlib import blake2b

import numpy as np

from explorer.models import Model


def model_mark(model: Model) -> str:
    """A word of everything that the recurrent run depends on: weights, options, embedding, scaling, own start."""
    found = blake2b(digest_size=16)
    for cell in model.cells():
        found.update(type(cell).__qualname__.encode())
        for name, value in vars(cell).items():
            found.update(name.encode() + _bytes(value))
    found.update(_bytes(model.embedding) + repr((model.scaling, model.mask)).encode())
    for name, state in model.initial.items():
        found.update(name.encode() + _bytes(state))
    return found.hexdigest()


def _bytes(value: object) -> bytes:
    """A tensor's or an array's numbers with their shape; the words of anything else."""
    if not hasattr(value, "shape"):
        return repr(value).encode()
    array = np.asarray(value)
    return f"{array.dtype}{array.shape}".encode() + array.tobytes()
