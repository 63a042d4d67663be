"""Linear layers of a graph: a product with a constant matrix, and the bias that is added to it."""

from dataclasses import dataclass

import numpy as np

from explorer.models.files import Array
from explorer.models.graphs.values import Wiring


@dataclass(frozen=True, eq=False)
class Linear:
    """A linear layer.

    Attributes:
        place: the operator that multiplies.
        name: what to call it.
        weight: (outputs, features).
        bias: (outputs,), or None.
        output: the tensor that it gives.
    """

    place: int
    name: str
    weight: Array
    bias: Array | None
    output: str


def linear_at(wiring: Wiring, place: int) -> Linear | None:
    """The linear layer whose product an operator is, or None."""
    node = wiring.graph.nodes[place]
    if node.operator not in ("MatMul", "Gemm") or len(node.inputs) < 2 or not node.outputs:
        return None
    weight = wiring.constant(node.inputs[1])
    if weight is None or weight.ndim != 2 or weight.dtype.kind != "f" or node.attributes.get("transA"):
        return None
    if node.operator == "MatMul":
        bias, output, added = _added(wiring, node.outputs[0], weight.shape[1])
        return Linear(place, _name(wiring, place, node.inputs[1], added), weight.T, bias, output)
    upright = weight if node.attributes.get("transB") else weight.T
    alpha, beta = (float(node.attributes.get(one, 1.0)) for one in ("alpha", "beta"))
    added = node.inputs[2] if len(node.inputs) > 2 else ""
    bias = wiring.constant(added)
    if added and (bias is None or bias.size not in (1, len(upright))):
        return None
    whole = None if bias is None else np.broadcast_to(bias.reshape(-1), (len(upright),))
    scaled = upright if alpha == 1 else upright * upright.dtype.type(alpha)
    whole = whole if whole is None or beta == 1 else whole * whole.dtype.type(beta)
    return Linear(place, _name(wiring, place, node.inputs[1], added), scaled, whole, node.outputs[0])


def _added(wiring: Wiring, product: str, outputs: int) -> tuple[Array | None, str, str]:
    """The bias that is added to a product and nothing else, what comes of it, and the bias's name."""
    readers = wiring.readers.get(product, [])
    node = wiring.graph.nodes[readers[0][0]] if len(readers) == 1 else None
    if node is None or node.operator != "Add" or len(node.inputs) != 2 or not node.outputs:
        return None, product, ""
    other = node.inputs[1 - readers[0][1]]
    bias = wiring.constant(other)
    if bias is None or bias.size != outputs or bias.shape[-1:] != (outputs,):
        return None, product, ""
    return bias.reshape(-1), node.outputs[0], other


def _name(wiring: Wiring, place: int, weight: str, bias: str) -> str:
    """``fc`` for ``fc.weight``, ``fc.bias`` or ``/fc/MatMul``."""
    for name, ending in ((weight, ".weight"), (bias, ".bias")):
        if name.endswith(ending) and name != ending:
            return name.removesuffix(ending)
    node = wiring.graph.nodes[place]
    layer, _, last = node.name.strip("/").rpartition("/")
    return (layer if layer and last.startswith(node.operator) else node.name.strip("/")).replace("/", ".") or "linear"
