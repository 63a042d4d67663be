"""One good file of every form that the app reads, made here, and the reader that takes it."""

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple

import h5py
import numpy as np
import onnx
import safetensors.torch
import torch

import explorer
from explorer.models import inspect_checkpoint, open_group
from explorer.models.checkpoints import read_vocabulary
from explorer.sequences import encode_table, read_arrays, read_statistics, read_table, to_table, typed_scaling


class Form(NamedTuple):
    """A form of file: how one is made, and what reads it."""

    make: Callable[[], bytes]
    read: Callable[[bytes], object]


class Net(torch.nn.Module):
    """A whole module, as people save it."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(7, 3)
        self.lstm = torch.nn.LSTM(3, 4, num_layers=2, bidirectional=True)
        self.head = torch.nn.Linear(8, 7)


def forms() -> dict[str, Form]:
    """Every form by its name."""
    return {
        "PyTorch zip": Form(lambda: _saved(_tree()), weights),
        "PyTorch before 1.6": Form(lambda: _saved(_tree(), _use_new_zipfile_serialization=False), weights),
        "PyTorch module": Form(lambda: _saved(Net()), weights),
        "safetensors": Form(lambda: safetensors.torch.save(Net().state_dict(), {"vocab": '["a", "b"]'}), weights),
        "NumPy weights": Form(lambda: _npz(_plain(), packed=True), weights),
        "Keras .h5": Form(lambda: _keras("model_weights/lstm/lstm/lstm_cell", _NAMES, with_config=True), weights),
        "Keras .weights.h5": Form(lambda: _keras("layers/lstm/cell/vars", ("0", "1", "2")), weights),
        "Keras .keras": Form(_keras_archive, weights),
        "ONNX": Form(_onnx, weights),
        "zip of weights": Form(lambda: _zipped(_saved(_tree())), weights),
        "tar of weights": Form(lambda: _tarred(_saved(_tree())), weights),
        "saved trace": Form(_trace, trace),
        "data .csv": Form(lambda: _text(",", header="day,p,q"), table),
        "data .tsv": Form(lambda: _text("\t", header="day\tp\tq"), table),
        "data .txt": Form(lambda: _text(" ", header="# made by hand"), table),
        "data .npy": Form(lambda: _npy(np.ones((2, 50, 3), np.float32)), arrays),
        "data .npz": Form(lambda: _npz({"x": np.ones((50, 3)), "y": np.arange(50)}, packed=True), arrays),
        "statistics .json": Form(lambda: json.dumps({"mean": [1, 2.5], "std": [3, 4]}).encode(), statistics),
        "statistics .npz": Form(lambda: _npz({"mean": np.ones(3), "scale": np.ones(3)}), statistics),
        "statistics .csv": Form(lambda: b"mean,std\n1,2\n3.5,4\n", statistics),
        "vocabulary .txt": Form(lambda: "\n".join(["<pad>", "<unk>", *"abcdeé"]).encode(), read_vocabulary),
        "vocabulary .json": Form(
            lambda: json.dumps({word: n for n, word in enumerate("abcdef")}).encode(), read_vocabulary
        ),
        "tokenizer .json": Form(_tokenizer, read_vocabulary),
        "Keras tokenizer": Form(_keras_tokenizer, read_vocabulary),
    }


def weights(data: bytes) -> object:
    """Open every network of a checkpoint and run it for three steps."""
    checkpoint = inspect_checkpoint(data, "file")
    models = [open_group(checkpoint, group) for group in checkpoint.groups]
    for model in models:
        if model.input_size <= 1_000 and model.num_parameters <= 1_000_000:
            explorer.record(model, np.zeros((3, model.input_size)))
    return models or checkpoint.find(None)


def trace(data: bytes) -> object:
    """Load a saved trace, and look at it."""
    found = explorer.Trace.load(data)
    return [explorer.figures.gate_stack(found), found.to_frame(), explorer.measures.time_constants(found)]


def table(data: bytes) -> object:
    """Read a table and make a sequence of it."""
    return encode_table(read_table(data, "file.csv"), missing="interpolate")


def arrays(data: bytes) -> object:
    """Read arrays and make a sequence of each."""
    return [encode_table(to_table(batch[0], name)) for name, batch in read_arrays(data, "file.npz").items()]


def statistics(data: bytes) -> object:
    """Read an offset and a scale a column, and make a scaling of them."""
    return typed_scaling(*read_statistics(data, "file.json"))


_NAMES = ("kernel:0", "recurrent_kernel:0", "bias:0")


def _tree() -> dict[str, Any]:
    torch.manual_seed(0)
    words = {word: number for number, word in enumerate("abcdefg")}
    return {"epoch": 3, "state_dict": Net().state_dict(), "vocab": words, "optimizer": {"step": torch.ones(3)}}


def _plain() -> dict[str, Any]:
    return {name: value.detach().numpy() for name, value in Net().state_dict().items()}


def _saved(tree: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    torch.save(tree, file, **options)
    return file.getvalue()


def _npz(found: dict[str, Any], packed: bool = False) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(file, **found)
    return file.getvalue()


def _npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def _config() -> str:
    settings = {"name": "lstm", "units": 4, "activation": "tanh", "recurrent_activation": "sigmoid"}
    layers = [{"class_name": "LSTM", "config": settings}]
    return json.dumps({"class_name": "Sequential", "config": {"name": "sequential", "layers": layers}})


def _keras(folder: str, names: tuple[str, ...], with_config: bool = False) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for name, shape in zip(names, ((3, 16), (4, 16), (16,)), strict=True):
            file[f"{folder}/{name}"] = np.full(shape, 0.1, np.float32)
        if with_config:
            file.attrs["model_config"] = _config()
            file.attrs["keras_version"] = "2.11.0"
    return buffer.getvalue()


def _keras_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.12.0"}')
        archive.writestr("config.json", _config())
        archive.writestr("model.weights.h5", _keras("layers/lstm/cell/vars", ("0", "1", "2")))
    return buffer.getvalue()


def _onnx() -> bytes:
    shapes = {"W": (1, 16, 3), "R": (1, 16, 4), "B": (1, 32)}
    tensors = [onnx.numpy_helper.from_array(np.full(shape, 0.1, np.float32), name) for name, shape in shapes.items()]
    node = onnx.helper.make_node("LSTM", ["x", "W", "R", "B"], ["y"], name="lstm", hidden_size=4)
    ends = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in ("x", "y")]
    graph = onnx.helper.make_graph([node], "graph", ends[:1], ends[1:], tensors)
    return bytes(onnx.helper.make_model(graph).SerializeToString())


def _zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data", '{"policy": 1}')
        archive.writestr("policy.pth", content)
    return buffer.getvalue()


def _tarred(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        entry = tarfile.TarInfo("model/weights.pt")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _trace() -> bytes:
    file = io.BytesIO()
    model = explorer.random_model("lstm", 2, 3, bidirectional=True)
    explorer.record(model, np.ones((5, 2)), clamps=[explorer.Clamp("forget", 1.0, units=[0])]).save(file)
    return file.getvalue()


def _text(separator: str, header: str) -> bytes:
    rows = [separator.join((f"2020-01-{day:02d}", f"{day * 1.5}", f"{-day}")) for day in range(1, 29)]
    return "\n".join([header, *rows]).encode()


def _tokenizer() -> bytes:
    words = {word: number for number, word in enumerate(["[PAD]", "[UNK]", *"abcdef"])}
    return json.dumps({"version": "1.0", "model": {"type": "WordLevel", "vocab": words, "unk_token": "[UNK]"}}).encode()


def _keras_tokenizer() -> bytes:
    index = json.dumps({word: number for number, word in enumerate("abcdef", 1)})
    turned = json.dumps(dict(enumerate("abcdef", 1)))
    config = {
        "num_words": None, "filters": "!,.", "lower": True, "split": " ", "char_level": False, "oov_token": None,
        "word_index": index, "index_word": turned,
    }  # fmt: skip
    return json.dumps({"class_name": "Tokenizer", "config": config}).encode()
