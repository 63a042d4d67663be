"""Known weights written as PyTorch, safetensors, NumPy, Keras and ONNX write them; gate by gate, without explorer."""

import io
import json
import zipfile
from typing import Any

import h5py
import numpy as np
import onnx
import safetensors.torch
import torch
from numpy.typing import NDArray

Array = NDArray[Any]
Weights = dict[str, Array]
TORCH_GATES = {"lstm": "ifgo", "gru": "rzn", "rnn": "h"}
KERAS_GATES = {"lstm": "ifgo", "gru": "zrn", "rnn": "h"}
ONNX_GATES = {"lstm": "iofg", "gru": "zrn", "rnn": "h"}
MODULES = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}
CELLS = {"lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell, "rnn": torch.nn.RNNCell}
KERAS_CLASSES = {"lstm": "LSTM", "gru": "GRU", "rnn": "SimpleRNN"}
KERAS_FOLDERS = {"lstm": "lstm", "gru": "gru", "rnn": "simple_rnn"}


def saved(tree: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    torch.save(tree, file, **options)
    return file.getvalue()


def as_safetensors(tensors: dict[str, torch.Tensor], metadata: dict[str, str] | None = None) -> bytes:
    return safetensors.torch.save({name: value.contiguous() for name, value in tensors.items()}, metadata)


def as_npz(tensors: dict[str, torch.Tensor], packed: bool = False, **more: Any) -> bytes:
    file = io.BytesIO()
    arrays = {name: value.detach().numpy() for name, value in tensors.items()}
    (np.savez_compressed if packed else np.savez)(file, **arrays, **more)
    return file.getvalue()


def weights_of(module: torch.nn.Module, layer: int = 0, reverse: bool = False) -> Weights:
    """One cell's arrays, without the ending of their names."""
    ending = f"_l{layer}" + ("_reverse" if reverse else "")
    state = {name: value.detach().numpy() for name, value in module.state_dict().items()}
    return {
        role: state[role + ending]
        for role in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        if role + ending in state
    }


def _in_order(kind: str, rows: Array, order: str) -> Array:
    """Row blocks taken gate by gate by their letters."""
    blocks = dict(zip(TORCH_GATES[kind], np.split(rows, len(TORCH_GATES[kind])), strict=True))
    return np.concatenate([blocks[gate] for gate in order])


def keras_arrays(kind: str, weights: Weights, reset_after: bool = True) -> list[Array]:
    """Kernel (inputs, gates·units), recurrent kernel (units, gates·units) and the bias, as Keras keeps them."""
    order = KERAS_GATES[kind]
    arrays = [_in_order(kind, weights[role], order).T for role in ("weight_ih", "weight_hh")]
    if "bias_ih" not in weights:
        return arrays
    input_bias, recurrent_bias = (_in_order(kind, weights[role], order) for role in ("bias_ih", "bias_hh"))
    if kind == "gru" and reset_after:
        return [*arrays, np.stack([input_bias, recurrent_bias])]
    return [*arrays, input_bias + recurrent_bias]


def keras_layer(
    file: Any, kind: str, arrays: list[Array], layer: str, style: str, side: str = "", wrapped: bool = False
) -> None:
    """One cell's datasets where Keras puts them: ``"new"`` (Keras 3), ``"old"`` (Keras 2) or ``"dotted"`` (2.13)."""
    if style == "old":
        inside = f"{side}_{KERAS_FOLDERS[kind]}" if side else layer
        folder = f"model_weights/{layer}/{layer if side else 'sequential'}/{inside}/{KERAS_FOLDERS[kind]}_cell"
        names = ["kernel:0", "recurrent_kernel:0", "bias:0"]
    else:
        top = "layers" if style == "new" else "_layer_checkpoint_dependencies"
        folder = f"{top}/{layer}/{side}_layer/cell/vars" if wrapped else f"{top}/{layer}/cell/vars"
        names = ["0", "1", "2"]
    for name, array in zip(names, arrays, strict=False):
        file[f"{folder}/{name}"] = array


def keras_config(layers: list[tuple[str, dict[str, Any]]]) -> str:
    entries = [{"class_name": kind, "config": settings} for kind, settings in layers]
    return json.dumps({"class_name": "Sequential", "config": {"name": "sequential", "layers": entries}})


def keras_file(kind: str, layers: list[dict[str, list[Array]]], style: str = "new", config: str | None = None) -> bytes:
    """An HDF5 file of layers; each is ``{"": arrays}`` or ``{"forward": …, "backward": …}``."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for turn, sides in enumerate(layers):
            stem = "bidirectional" if "forward" in sides else KERAS_FOLDERS[kind]
            name = f"{stem}_{turn}" if turn else stem
            for side, arrays in sides.items():
                keras_layer(file, kind, arrays, name, style, side, wrapped=bool(side))
        file["optimizer/vars/0"] = np.array(3)
        if config is not None:
            file.attrs["model_config"] = config
    return buffer.getvalue()


def keras_archive(weights: bytes, config: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.12.0"}')
        archive.writestr("config.json", config)
        archive.writestr("model.weights.h5", weights)
    return buffer.getvalue()


def onnx_node(
    kind: str, sides: list[Weights], name: str = "", inputs: str = "x", as_constant: bool = False, **attributes: Any
) -> tuple[list[Any], list[Any]]:
    """A recurrent node and its initialisers (or constants)."""
    order = ONNX_GATES[kind]
    stacked = {
        "W": np.stack([_in_order(kind, one["weight_ih"], order) for one in sides]),
        "R": np.stack([_in_order(kind, one["weight_hh"], order) for one in sides]),
    }
    if "bias_ih" in sides[0]:
        both = [[_in_order(kind, one[role], order) for role in ("bias_ih", "bias_hh")] for one in sides]
        stacked["B"] = np.stack([np.concatenate(pair) for pair in both])
    tensors = [onnx.numpy_helper.from_array(value, f"{name}{role}") for role, value in stacked.items()]
    units = sides[0]["weight_hh"].shape[1]
    settings = {"direction": "bidirectional" if len(sides) == 2 else "forward", "hidden_size": units} | attributes
    node = onnx.helper.make_node(
        kind.upper(), [inputs, *(one.name for one in tensors)], [f"{name}Y", f"{name}Y_h"], name=name, **settings
    )
    if not as_constant:
        return [node], tensors
    constants = [onnx.helper.make_node("Constant", [], [one.name], value=one) for one in tensors]
    return [*constants, node], []


def onnx_steps(name: str, width: int, into: str) -> tuple[list[Any], list[Any]]:
    """From a node's Y (time, directions, batch, units) to what the next layer reads, (time, batch, features)."""
    shape = onnx.numpy_helper.from_array(np.array([0, 0, width]), f"{into}.shape")
    turned = onnx.helper.make_node("Transpose", [f"{name}Y"], [f"{into}.turned"], perm=[0, 2, 1, 3])
    return [turned, onnx.helper.make_node("Reshape", [f"{into}.turned", f"{into}.shape"], [into])], [shape]


def onnx_file(nodes: list[Any], tensors: list[Any], inputs: Any = ("time", "batch", None), output: str = "y") -> bytes:
    kind = onnx.TensorProto.INT64 if len(inputs) == 2 else onnx.TensorProto.FLOAT
    value = onnx.helper.make_tensor_value_info("x", kind, inputs)
    result = onnx.helper.make_tensor_value_info(output, onnx.TensorProto.FLOAT, None)
    graph = onnx.helper.make_graph(nodes, "graph", [value], [result], tensors)
    opsets = [onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("com.microsoft", 1)]
    data: bytes = onnx.helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()
    return data
