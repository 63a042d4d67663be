"""A run on disk: what was seen comes back to the last bit, and a stranger's file gets one sentence."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence

import explorer
from explorer import CheckpointError, ExplorerError
from explorer.watching import read_run
from tests.watching.networks import Translator, Twins


def saved(seen: Any) -> bytes:
    file = io.BytesIO()
    seen.save(file)
    return file.getvalue()


@pytest.fixture(scope="module")
def run() -> bytes:
    """Two modules, several calls, states given, words for the steps."""
    torch.manual_seed(0)
    net = nn.ModuleDict({"a": nn.RNN(3, 4, nonlinearity="relu"), "b": nn.LSTM(4, 5, 2, bidirectional=True)})
    x = pack_sequence([torch.randn(4, 3), torch.randn(2, 3)])
    with explorer.watch(net) as seen:
        for start in (None, torch.rand(1, 2, 4)):
            net["b"](net["a"](x, start)[0])
    seen.label([list("abcd"), ["<b>", "&"]])
    return saved(seen)


def changed(run: bytes, change: Callable[[dict[str, Any], dict[str, Any]], object]) -> bytes:
    """The file with its header and arrays changed in place."""
    arrays: dict[str, Any] = dict(np.load(io.BytesIO(run)))
    header = json.loads(arrays.pop("run").tobytes())
    change(header, arrays)
    file = io.BytesIO()
    np.savez(file, run=np.frombuffer(json.dumps(header).encode(), dtype=np.uint8), **arrays)
    return file.getvalue()


def test_every_trace_comes_back_as_it_was(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = Translator()
    words = torch.randint(1, 20, (4, 3))
    with explorer.watch(net) as seen:
        net(words, torch.tensor([4, 3, 1]), words)
        net(words, torch.tensor([4, 4, 4]), words, False)
    seen.save(tmp_path / "run.gates")
    assert [path.name for path in tmp_path.iterdir()] == ["run.gates"]
    opened = explorer.open_run(tmp_path / "run.gates")
    assert opened.names == seen.names
    assert repr(opened) == repr(seen)
    for name in seen.names:
        for ours, theirs in zip(opened[name].calls, seen[name].calls, strict=True):
            assert ours.lengths == theirs.lengths
            for one, other in zip(ours, theirs, strict=True):
                assert (one.labels, one.max_error) == (other.labels, other.max_error)
                assert all(np.array_equal(one[signal], other[signal]) for signal in other.signals)


def test_a_file_that_was_just_written_is_read_from_its_beginning(run: bytes) -> None:
    written = io.BytesIO(run)
    written.seek(0, io.SEEK_END)
    assert repr(explorer.open_run(written)) == repr(read_run(run))


class _Pipe(io.BytesIO):
    """What cannot go back to its beginning, as a shell's pipe."""

    def seek(self, *_: Any) -> int:
        raise io.UnsupportedOperation("File or stream is not seekable.")


def test_a_pipe_is_read_from_where_it_stands(run: bytes) -> None:
    assert repr(explorer.open_run(_Pipe(run))) == repr(read_run(run))
    weights = io.BytesIO()
    torch.save(nn.GRU(2, 3).state_dict(), weights)
    assert explorer.load_checkpoint(_Pipe(weights.getvalue())).kind == "gru"


def test_options_words_notes_and_shared_weights_are_kept(run: bytes) -> None:
    seen = explorer.open_run(run)
    assert seen["a"].model.stack[0][0].nonlinearity == "relu"  # type: ignore[attr-defined]
    assert seen["b"][1].labels == ("<b>", "&")
    assert seen["a"].calls[1][0].h_0.any()
    assert sum(name.endswith("weight_ih_l0.npy") for name in zipfile.ZipFile(io.BytesIO(run)).namelist()) == 2
    assert saved(seen) == run
    torch.manual_seed(0)
    net = Twins().train()
    with explorer.watch(net) as both:
        net(torch.randn(2, 5, 3), torch.randn(2, 4, 3))
    assert explorer.open_run(saved(both)).notes == both.notes


def test_what_was_not_exact_stays_so() -> None:
    net = nn.LSTM(3, 4, num_layers=2, dropout=0.5)
    with explorer.watch(net) as seen:
        net(torch.randn(5, 2, 3))
    part = explorer.open_run(io.BytesIO(saved(seen)))["LSTM"]
    assert part[0].num_layers == 1
    assert "net.eval()" in part.notes[0]
    assert part.max_error < 1e-6


def test_a_file_whose_outputs_are_not_its_weights_is_refused(run: bytes) -> None:
    def change(header: dict[str, Any], arrays: dict[str, Any]) -> None:
        arrays["1.1.weights.weight_hh_l0" if "1.1.weights.weight_hh_l0" in arrays else "1.0.weights.weight_hh_l0"] += 1

    with pytest.raises(CheckpointError, match="would not be its gates"):
        explorer.open_run(changed(run, change))["b"][0]


