"""A run on disk: one ``.npz`` of numbers with a JSON header, read within bounds like any stranger's file.

The header holds ``format``, ``version``, ``notes`` and, for each module, its ``name`` and calls, each with ``kind``,
``cell`` (options), lengths, precision, notes and labels; the arrays are called ``module.call.what``. Sequences lie one
after the other, cut to their true lengths.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from explorer.archives.limits import check_entries
from explorer.errors import CheckpointError
from explorer.models import Model
from explorer.models.model.shapes import weight_shapes
from explorer.watching.batch import Array
from explorer.watching.call import Call

FORMAT, VERSION = "gate-explorer run", 1
HEADER = "run"
"""The entry that holds the header."""


def save(parts: Mapping[str, Sequence[Call]], notes: Sequence[str], path: Any) -> None:
    """Write the calls of several modules.

    Args:
        parts: the calls of each module by its name.
        notes: what could not be seen.
        path: a path or a binary file object.

    Raises:
        CheckpointError: there is none, or it cannot be written there.
    """
    if not parts:
        raise CheckpointError("Nothing was seen, so there is no run to save: call the model inside the with statement.")
    arrays: dict[str, Array] = {}
    written: dict[int, str] = {}
    modules = [
        {"name": name, "calls": [_call(f"{number}.{place}", call, arrays, written) for place, call in enumerate(calls)]}
        for number, (name, calls) in enumerate(parts.items())
    ]
    header = {"format": FORMAT, "version": VERSION, "notes": list(notes), "modules": modules}
    entries: Any = {HEADER: np.frombuffer(json.dumps(header).encode(), dtype=np.uint8), **arrays}
    check_entries(len(entries), "arrays")
    try:
        if isinstance(path, str | Path):
            with open(path, "wb") as file:  # NumPy would add an ending of its own to a path
                np.savez(file, **entries)
        else:
            np.savez(path, **entries)
    except Exception as reason:  # a stranger's file object may raise anything
        raise CheckpointError(f"The run cannot be written there ({reason}): give a path or a file object.") from None


def _call(place: str, call: Call, arrays: dict[str, Array], written: dict[int, str]) -> dict[str, Any]:
    """What the header says of a call, whose arrays go into ``arrays``; weights that several share are written once."""
    batch, whole = call.batch, call.whole
    if id(whole) not in written:
        written[id(whole)] = place
        arrays |= {f"{place}.weights.{name}": values for name, values in weights_of(whole).items()}
    arrays |= {
        f"{place}.inputs": np.concatenate([batch.inputs[rows] for rows in batch.rows]),
        f"{place}.outputs": np.concatenate([batch.outputs[rows] for rows in batch.rows]),
    }
    arrays |= {f"{place}.{name}": values for name, values in {**batch.before, **batch.after}.items()}
    return {
        "place": place,
        "kind": whole.kind,
        "cell": options_of(whole),
        "weights": written[id(whole)],
        "lengths": [int(steps) for steps in batch.lengths],
        "precision": batch.precision,
        "exact_layers": call.exact_layers,
        "notes": list(call.notes),
        "labels": call.labels,
    }


def weights_of(model: Model) -> dict[str, Array]:
    """Every recurrent weight under PyTorch's name."""
    places = [
        (layer, way) for layer in range(model.num_layers) for way in ("forward", "reverse")[: model.num_directions]
    ]
    values = [value for layer, way in places for value in model.weights(layer, way).values()]
    return dict(zip((one.name for one in weight_shapes(model)), values, strict=True))


def options_of(model: Model) -> dict[str, Any]:
    """The fields of a model's cells that are no weights and not as by default, such as ``nonlinearity``."""
    cell = model.stack[0][0]
    stated = {one.name: getattr(cell, one.name) for one in fields(cell) if one.name not in cell.weights()}
    return {one.name: stated[one.name] for one in fields(cell) if stated.get(one.name, one.default) != one.default}
