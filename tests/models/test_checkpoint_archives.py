"""What a file is, its bytes say: archives of checkpoints, names that say nothing, and several files at once."""

import gzip
import io
import json
import pickle
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from torch import nn

import explorer
from explorer.models.checkpoints import inspect_checkpoint, inspect_files, map_by_hand, open_group
from tests.models.checkpoint_writers import (
    as_npz,
    as_safetensors,
    keras_arrays,
    keras_file,
    onnx_file,
    onnx_node,
    saved,
    weights_of,
)
from tests.models.reference import distance

X = np.random.default_rng(4).normal(size=(20, 3)).astype(np.float32)


def net(seed: int, name: str = "lstm") -> nn.ModuleDict:
    torch.manual_seed(seed)
    return nn.ModuleDict({name: nn.LSTM(3, 4)})


def check(model: explorer.Model, module: Any) -> None:
    with torch.no_grad():
        expected = module(torch.as_tensor(X))[0].numpy()
    assert distance(explorer.record(model, X).select("hidden"), expected) <= 1e-6


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(entries: dict[str, bytes], mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:  # type: ignore[call-overload]
        archive.addfile(_folder("logs"))
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _folder(name: str) -> tarfile.TarInfo:
    folder = tarfile.TarInfo(name)
    folder.type = tarfile.DIRTYPE
    return folder


PACKERS: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "zip": zipped,
    "tar": tarred,
    "tar of GNU": lambda entries: tarred(entries, form=tarfile.GNU_FORMAT),
    "tar.gz": lambda entries: tarred(entries, "w:gz"),
}


def agent(seed: int = 1) -> dict[str, bytes]:
    """What a reinforcement learner saves: its policy among settings, the optimiser and text."""
    optimiser = {"state": {0: {"exp_avg": torch.ones(16, 3)}}, "param_groups": [{"lr": 0.1}]}
    return {
        "data": json.dumps({"policy_class": {":type:": "<class 'abc.ABCMeta'>"}}).encode(),
        "policy.optimizer.pth": saved(optimiser), "pytorch_variables.pth": saved(None),
        "policy.pth": saved(net(seed).state_dict()), "system_info.txt": b"- OS: Linux\n- Python: 3.11\n",
        "__MACOSX/._policy.pth": b"\x00\x05\x16\x07" * 10,
    }  # fmt: skip


@pytest.mark.parametrize("packer", PACKERS)
def test_the_only_network_of_an_archive_opens(packer: str) -> None:
    data = PACKERS[packer](agent())
    assert explorer.checkpoint_groups(data) == ("lstm",)
    model = explorer.load_checkpoint(data)
    assert any("'policy.pth'" in note for note in model.card["notes"])
    check(model, net(1)["lstm"])


