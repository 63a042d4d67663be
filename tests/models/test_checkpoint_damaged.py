"""A file damaged anywhere opens or is refused: nothing else is ever raised."""

import gzip
import io
import pickle
import random
import tarfile
import warnings
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
import torch

import explorer
from explorer.models import inspect_checkpoint, open_group
from tests.models.checkpoint_writers import as_npz, as_safetensors, onnx_file, onnx_node, saved, weights_of
from tests.models.onnx_writers import GraphWriter

TRIALS = 150


def _tree() -> dict[str, object]:
    torch.manual_seed(0)
    state = torch.nn.LSTM(2, 3, 2, bidirectional=True).state_dict()
    return {"epoch": 1, "state_dict": state, "vocab": ["a", "b", "c"], "optimizer": {"step": torch.ones(3)}}


def _state() -> dict[str, torch.Tensor]:
    return torch.nn.GRU(2, 3).state_dict()


def _program() -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(torch.nn.LSTM(2, 3)), file)
    return file.getvalue()


def _tar(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "zip": lambda: saved(_tree()),
    "before zip": lambda: saved(_tree(), _use_new_zipfile_serialization=False),
    "a whole module": lambda: saved(torch.nn.Sequential(torch.nn.LSTM(2, 3), torch.nn.Linear(3, 2))),
    "a program": _program,
    "a pickle of arrays": lambda: pickle.dumps({name: value.numpy() for name, value in _state().items()}, 4),
    "a pickle of text": lambda: pickle.dumps({name: value.numpy() for name, value in _state().items()}, 0),
    "a pickle of tensors": lambda: pickle.dumps({"net": _state(), "words": ["a", "b"]}),
    "a tar": lambda: _tar({"a.pt": saved(_tree()), "b.safetensors": as_safetensors(_state())}),
    "a gzip": lambda: gzip.compress(saved(_tree())),
    "safetensors": lambda: as_safetensors(_state(), {"vocab": '["a", "b"]'}),
    "npz": lambda: as_npz(_state()),
    "packed npz": lambda: as_npz(_state(), packed=True),
    "ONNX": lambda: onnx_file(
        *onnx_node("gru", [weights_of(torch.nn.GRU(2, 3))], "n", activations=["Sigmoid", "Tanh"])
    ),
    "ONNX, a whole graph": lambda: _graph(),
}


def _graph() -> bytes:
    """An embedding, two layers with a start state and 8-bit weights among them, and a head."""
    net, rnn = GraphWriter(), torch.nn.LSTM(3, 4, 2)
    rows = net.embedded(torch.nn.Embedding(5, 3), net.input("ids", "batch", "time", whole=True))
    sizes = net.add("Concat", net.constant(np.array([1])), net.add("Shape", "ids", end=1), net.constant(np.array([4])),
                    axis=0)  # fmt: skip
    start = net.add("Expand", net.constant(np.ones((1, 1, 4), np.float32)), sizes)
    steps, _ = net.recurrent(rnn, net.turned(rows, 1, 0, 2), "rnn", start, start)
    stored = net.constant(np.arange(48, dtype=np.int8).reshape(1, 16, 3), "stored")
    scaled = net.add("DequantizeLinear", stored, net.constant(np.float32(0.1)), net.constant(np.int8(3)))
    next(node for node in net.nodes if node.op_type == "LSTM").input[1] = scaled
    net.nodes.sort(key=lambda node: node.op_type != "DequantizeLinear")
    return net.data(net.add("Softmax", net.linear(torch.nn.Linear(4, 5), net.turned(steps, 1, 0, 2))))


def _damaged(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        place = chance.randrange(max(1, len(changed)))
        way = chance.random()
        if way < 0.5:
            changed[place : place + 1] = chance.randbytes(1)
        elif way < 0.7:
            del changed[place : place + chance.randrange(1, 20)]
        elif way < 0.8:
            changed[place:place] = chance.randbytes(chance.randrange(1, 9))
        elif way < 0.85:
            del changed[place:]
        else:
            changed[place : place + 8] = chance.choice([b"\xff" * 8, bytes(8), b"\x7f" * 8])
    return bytes(changed)


def _damaged_inside(data: bytes, chance: random.Random) -> bytes:
    """A zip file whose checksums hold, since the damage was done before it was packed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(buffer, "w") as written:
        for name in archive.namelist():
            content = archive.read(name)
            written.writestr(name, _damaged(content, chance) if name.endswith((".pkl", ".npy")) else content)
    return buffer.getvalue()


@pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")
@pytest.mark.parametrize("name", FILES)
def test_only_ever_one_kind_of_error(name: str) -> None:
    chance, whole = random.Random(name), FILES[name]()
    outcomes: set[str] = set()
    for _ in range(TRIALS):
        inside = whole[:2] == b"PK" and chance.random() < 0.6
        data = (_damaged_inside if inside else _damaged)(whole, chance)
        try:
            checkpoint = inspect_checkpoint(data)
            for group in checkpoint.groups:
                open_group(checkpoint, group)
            outcomes.add("opened")
        except explorer.CheckpointError:
            outcomes.add("refused")
    assert "refused" in outcomes
