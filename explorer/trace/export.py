"""A trace as a table, and as one file."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from explorer.errors import CheckpointError
from explorer.models import DIRECTIONS
from explorer.models.clamp import held_from_dict

if TYPE_CHECKING:
    from explorer.trace.trace import Trace

_ARRAYS = ("inputs", "h_0", "h_n", "c_0", "c_n", "output", "masked")
_SIGNAL = "signal."


def to_frame(trace: "Trace") -> pd.DataFrame:
    """One row a value: signal, layer, direction, time, label, unit, value."""
    return pd.concat(tidy_blocks(trace, 0, trace.values["hidden"].size), ignore_index=True)


def tidy_blocks(trace: "Trace", offset: int, rows: int) -> Iterator[pd.DataFrame]:
    """A trace's tidy table in blocks of about so many rows, each of one signal, layer and direction.

    Args:
        trace: the run.
        offset: the position of its first step.
        rows: the most rows of a block.
    """
    for name in trace.signals:
        layers, sides, steps, units = trace[name].shape
        block = max(1, rows // units)
        for layer in range(layers):
            for side in range(sides):
                for start in range(0, steps, block):
                    values = trace[name][layer, side, start : start + block]
                    yield _block(
                        name, layer, DIRECTIONS[side], trace.labels[start : start + block], offset + start, values
                    )


def _block(
    signal: str, layer: int, direction: str, labels: tuple[str, ...], start: int, values: np.ndarray[Any, Any]
) -> pd.DataFrame:
    steps, units = values.shape
    return pd.DataFrame(
        {
            "signal": signal,
            "layer": np.int32(layer),
            "direction": direction,
            "time": np.repeat(np.arange(start, start + steps, dtype=np.int32), units),
            "label": np.repeat(np.asarray(labels, dtype=object), units),
            "unit": np.tile(np.arange(units, dtype=np.int32), steps),
            "value": values.ravel(),
        }
    )


def save(trace: "Trace", file: Any) -> None:
    """Write a trace as a compressed ``.npz``."""
    arrays = {name: getattr(trace, name) for name in _ARRAYS if getattr(trace, name) is not None}
    arrays |= {_SIGNAL + name: values for name, values in trace.values.items()}
    header = {
        "kind": trace.kind,
        "method": trace.method,
        "max_error": trace.max_error,
        "labels": trace.labels,
        "clamps": [clamp.to_dict() for clamp in trace.clamps],
        "unused": trace.unused,
    }
    text = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    np.savez_compressed(file, header=text, **arrays)


def load(file: Any) -> dict[str, Any]:
    """The fields of a saved trace.

    Raises:
        CheckpointError: it is no saved trace.
    """
    try:
        with np.load(file, allow_pickle=False) as saved:
            header = json.loads(saved["header"].tobytes())
            fields = {name: saved[name] for name in _ARRAYS if name in saved}
            signals = {name.removeprefix(_SIGNAL): saved[name] for name in saved.files if name.startswith(_SIGNAL)}
        if "hidden" not in signals or not {"inputs", "h_0", "h_n"} <= fields.keys():
            raise KeyError("arrays are missing")
        return fields | {
            "kind": header["kind"],
            "method": header["method"],
            "max_error": header["max_error"],
            "labels": tuple(header["labels"]),
            "clamps": tuple(held_from_dict(one) for one in header["clamps"]),
            "unused": tuple(header.get("unused", ())),
            "values": signals,
        }
    except Exception as reason:  # a stranger's bytes may fail anywhere in zip, zlib, JSON or NumPy
        raise CheckpointError(f"This is no saved trace ({reason}): give a file that Trace.save wrote.") from None
