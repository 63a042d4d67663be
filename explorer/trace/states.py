"""States to start from: those of any recorded step, and states on disk."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save as as_safetensors

from explorer.archives import listed
from explorer.arguments import checked
from explorer.cells import CELLS
from explorer.errors import CheckpointError, EncodingError
from explorer.models.files import read_contents, read_source
from explorer.models.run.given import as_array

States = dict[str, NDArray[Any]]
_STARTS = tuple(dict.fromkeys(start for cell in CELLS.values() for start in cell.starts()))


@checked
def save_states(path: str | Path | Any, h_0: Any, c_0: Any = None) -> None:
    """Write states to one file, ``.safetensors`` by its ending, else ``.npz``.

    Args:
        path: a path, or a binary file object, which gets an ``.npz``.
        h_0, c_0: as `record` takes them, (layers*directions, units).

    Raises:
        CheckpointError: it cannot be written there.
        EncodingError, ShapeError: a state is no array of numbers.

    Example:
        >>> save_states(BytesIO(), **record(load_model("brackets-lstm"), "f(x)").state_at(2))
    """
    given = {"h_0": h_0} if c_0 is None else {"h_0": h_0, "c_0": c_0}
    states = {name: np.ascontiguousarray(as_array(one, f"The rows of {name}")) for name, one in given.items()}
    for name, one in states.items():
        if one.dtype.kind not in "biuf":
            raise EncodingError(f"{name} holds values of type {one.dtype}: give finite numbers.")
    try:
        if not isinstance(path, str | Path):
            np.savez(path, **states)  # type: ignore[arg-type]
        else:
            Path(path).write_bytes(as_safetensors(states) if str(path).endswith(".safetensors") else _npz(states))
    except Exception as reason:  # a stranger's file object may raise anything
        raise CheckpointError(f"The states cannot be written there ({reason}): give a path or a file object.") from None


@checked
def load_states(source: str | Path | bytes | Any) -> States:
    """Read states from an ``.npz`` or ``.safetensors`` file; it is read as data.

    ``h_n`` and ``c_n``, as another run ended, are taken as ``h_0`` and ``c_0`` where those are not there.

    Args:
        source: a path, bytes or a binary file object.

    Returns:
        ``{"h_0": …}`` or ``{"h_0": …, "c_0": …}`` for ``record(model, x, **states)``.

    Raises:
        CheckpointError: it is no such file, or holds no state.
    """
    arrays = read_contents(read_source(source).data).tensors
    found = {start: arrays.get(start, arrays.get(start.replace("0", "n"))) for start in _STARTS}
    states = {name: values for name, values in found.items() if values is not None}
    if "h_0" not in states:
        raise CheckpointError(
            f"This file holds {listed(tuple(arrays)[:5]) or 'nothing'} and no h_0: give one that save_states wrote, or "
            "an .npz with h_0 and, for an LSTM, c_0."
        )
    return states


def _npz(states: States) -> bytes:
    file = BytesIO()
    np.savez(file, **states)  # type: ignore[arg-type]
    return file.getvalue()
