"""ONNX: the recurrent nodes of a graph and the constant tensors they name."""

from math import prod
from typing import Any

import numpy as np

from explorer.errors import CheckpointError
from explorer.models.files.contents import Array, Contents, Node, widen
from explorer.models.files.limits import check_entries, damaged, named, shown
from explorer.models.files.protobuf import Message

RECURRENT = ("LSTM", "GRU", "RNN")
# Numbers of the fields, as onnx.proto gives them.
_MODEL_GRAPH = 7
_GRAPH_NODE, _GRAPH_CONSTANT = 1, 5
_NODE_INPUT, _NODE_OUTPUT, _NODE_NAME, _NODE_OPERATOR, _NODE_ATTRIBUTE = 1, 2, 3, 4, 5
_ATTRIBUTE_NAME, _ATTRIBUTE_FLOAT, _ATTRIBUTE_INT, _ATTRIBUTE_TEXT, _ATTRIBUTE_TENSOR = 1, 2, 3, 4, 5
_ATTRIBUTE_TEXTS = 9
_TENSOR_SIZES, _TENSOR_TYPE, _TENSOR_NAME, _TENSOR_RAW, _TENSOR_EXTERNAL, _TENSOR_PLACE = 1, 2, 8, 9, 13, 14
_TENSOR_FLOATS, _TENSOR_INTEGERS, _TENSOR_LONGS, _TENSOR_DOUBLES = 4, 5, 7, 10
_BRAIN_FLOAT = 16
_TYPES = {
    1: ("<f4", _TENSOR_FLOATS), 2: ("u1", _TENSOR_INTEGERS), 3: ("i1", _TENSOR_INTEGERS), 6: ("<i4", _TENSOR_INTEGERS),
    7: ("<i8", _TENSOR_LONGS), 10: ("<f2", _TENSOR_INTEGERS), 11: ("<f8", _TENSOR_DOUBLES),
    _BRAIN_FLOAT: ("<u2", _TENSOR_INTEGERS),
}  # fmt: skip


def is_onnx(data: bytes) -> bool:
    """Whether a file begins as an ONNX model does, with its version."""
    return data[:1] == b"\x08" and len(data) > 2 and data[1] < 128


def read_onnx(data: bytes) -> Contents:
    """Read a model's constant tensors, as views of the bytes, and its recurrent nodes.

    Raises:
        CheckpointError: it is damaged, claims other than it holds, or keeps its weights in another file.
    """
    model = Message(memoryview(data))
    tensors: dict[str, Array] = {}
    converted: dict[str, str] = {}
    nodes: list[Node] = []
    for graph in model.messages(_MODEL_GRAPH):
        constants = [(one.text(_TENSOR_NAME), one) for one in graph.messages(_GRAPH_CONSTANT)]
        found = graph.messages(_GRAPH_NODE)
        constants += [one for node in found for one in _constant(node)]
        check_entries(len(constants), "tensors")
        for name, tensor in constants:
            if tensor.number(_TENSOR_TYPE) in _TYPES:
                tensors[name] = _array(name, tensor)
                converted |= {name: "bfloat16"} if tensor.number(_TENSOR_TYPE) == _BRAIN_FLOAT else {}
        tensors |= _same(found, tensors)
        kernels = _kernels(found)
        tensors = {kernels.get(name, name): values for name, values in tensors.items()}
        nodes += [_node(one) for one in found if one.text(_NODE_OPERATOR) in RECURRENT]
    return Contents("ONNX", tensors, converted, nodes=tuple(nodes), states_layers=True)


def _constant(node: Message) -> list[tuple[str, Message]]:
    """The tensor of a node that is nothing but a constant."""
    if node.text(_NODE_OPERATOR) != "Constant":
        return []
    tensors = [one for attribute in node.messages(_NODE_ATTRIBUTE) for one in attribute.messages(_ATTRIBUTE_TENSOR)]
    return [(name, tensor) for name in node.texts(_NODE_OUTPUT)[:1] for tensor in tensors[:1]]


def _same(nodes: list[Message], tensors: dict[str, Array]) -> dict[str, Array]:
    """Tensors that a node only passes on, under the new name."""
    return {
        node.text(_NODE_OUTPUT): tensors[node.text(_NODE_INPUT)]
        for node in nodes
        if node.text(_NODE_OPERATOR) == "Identity" and node.text(_NODE_INPUT) in tensors
    }


def _kernels(nodes: list[Message]) -> dict[str, str]:
    """Names for weights that the exporter turned and left nameless, after the layer whose product reads them.

    ``/fc/MatMul`` reads ``onnx::MatMul_84``, which is stored (inputs, outputs) as Keras stores a kernel.
    """
    found = {}
    for node in nodes:
        layer, _, operator = node.text(_NODE_NAME).strip("/").rpartition("/")
        reads = node.texts(_NODE_INPUT)[1:2]
        if layer and operator == "MatMul" and reads and reads[0].startswith("onnx::MatMul"):
            found[reads[0]] = f"{layer.replace('/', '.')}.kernel"
    return found


def _node(node: Message) -> Node:
    attributes: dict[str, Any] = {}
    for one in node.messages(_NODE_ATTRIBUTE):
        texts = one.texts(_ATTRIBUTE_TEXTS) or one.texts(_ATTRIBUTE_TEXT)
        real = one.real(_ATTRIBUTE_FLOAT)
        attributes[one.text(_ATTRIBUTE_NAME)] = texts or (real if real is not None else one.number(_ATTRIBUTE_INT))
    name = node.text(_NODE_NAME) or node.text(_NODE_OUTPUT)
    return Node(name, node.text(_NODE_OPERATOR), tuple(node.texts(_NODE_INPUT)), attributes)


def _array(name: str, tensor: Message) -> Array:
    if tensor.number(_TENSOR_PLACE) or tensor.blocks(_TENSOR_EXTERNAL):
        raise CheckpointError(
            f"The tensor {named(name)} lies in another file, which is never opened: "
            "export the model with its weights inside, onnx.save(model, path, save_as_external_data=False)."
        )
    sizes = tensor.numbers(_TENSOR_SIZES)
    code, field = _TYPES[tensor.number(_TENSOR_TYPE)]
    kind = np.dtype(code)
    flat = _raw(tensor, kind, field)
    if min(sizes, default=0) < 0 or prod(sizes) != len(flat):
        raise damaged(f"the tensor {named(name)} claims the shape {shown(sizes)}, but holds {len(flat):,} numbers")
    values: Array = flat.reshape(sizes)
    return widen(values) if tensor.number(_TENSOR_TYPE) == _BRAIN_FLOAT else values


def _raw(tensor: Message, kind: np.dtype[Any], field: int) -> Array:
    """A tensor's numbers: in one block, or one by one in a field of their type."""
    blocks = tensor.blocks(_TENSOR_RAW)
    if not blocks and field in (_TENSOR_FLOATS, _TENSOR_DOUBLES):
        blocks = [memoryview(b"".join(tensor.blocks(field)))]
    if blocks:
        if len(blocks[-1]) % kind.itemsize:
            raise damaged("a tensor ends in the middle of a number")
        return np.frombuffer(blocks[-1], kind)
    listed = np.array(tensor.numbers(field), dtype=np.int64)
    bits = np.dtype(f"<u{kind.itemsize}")
    return listed.astype(bits).view(kind) if kind.kind == "f" else listed.astype(kind)