def _set(place: str, value: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    def change(header: dict[str, Any], arrays: dict[str, Any]) -> None:
        found: Any = header
        *path, last = [int(part) if part.isdigit() else part for part in place.split("/")]
        for part in path:
            found = found[part]
        found[last] = value

    return change


def _array(name: str, value: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    return lambda header, arrays: arrays.__setitem__(name, value)


CALL = "modules/0/calls/0"
HOSTILE = {
    "no module": _set("modules", []),
    "modules of text": _set("modules", "all"),
    "too many modules": _set("modules", [{}] * 2_000),
    "another format": _set("format", "mine"),
    "another version": _set("version", 2),
    "a name that is none": _set("modules/0/name", 7),
    "no calls": _set("modules/0/calls", []),
    "a kind there is not": _set(f"{CALL}/kind", "<script>"),
    "a kind of another cell": _set(f"{CALL}/kind", "lstm"),
    "an option there is not": _set(f"{CALL}/cell", {"nonlinearity": "exp"}),
    "options of text": _set(f"{CALL}/cell", "tanh"),
    "no lengths": _set(f"{CALL}/lengths", None),
    "lengths below nothing": _set(f"{CALL}/lengths", [8, -2]),
    "lengths beyond the rows": _set(f"{CALL}/lengths", [4, 10**15]),
    "true as a length": _set(f"{CALL}/lengths", [True, 5]),
    "more sequences than states": _set(f"{CALL}/lengths", [1] * 6),
    "a place outside": _set(f"{CALL}/place", "../../etc"),
    "a place that is not there": _set(f"{CALL}/place", "9.9"),
    "another call's place": _set("modules/0/calls/1/place", "0.0"),
    "layers it does not have": _set(f"{CALL}/exact_layers", 3),
    "a precision there is not": _set(f"{CALL}/precision", "float8"),
    "labels of numbers": _set(f"{CALL}/labels", 5),
    "labels of too few steps": _set(f"{CALL}/labels", [["a"], ["b"]]),
    "notes of numbers": _set(f"{CALL}/notes", [1]),
    "notes that are none": _set("notes", None),
    "a header without calls": lambda header, arrays: header["modules"][0].pop("calls"),
    "a call without kind": lambda header, arrays: header["modules"][0]["calls"][0].pop("kind"),
    "an array that is not there": lambda header, arrays: arrays.pop("0.0.inputs"),
    "states that are not there": lambda header, arrays: arrays.pop("0.0.h_n"),
    "inputs of another width": _array("0.0.inputs", np.zeros((6, 9), np.float32)),
    "inputs without axes": _array("0.0.inputs", np.float32(1)),
    "words as inputs": _array("0.0.inputs", np.array([["a"] * 3] * 6)),
    "whole numbers as inputs": _array("0.0.inputs", np.zeros((6, 3), int)),
    "outputs of another width": _array("0.0.outputs", np.zeros((6, 9), np.float32)),
    "weights of another width": _array("0.0.weights.weight_hh_l0", np.zeros((4, 9), np.float32)),
    "weights of no axis": _array("0.0.weights.weight_hh_l0", np.float32(1)),
    "weights of another name": _array("0.0.weights.anything", np.zeros((4, 4), np.float32)),
    "weights of a far layer": _array("0.0.weights.weight_ih_l9", np.zeros((4, 4), np.float32)),
    "no weights": lambda header, arrays: [arrays.pop(name) for name in list(arrays) if name.startswith("0.0.weights")],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_contradicts_itself_gets_one_sentence(run: bytes, name: str) -> None:
    with pytest.raises(ExplorerError) as told:
        explorer.open_run(changed(run, HOSTILE[name]))
    assert 20 < len(str(told.value)) < 300
    assert "\n" not in str(told.value)


def _zipped(entries: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def _npy(shape: str, data: bytes = b"") -> bytes:
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + data


FOREIGN = {
    "nothing": b"",
    "text": b"hello",
    "an archive of something else": _zipped({"a.txt": b"a"}),
    "a header that is no array": _zipped({"run.npy": b"{}"}),
    "a header that claims": _zipped({"run.npy": _npy("(10000000000,)")}),
    "a header that is too long": _zipped({"run.npy": bytes(60_000_000)}, zipfile.ZIP_DEFLATED),
    "a checkpoint": _zipped({"model/data.pkl": b"\x80\x02}."}),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_run_gets_one_sentence(name: str) -> None:
    with pytest.raises(CheckpointError) as told:
        explorer.open_run(FOREIGN[name])
    assert 20 < len(str(told.value)) < 300


def test_a_bomb_is_refused_by_what_it_claims() -> None:
    bomb = _zipped({"run.npy": bytes(2_000_000)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 10_000
    with pytest.raises(CheckpointError, match="the most is 1 MB"):
        read_run(bomb, most=1_000_000)


@pytest.mark.parametrize("cut", [10, 200, 3_000, -30])
def test_a_file_that_was_cut_gets_one_sentence(run: bytes, cut: int) -> None:
    with pytest.raises(CheckpointError):
        explorer.open_run(run[:cut])


@pytest.mark.parametrize("source", ["no/such/file.gates", 7, io.StringIO("text")], ids=["path", "number", "text"])
def test_what_is_no_file_gets_one_sentence(source: Any) -> None:
    with pytest.raises(ExplorerError):
        explorer.open_run(source)


def test_a_place_that_cannot_be_written_gets_one_sentence(run: bytes, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="cannot be written"):
        explorer.open_run(run).save(tmp_path / "no" / "run.gates")
