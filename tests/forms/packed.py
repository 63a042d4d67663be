"""What a file is, its bytes say: formats, names, archives, precisions, second files, several files at once."""

import gzip
import json
import pickle
from collections.abc import Callable
from typing import Any

import onnx
import torch
from torch import nn

from tests.forms.form import Form, Opens, refused
from tests.forms.given import File, Stored, Together
from tests.forms.independent import states_of
from tests.models.checkpoint_writers import as_safetensors, onnx_file, onnx_node, saved, weights_of
from tests.models.test_checkpoint_archives import FORMS as FORMATS
from tests.models.test_checkpoint_archives import PACKERS, WORDS, X, agent, net, reader, tarred, zipped

PART = "Bytes, archives and several files"
NAMES = ("model_best.pth.tar", "model.pkl", "net.th", "net.params", "net.mdl", "net.weights", "checkpoint")
KERAS = ("its activations: Keras's own are assumed", "σ is assumed")


def _right(seed: int) -> Any:
    return states_of(net(seed)["lstm"], X)


def _formatted(title: str, pack: Callable[[bytes], bytes]) -> File:
    return File(pack(FORMATS[title](net(2))), _right(2), X)


def _named(name: str) -> Stored:
    return Stored({name: saved(net(2).state_dict())}, _right(2), X)


def _agent(packer: str) -> File:
    return File(PACKERS[packer](agent()), _right(1), X)


def _several(group: str | None) -> File:
    data = zipped(agent() | {"critic.safetensors": as_safetensors(net(7).state_dict())})
    return File(data, _right(7), X, group=group)


