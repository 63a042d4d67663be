"""A trace as a table, and as one file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from explorer.archives import check_bytes, read_arrays
from explorer.cells import CELLS
from explorer.errors import CheckpointError
from explorer.models import DIRECTIONS
from explorer.models.run.clamp import held_from_dict

Array = np.ndarray[Any, Any]
_ARRAYS = ("inputs", "h_0", "h_n", "c_0", "c_n", "output", "masked")
_SIGNAL = "signal."
_MOST_BYTES = 1_000_000_000


def to_frame(values: Mapping[str, Array], labels: Sequence[str]) -> pd.DataFrame:
    """One row a value: signal, layer, direction, time, label, unit, value."""
    return pd.concat(tidy_blocks(values, labels, 0, values["hidden"].size), ignore_index=True)


def tidy_blocks(values: Mapping[str, Array], labels: Sequence[str], offset: int, rows: int) -> Iterator[pd.DataFrame]:
    """A run's tidy table in blocks of about so many rows, each of one signal, layer and direction.

    Args:
        values: each signal's array (layer, direction, time, unit).
        labels: one word a step.
        offset: the position of its first step.
        rows: the most rows of a block.
    """
    for name, array in values.items():
        layers, sides, steps, units = array.shape
        block = max(1, rows // units)
        for layer in range(layers):
            for side in range(sides):
                for start in range(0, steps, block):
                    part = slice(start, start + block)
                    yield _block(name, layer, DIRECTIONS[side], labels[part], offset + start, array[layer, side, part])


def _block(signal: str, layer: int, direction: str, labels: Sequence[str], start: int, values: Array) -> pd.DataFrame:
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


def save(fields: Mapping[str, Any], file: Any) -> None:
    """Write a trace's fields as a compressed ``.npz``; `load` is the inverse."""
    arrays = {name: fields[name] for name in _ARRAYS if fields[name] is not None}
    arrays |= {_SIGNAL + name: values for name, values in fields["values"].items()}
    header = {name: fields[name] for name in ("kind", "method", "max_error", "labels", "unused")}
    header["clamps"] = [clamp.to_dict() for clamp in fields["clamps"]]
    text = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    try:
        np.savez_compressed(file, header=text, **arrays)
    except Exception as reason:  # a stranger's file object may raise anything
        raise CheckpointError(f"This trace cannot be written there ({reason}): give a path or a file object.") from None


def load(file: Any) -> dict[str, Any]:
    """The fields of a saved trace: a path, bytes or a file object.

    Raises:
        CheckpointError: it is no saved trace, or its parts do not fit each other.
    """
    try:
        saved = read_arrays(_content(file), _MOST_BYTES)
        header = json.loads(saved["header"].tobytes())
        fields: dict[str, Any] = {name: saved[name] for name in _ARRAYS if name in saved}
        signals = {name.removeprefix(_SIGNAL): saved[name] for name in saved if name.startswith(_SIGNAL)}
        fields |= {
            "kind": header["kind"],
            "method": header["method"],
            "max_error": header["max_error"],
            "labels": tuple(map(str, header["labels"])),
            "clamps": tuple(held_from_dict(one) for one in header["clamps"]),
            "unused": tuple(map(str, header.get("unused", ()))),
            "values": signals,
        }
        _check(fields)
    except Exception as reason:  # a stranger's bytes may fail anywhere in JSON or a clamp
        why = "" if isinstance(reason, KeyError) else f" ({reason})"
        raise CheckpointError(f"This is no saved trace{why}: give a file that Trace.save wrote.") from None
    return fields


def _content(file: Any) -> bytes:
    if isinstance(file, bytes):
        return file
    if hasattr(file, "read"):
        content = file.read(_MOST_BYTES)
        if not isinstance(content, bytes):
            raise CheckpointError("it was opened as text")
        return content
    path = Path(file)
    check_bytes(path.stat().st_size, "It", _MOST_BYTES)
    return path.read_bytes()


def _check(fields: dict[str, Any]) -> None:
    """Refuse a trace whose arrays are not of one run."""
    cell, values, steps = CELLS[fields["kind"]], fields["values"], len(fields["labels"])
    hidden = values["hidden"]
    layers, sides = hidden.shape[:2]
    shapes = [one.shape[:3] == (layers, sides, steps) and one.ndim == 4 for one in values.values()]
    known = set(cell.signals) == set(values) and layers >= 1 and sides in (1, 2) and steps >= 1
    states = {
        name: values[signal].shape[3]
        for start, signal in cell.starts().items()
        for name in (start, start.replace("0", "n"))
    }
    fits = all(fields[name].shape == (layers * sides, units) for name, units in states.items())
    along = [fields["inputs"], *(fields[name] for name in ("output", "masked") if name in fields)]
    numbers = all(one.dtype.kind in "fb" for one in (*values.values(), *along, *(fields[name] for name in states)))
    error = fields["max_error"]
    if not (known and all(shapes) and fits and numbers and all(len(one) == steps for one in along)):
        raise CheckpointError("its arrays are not of one run")
    if not isinstance(fields["method"], str) or not (error is None or isinstance(error, int | float)):
        raise CheckpointError("its header says what no run has")
    fields["values"] = {name: values[name] for name in cell.signals}
