"""Trained initial states: ``h0``, ``c0``, ``lstm_init_h``, ``hx`` beside a network's weights."""

import re
from collections.abc import Iterable, Mapping

import numpy as np

from explorer.cells import CELLS
from explorer.models.checkpoints.group import Group
from explorer.models.files import Array

_STATE = r"(?P<{0}>hx?|hidden|hid|c|cx|cell|state)"
_START = re.compile(
    r"^(?:.*[_.])?(?:(?:init(?:ial)?|learn(?:ed|able)?|start)_?" + _STATE.format("after") + r"(?:_?state)?_?0?"
    r"|" + _STATE.format("before") + r"(?:_?state)?_?(?:0|init(?:ial)?|start)"
    r"|(?P<plain>hx|cx))$",
    re.IGNORECASE,
)
_CELL = ("c", "cx", "cell")


def start_of(name: str) -> str | None:
    """``"h_0"`` or ``"c_0"`` where a name says that it is a state to start from, else None.

    Example:
        >>> start_of("decoder.lstm_init_h"), start_of("c0"), start_of("hidden.weight")
        ('h_0', 'c_0', None)
    """
    match = _START.match(name)
    if match is None:
        return None
    word = (match["after"] or match["before"] or match["plain"]).lower()
    return "c_0" if word in _CELL else "h_0"


def starts_of(
    group: Group, names: Iterable[str], tensors: Mapping[str, Array]
) -> tuple[dict[str, Array], tuple[str, ...], tuple[str, ...]]:
    """The trained states that a network starts from.

    Args:
        group: the network.
        names: tensors beside its weights, or beside the module that holds it.
        tensors: the file's.

    Returns:
        ``"h_0"`` and ``"c_0"``, (layers*directions, units), as far as they are there; the names of the tensors
        taken; and the names of those that say they are a start and do not fit this network.
    """
    rows = group.num_layers * group.num_directions
    sizes = {"h_0": group.proj_size or group.hidden_size, "c_0": group.hidden_size}
    found: dict[str, list[str]] = {}
    strange = []
    for name in names:
        state = start_of(name)
        if state is None or tensors[name].dtype.kind != "f":
            continue
        possible = state in CELLS[group.kind].starts() and _fits(tensors[name], rows, sizes[state])
        found.setdefault(state, []).append(name) if possible else strange.append(name)
    taken = {state: ones[0] for state, ones in found.items() if len(ones) == 1}
    strange += [name for ones in found.values() if len(ones) > 1 for name in ones]
    states = {state: np.array(tensors[name]).reshape(rows, sizes[state]) for state, name in taken.items()}
    return states, tuple(taken.values()), tuple(strange)


def _fits(values: Array, rows: int, units: int) -> bool:
    """(rows, units), with a batch axis of 1 anywhere; (units,) for a single row."""
    return tuple(size for size in values.shape if size != 1) == tuple(size for size in (rows, units) if size != 1)