FORMS: dict[str, Callable[[nn.ModuleDict], bytes]] = {
    "PyTorch": lambda module: saved(module.state_dict()),
    "before zip": lambda module: saved(module.state_dict(), _use_new_zipfile_serialization=False),
    "a whole module": saved,
    "safetensors": lambda module: as_safetensors(module.state_dict()),
    "NumPy": lambda module: as_npz(module.state_dict()),
    "Keras": lambda module: keras_file("lstm", [{"": keras_arrays("lstm", weights_of(module["lstm"]))}]),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_in_an_archive_in_gzip_and_under_any_name(form: str, tmp_path: Path) -> None:
    module = net(2)
    data = FORMS[form](module)
    for content in (zipped({"weights": data}), gzip.compress(data), tarred({"a/b.xyz": data})):
        check(explorer.load_checkpoint(content), module["lstm"])
    for name in ("model_best.pth.tar", "model.pkl", "net.th", "net.params", "net.mdl", "net.weights", "checkpoint"):
        (tmp_path / name).write_bytes(data)
        check(explorer.load_checkpoint(tmp_path / name), module["lstm"])


@pytest.mark.parametrize("packer", PACKERS)
def test_several_networks_are_listed_by_their_files(packer: str) -> None:
    long = "deep/" + "n" * 120 + "/critic.safetensors"
    data = PACKERS[packer](agent() | {long: as_safetensors(net(7).state_dict()), "bare": saved(net(8)["lstm"])})
    assert explorer.checkpoint_groups(data) == ("policy.pth: lstm", f"{long}: lstm", "bare")
    with pytest.raises(explorer.CheckpointError, match=r"3 recurrent networks.*'policy\.pth: lstm'"):
        explorer.load_checkpoint(data)
    check(explorer.load_checkpoint(data, "policy.pth: lstm"), net(1)["lstm"])
    check(explorer.load_checkpoint(data, f"{long}: lstm"), net(7)["lstm"])
    check(explorer.load_checkpoint(data, "bare"), net(8)["lstm"])


def test_two_files_map_by_hand_under_their_names() -> None:
    weights = list(net(3)["lstm"].state_dict().values())
    halves = {"a.pt": saved({"p": weights[0], "q": weights[2]}), "b.pt": saved({"p": weights[1], "q": weights[3]})}
    checkpoint = inspect_checkpoint(zipped(halves))
    names = {"weight_ih_l0": "a.pt: p", "weight_hh_l0": "b.pt: p", "bias_ih_l0": "a.pt: q", "bias_hh_l0": "b.pt: q"}
    check(open_group(checkpoint, map_by_hand(checkpoint, names)), net(3)["lstm"])


def test_a_broken_file_in_an_archive_does_not_hide_the_others() -> None:
    good = saved(net(1).state_dict())
    data = zipped({"broken.pth": good[: len(good) // 2], "good.pth": good})
    check(explorer.load_checkpoint(data), net(1)["lstm"])
    with pytest.raises(explorer.CheckpointError, match=r"'broken\.pth'.*damaged"):
        explorer.load_checkpoint(zipped({"broken.pth": good[: len(good) // 2]}))


WORDS = [f"w{number}" for number in range(6)]


def reader(seed: int) -> nn.ModuleDict:
    torch.manual_seed(seed)
    return nn.ModuleDict({"embedding": nn.Embedding(6, 3), "lstm": nn.LSTM(3, 4)})


@pytest.mark.parametrize("words", [json.dumps(WORDS).encode(), pickle.dumps(WORDS)], ids=["JSON", "pickle"])
@pytest.mark.parametrize("backwards", [False, True])
def test_files_together_are_known_by_their_content(backwards: bool, words: bytes) -> None:
    module = reader(1)
    files = [
        ("one", saved(module.state_dict())), ("two", words),
        ("three", json.dumps({"mean": [1.0, 2.0, 3.0], "std": [4.0, 5.0, 6.0]}).encode()),
        ("four", b"\xff\x00" * 40),
    ]  # fmt: skip
    found = inspect_files(files[::-1] if backwards else files)
    assert found.checkpoint is not None
    assert found.vocabulary is not None
    assert found.vocabulary.tokens == tuple(WORDS)
    assert found.statistics == ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0))
    assert list(found.beside) == ["four"]
    model = open_group(found.checkpoint, found.checkpoint.groups[0], vocabulary=found.vocabulary)
    trace = explorer.record(model, "w2 w0 w5")
    with torch.no_grad():
        expected = module["lstm"](module["embedding"](torch.tensor([2, 0, 5])))[0].numpy()
    assert distance(trace.select("hidden"), expected) <= 1e-6


def test_an_onnx_model_and_its_second_file_together() -> None:
    module = net(6)["lstm"]
    nodes, tensors = onnx_node("lstm", [weights_of(module)], "n")
    place, content = 0, b""
    for tensor in tensors:
        onnx.external_data_helper.set_external_data(tensor, "net.onnx.data", place, len(tensor.raw_data))
        content += tensor.raw_data
        place = len(content)
        tensor.ClearField("raw_data")
    files = [("net.onnx.data", content), ("net.onnx", onnx_file(nodes, tensors))]
    for given in (files, files[::-1]):
        found = inspect_files(given).checkpoint
        assert found is not None
        check(open_group(found, found.groups[0]), module)


def test_two_files_of_weights_together() -> None:
    files = [("encoder.pt", saved(net(1).state_dict())), ("decoder.pt", saved(net(2).state_dict()))]
    found = inspect_files([*files, ("optimiser.pt", saved({"state": {0: torch.ones(3)}}))]).checkpoint
    assert found is not None
    assert [group.name for group in found.groups] == ["encoder.pt: lstm", "decoder.pt: lstm"]
    model = open_group(found, found.groups[1])
    assert any("'optimiser.pt'" in note for note in model.card["notes"])
    check(model, net(2)["lstm"])


def test_what_cannot_be_told_apart_is_refused() -> None:
    model, words = ("a.pt", saved(net(1).state_dict())), json.dumps(WORDS).encode()
    with pytest.raises(explorer.CheckpointError, match=r"'b\.json' and 'c\.json'"):
        inspect_files([model, ("b.json", words), ("c.json", words)])
    with pytest.raises(explorer.CheckpointError, match=r"9 files came"):
        inspect_files([model] * 9)
    with pytest.raises(explorer.CheckpointError, match=r"no format"):
        inspect_files([("a.pt", b"\xff\x00" * 40)])
