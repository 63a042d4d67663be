"""Where a recurrent node of ONNX starts: ``initial_h`` and ``initial_c``, and the lengths it is given."""

import numpy as np

from explorer.models.checkpoints.onnx_weights import kind_of
from explorer.models.files import RECURRENT, Array, Node, named
from explorer.models.graphs import Uniform, Wiring, worded

_LONG = 200
_LENGTHS, _INITIAL = 4, {"h_0": 5, "c_0": 6}


def starts_of(node: Node, wiring: Wiring, sides: int, units: int) -> tuple[dict[str, Array], tuple[str, ...]]:
    """States that the file itself gives to start from, and what to say about those that it does not.

    Args:
        node: a recurrent operator.
        wiring: the graph, followed.
        sides: its directions.
        units: its units.

    Returns:
        ``"h_0"`` and ``"c_0"``, each (directions, units), or nothing where they are zeros; and sentences.
    """
    found: dict[str, Array] = {}
    elsewhere: dict[str, None] = {}
    notes: list[str] = []
    for state, place in _INITIAL.items():
        name = node.inputs[place] if place < len(node.inputs) else ""
        if name and not (state == "c_0" and kind_of(node) != "LSTM"):
            values, said = _start(node, name, wiring, sides, units)
            notes += said
            found |= {} if values is None else {state: values}
            elsewhere |= (
                {} if isinstance(wiring.values.get(name), np.ndarray | Uniform) else {_whose(name, wiring): None}
            )
    if elsewhere:
        whence = " and from ".join(elsewhere)
        whence = whence if len(whence) < _LONG else f"{next(iter(elsewhere))} and more"
        notes.append(f"The graph starts this network from {whence}; here it starts from zeros.")
    if not any(np.any(values) for values in found.values()):
        return {}, tuple(dict.fromkeys(notes))
    states = ("h_0", "c_0") if kind_of(node) == "LSTM" else ("h_0",)
    own = " and ".join(named(node.inputs[_INITIAL[state]]) for state, values in found.items() if np.any(values))
    notes.append(f"It starts from the file's own trained state, {own}.")
    return {state: found.get(state, np.zeros((sides, units), np.float32)) for state in states}, tuple(notes)


def lengths_of(node: Node) -> tuple[str, ...]:
    """What to say where a node is told how long each sequence is."""
    name = node.inputs[_LENGTHS] if len(node.inputs) > _LENGTHS else ""
    if not name:
        return ()
    return (f"The graph tells this network how long each sequence is ({named(name)}); here it reads to the end.",)


def initial_of(node: Node) -> tuple[str, ...]:
    """The names of the tensors that a node starts from."""
    return tuple(node.inputs[place] for place in _INITIAL.values() if place < len(node.inputs) and node.inputs[place])


def _start(node: Node, name: str, wiring: Wiring, sides: int, units: int) -> tuple[Array | None, list[str]]:
    value = wiring.values.get(name)
    if isinstance(value, Uniform):
        return np.full((sides, units), value.number, np.float32), []
    if not isinstance(value, np.ndarray):
        return None, []
    if value.ndim == 3 and node.attributes.get("layout"):
        value = value.transpose(1, 0, 2)
    if value.ndim != 3 or value.shape[::2] != (sides, units) or not value.shape[1]:
        return None, [f"Its start states {named(name)} do not fit; here it starts from zeros."]
    first = value[:, 0]
    if np.array_equal(value, np.broadcast_to(first[:, None], value.shape), equal_nan=True):
        return first, []
    return first, [f"The file starts each of {value.shape[1]} sequences from other states; the first one's are taken."]


def _whose(name: str, wiring: Wiring) -> str:
    """Where start states come from, in words."""
    places = wiring.traced(name)
    source = None if places is None else wiring.source_of(places)
    if name in wiring.graph.inputs or (source is not None and source.node is None):
        return f"states that are given to it ({named(source.tensor if source else name)})"
    place = source.node if source is not None else wiring.makers.get(name)
    if place is None:
        return f"{named(name)}, which the file does not hold"
    other = wiring.graph.nodes[place]
    if other.operator in RECURRENT:
        return f"the last states of {named(other.name)}"
    return f"what {worded(other.operator)} {named(other.name)} computes"