def _broken(good: bool) -> File:
    data = saved(net(1).state_dict())
    return File(zipped({"broken.pth": data[: len(data) // 2], **({"good.pth": data} if good else {})}), _right(1), X)


def _precise(dtype: Any, write: Callable[[Any], bytes]) -> File:
    module = net(3)["lstm"].to(dtype)
    exact = net(3)["lstm"].to(torch.float64 if dtype == torch.float64 else torch.float32)
    exact.load_state_dict({name: value.to(exact.weight_ih_l0.dtype) for name, value in module.state_dict().items()})
    return File(write(module.state_dict()), states_of(exact, X), X)


def _quantised() -> File:
    state = {name: torch.quantize_per_tensor(value, 0.004, 0, torch.qint8)
             for name, value in net(3)["lstm"].state_dict().items()}  # fmt: skip
    exact = net(3)["lstm"]
    exact.load_state_dict({name: value.dequantize() for name, value in state.items()})
    return File(saved(state), states_of(exact, X), X)


def _projected() -> File:
    torch.manual_seed(2)
    module = nn.LSTM(3, 5, 2, proj_size=2, bidirectional=True)
    return File(saved(module.state_dict()), states_of(module, X), X)


def _split(place: str = "net.onnx.data") -> tuple[bytes, bytes]:
    """A model, and its weights beside it."""
    nodes, tensors = onnx_node("lstm", [weights_of(net(6)["lstm"])], "n")
    content = b""
    for tensor in tensors:
        onnx.external_data_helper.set_external_data(tensor, place, len(content), len(tensor.raw_data))
        content += tensor.raw_data
        tensor.ClearField("raw_data")
    return onnx_file(nodes, tensors), content


def _beside(place: str, name: str) -> File:
    model, weights = _split(place)
    return File(model, _right(6), X, beside={name: weights})


def _in_its_folder() -> Stored:
    model, weights = _split()
    return Stored({"net.onnx": model, "net.onnx.data": weights}, _right(6), X)


def _alone() -> File:
    return File(_split()[0])


def _too_short() -> File:
    model, weights = _split()
    return File(model, beside={"net.onnx.data": weights[:40]})


def _onnx_together() -> Together:
    model, weights = _split()
    return Together([("net.onnx.data", weights), ("net.onnx", model)], _right(6), X)


def _all_together(words: bytes) -> Together:
    module = reader(1)
    statistics = json.dumps({"mean": [1.0, 2.0, 3.0], "std": [4.0, 5.0, 6.0]}).encode()
    files = [("four", b"\xff\x00" * 40), ("three", statistics), ("two", words), ("one", saved(module.state_dict()))]
    with torch.no_grad():
        right = module["lstm"](module["embedding"](torch.tensor([2, 0, 5])))[0].numpy()
    return Together(files, right, "w2 w0 w5", statistics=((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)))


def _two_of_weights() -> Together:
    files = [("encoder.pt", saved(net(1).state_dict())), ("decoder.pt", saved(net(2).state_dict())),
             ("optimiser.pt", saved({"state": {0: torch.ones(3)}}))]  # fmt: skip
    return Together(files, _right(2), X, group="decoder.pt: lstm")


def _two_vocabularies() -> Together:
    words = json.dumps(WORDS).encode()
    return Together([("a.pt", saved(net(1).state_dict())), ("b.json", words), ("c.json", words)])


def _npy() -> bytes:
    return b"\x93NUMPY\x01\x00"


FOREIGN: dict[str, tuple[bytes, str]] = {
    "bzip2": (b"BZh91AY&SY" + bytes(90), "bzip2"), "xz": (b"\xfd7zXZ\x00" + bytes(90), "xz"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c" + bytes(90), "7-Zip"), "RAR": (b"Rar!\x1a\x07" + bytes(90), "RAR"),
    "a web page": (b"<!DOCTYPE html><html></html>", "web page"),
    "Git LFS's note": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", "git lfs pull"),
    "one array": (_npy() + bytes(90), ".npy"), "GGUF": (b"GGUF" + bytes(90), "GGUF"),
    "something else": (b"\xff\x00" * 40, "no format"), "nothing": (b"", "empty"),
    "gzip twice": (gzip.compress(gzip.compress(b"x" * 90)), "gzip twice"),
}  # fmt: skip
WAYS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda data: data, "in a zip": lambda data: zipped({"weights": data}),
    "in gzip": gzip.compress, "in a tar": lambda data: tarred({"a/b.xyz": data}),
}  # fmt: skip
PACKED = {"in a zip": ("'weights'",), "in a tar": ("'a/b.xyz'",)}
FORMS = (
    *(
        Form(
            PART,
            f"{title}, {way}",
            lambda title=title, pack=pack: _formatted(title, pack),
            Opens((*PACKED.get(way, ()), *(KERAS if title == "Keras" else ()))),
        )
        for title in FORMATS
        for way, pack in WAYS.items()
        if way == "as it is" or title in ("PyTorch", "Keras", "NumPy")
    ),
    *(Form(PART, f"a file called {name}", lambda name=name: _named(name), Opens()) for name in NAMES),
    *(
        Form(
            PART, f"a reinforcement learner's {packer}", lambda packer=packer: _agent(packer), Opens(("'policy.pth'",))
        )
        for packer in PACKERS
    ),
    Form(
        PART,
        "two networks in an archive",
        lambda: _several("critic.safetensors: lstm"),
        Opens(networks=("policy.pth: lstm", "critic.safetensors: lstm")),
    ),
    Form(
        PART,
        "two networks in an archive, none of them chosen",
        lambda: _several(None),
        refused("'policy.pth: lstm'", "'critic.safetensors: lstm'"),
    ),
    Form(
        PART,
        "a broken file beside a good one in an archive",
        lambda: _broken(True),
        Opens(("'good.pth'", "'broken.pth'")),
    ),
    Form(PART, "a broken file alone in an archive", lambda: _broken(False), refused("'broken.pth'")),
    *(
        Form(PART, f"{title}, {form}", lambda dtype=dtype, write=write: _precise(dtype, write), Opens(says))
        for title, dtype, says in (
            ("double precision", torch.float64, ()),
            ("half precision", torch.float16, ("half",)),
            ("bfloat16", torch.bfloat16, ("bfloat16",)),
        )
        for form, write in (("PyTorch", saved), ("safetensors", as_safetensors))
    ),
    Form(PART, "weights of 8 bits", _quantised, Opens(("quantised",))),
    Form(PART, "a projection (proj_size), two layers, both directions", _projected, Opens()),
    Form(PART, "ONNX beside its second file", _in_its_folder, Opens()),
    Form(PART, "ONNX with its second file given by name", lambda: _beside("net.onnx.data", "net.onnx.data"), Opens()),
    Form(PART, "ONNX without its second file", _alone, refused("'net.onnx.data'")),
    *(
        Form(
            PART,
            f"ONNX that asks for {place}",
            lambda place=place: _beside(place, "secret.data"),
            refused("own folder"),
        )
        for place in ("../secret.data", "/etc/secret.data", "C:\\secret.data")
    ),
    Form(PART, "ONNX whose second file is too short", _too_short, refused("net.onnx.data")),
    Form(PART, "ONNX and its second file dropped together", _onnx_together, Opens()),
    *(
        Form(
            PART,
            f"weights, a vocabulary ({title}), statistics and something else dropped together",
            lambda words=words: _all_together(words),
            Opens(("how text is cut",), embedding="embedding.weight"),
        )
        for title, words in (("JSON", json.dumps(WORDS).encode()), ("pickle", pickle.dumps(WORDS)))
    ),
    Form(
        PART,
        "two files of weights and an optimiser's dropped together",
        _two_of_weights,
        Opens(("'optimiser.pt'",), networks=("encoder.pt: lstm", "decoder.pt: lstm")),
    ),
    Form(PART, "two vocabularies dropped together", _two_vocabularies, refused("'b.json'", "'c.json'")),
    *(Form(PART, title, lambda data=data: File(data), refused(said)) for title, (data, said) in FOREIGN.items()),
)
"""Rows of this part."""
