"""ONNX: the graph's operators and the constant tensors they name."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from explorer.models.files.beside import Beside
from explorer.models.files.contents import Array, Contents
from explorer.models.files.graph import Graph, Node, Shape
from explorer.models.files.limits import MAX_DEPTH, check_entries, damaged
from explorer.models.files.onnx_tensors import TENSOR_NAME, is_brain_float, is_readable, read_tensor
from explorer.models.files.protobuf import Message

RECURRENT = ("LSTM", "GRU", "RNN", "DynamicQuantizeLSTM")
# Numbers of the fields, as onnx.proto gives them.
_MODEL_GRAPH, _MODEL_FUNCTION = 7, 25
_GRAPH_NODE, _GRAPH_CONSTANT, _GRAPH_INPUT, _GRAPH_OUTPUT, _GRAPH_BETWEEN = 1, 5, 11, 12, 13
_FUNCTION_NAME, _FUNCTION_NODE = 1, 7
_NODE_INPUT, _NODE_OUTPUT, _NODE_NAME, _NODE_OPERATOR, _NODE_ATTRIBUTE = 1, 2, 3, 4, 5
_NODE_MORE, _MORE_KEY, _MORE_VALUE = 9, 1, 2
_ATTRIBUTE_NAME, _ATTRIBUTE_FLOAT, _ATTRIBUTE_INT, _ATTRIBUTE_TEXT, _ATTRIBUTE_TENSOR = 1, 2, 3, 4, 5
_ATTRIBUTE_GRAPH, _ATTRIBUTE_FLOATS, _ATTRIBUTE_INTS, _ATTRIBUTE_TEXTS, _ATTRIBUTE_GRAPHS = 6, 7, 8, 9, 11
_VALUE_NAME, _VALUE_TYPE, _TYPE_TENSOR, _TENSOR_SHAPE, _SHAPE_SIZE, _SIZE_VALUE, _SIZE_WORD = 1, 2, 1, 2, 1, 1, 2
_MOST_DECLARED = 5_000
_MODULE = "pkg.torch.onnx.name_scopes"
"""Under this word PyTorch writes which module an operator came from, as a list: ``['', 'encoder', 'lstm']``."""


def is_onnx(data: bytes) -> bool:
    """Whether a file begins as an ONNX model does, with its version."""
    return data[:1] == b"\x08" and len(data) > 2 and data[1] < 128


def read_onnx(data: bytes, beside: Beside | None = None) -> Contents:
    """Read a model's constant tensors, as views of the bytes, and its graph.

    Args:
        data: the file.
        beside: where to find tensors that the file keeps in a second one.

    Raises:
        CheckpointError: it is damaged, claims other than it holds, or its second file is not there.
    """
    model = Message(memoryview(data))
    beside = Beside() if beside is None else beside
    graphs = model.messages(_MODEL_GRAPH)
    graph = graphs[-1] if graphs else Message(memoryview(b""))
    found = graph.messages(_GRAPH_NODE)
    constants = [(one.text(TENSOR_NAME), one) for one in graph.messages(_GRAPH_CONSTANT)]
    constants += [one for node in found for one in _constant(node)]
    check_entries(len(constants), "tensors")
    readable = {name: tensor for name, tensor in constants if is_readable(tensor)}
    tensors = {name: read_tensor(name, tensor, beside) for name, tensor in readable.items()}
    listed = [one for node in found for one in _listed(node)]
    converted = {name: "bfloat16" for name, tensor in readable.items() if is_brain_float(tensor)}
    nodes = tuple(_node(one, beside) for one in found if one.text(_NODE_OPERATOR) != "Constant")
    values = graph.messages(_GRAPH_INPUT)
    between = graph.messages(_GRAPH_BETWEEN) if len(graph.blocks(_GRAPH_BETWEEN)) <= _MOST_DECLARED else []
    stated = Graph(
        nodes,
        {one.text(_VALUE_NAME): _shape(one) for one in values if one.text(_VALUE_NAME) not in tensors},
        tuple(one.text(_VALUE_NAME) for one in graph.messages(_GRAPH_OUTPUT)),
        {one.text(_VALUE_NAME): shape for one in between if (shape := _shape(one)) is not None},
        _recurrent_functions(model),
    )
    return Contents("ONNX", tensors | dict(listed), converted, graph=stated, states_layers=True)


def _constant(node: Message) -> list[tuple[str, Message]]:
    """The tensor of a node that is nothing but a constant."""
    if node.text(_NODE_OPERATOR) != "Constant":
        return []
    tensors = [one for attribute in node.messages(_NODE_ATTRIBUTE) for one in attribute.messages(_ATTRIBUTE_TENSOR)]
    return [(name, tensor) for name in node.texts(_NODE_OUTPUT)[:1] for tensor in tensors[:1]]


def _listed(node: Message) -> list[tuple[str, Array]]:
    """The numbers of a constant that lists them instead of holding a tensor."""
    if node.text(_NODE_OPERATOR) != "Constant":
        return []
    kinds = {"value_int": np.int64, "value_ints": np.int64, "value_float": np.float32, "value_floats": np.float32}
    found = [_stated(one, Beside()) for one in node.messages(_NODE_ATTRIBUTE) if not one.blocks(_ATTRIBUTE_TENSOR)]
    arrays = [np.array(value, dtype=kinds[name]) for name, value in found if name in kinds]
    return [(name, array) for name in node.texts(_NODE_OUTPUT)[:1] for array in arrays[:1]]


def _node(node: Message, beside: Beside) -> Node:
    stated, outputs = node.messages(_NODE_ATTRIBUTE), tuple(node.texts(_NODE_OUTPUT))
    return Node(
        _module(node) or node.text(_NODE_NAME) or next((one for one in outputs if one), ""),
        node.text(_NODE_OPERATOR),
        tuple(node.texts(_NODE_INPUT)),
        dict(_stated(one, beside) for one in stated),
        outputs,
        tuple(dict.fromkeys(_operators(_graphs(stated)))),
    )


def _module(node: Message) -> str:
    """The path of the module that a recurrent operator came from, where PyTorch wrote it down."""
    more = node.messages(_NODE_MORE) if node.text(_NODE_OPERATOR) in RECURRENT else []
    scopes = next((one.text(_MORE_VALUE) for one in more if one.text(_MORE_KEY) == _MODULE), "")
    return ".".join(part for part in re.findall(r"'([^']*)'", scopes)[:-1] if part)


def _stated(attribute: Message, beside: Beside) -> tuple[str, Any]:
    """An attribute's name and value; an empty list reads as the number 0, which is every attribute's default too."""
    name = attribute.text(_ATTRIBUTE_NAME)
    for tensor in attribute.messages(_ATTRIBUTE_TENSOR):
        return name, read_tensor(name, tensor, beside) if is_readable(tensor) else None
    texts = attribute.texts(_ATTRIBUTE_TEXTS) or attribute.texts(_ATTRIBUTE_TEXT)
    floats = b"".join(attribute.blocks(_ATTRIBUTE_FLOATS))
    if len(floats) % 4:
        raise damaged("a list of numbers ends in the middle of one")
    listed = texts or np.frombuffer(floats, "<f4").tolist() or attribute.numbers(_ATTRIBUTE_INTS)
    real = attribute.real(_ATTRIBUTE_FLOAT)
    return name, listed or (real if real is not None else attribute.number(_ATTRIBUTE_INT))


def _graphs(attributes: Iterable[Message]) -> list[Message]:
    return [
        graph
        for one in attributes
        for number in (_ATTRIBUTE_GRAPH, _ATTRIBUTE_GRAPHS)
        for graph in one.messages(number)
    ]


def _operators(graphs: list[Message]) -> list[str]:
    """The operators of graphs inside an operator, and of the graphs inside those."""
    found: list[str] = []
    for _ in range(MAX_DEPTH):
        nodes = [node for graph in graphs for node in graph.messages(_GRAPH_NODE)]
        found += [node.text(_NODE_OPERATOR) for node in nodes]
        graphs = _graphs(one for node in nodes for one in node.messages(_NODE_ATTRIBUTE))
        if not graphs:
            return found
    raise damaged(f"its graphs are nested more than {MAX_DEPTH} deep")


def _recurrent_functions(model: Message) -> tuple[str, ...]:
    """The file's own functions in which a recurrent operator runs."""
    return tuple(
        one.text(_FUNCTION_NAME)
        for one in model.messages(_MODEL_FUNCTION)
        if any(node.text(_NODE_OPERATOR) in RECURRENT for node in one.messages(_FUNCTION_NODE))
    )


def _shape(value: Message) -> Shape | None:
    for kind in value.messages(_VALUE_TYPE)[-1:]:
        for tensor in kind.messages(_TYPE_TENSOR)[-1:]:
            for shape in tensor.messages(_TENSOR_SHAPE)[-1:]:
                return tuple(_size(one) for one in shape.messages(_SHAPE_SIZE))
    return None


def _size(one: Message) -> int | str:
    return one.number(_SIZE_VALUE) if one.numbers(_SIZE_VALUE) else one.text(_SIZE_WORD)
