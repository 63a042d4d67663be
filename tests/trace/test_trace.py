"""The trace itself: axes, words, states, the table and the file."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer import CheckpointError, Clamp, ShapeError, Trace, UnknownSignalError, random_model, record
from explorer.models import Model
from tests.models.reference import SIGNALS

T, UNITS = 9, 4
X = np.random.default_rng(5).normal(size=(T, 3))
WAYS = ("forward", "reverse")


def _trace(kind: str = "lstm", **options: Any) -> Trace:
    return record(_model(kind, **options), X, labels=list("namelist["), method="step")


def _model(kind: str = "lstm", **options: Any) -> Model:
    return random_model(kind, 3, UNITS, num_layers=2, bidirectional=True, seed=2, **options)


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_axes_are_layer_direction_time_unit(kind: str) -> None:
    trace = _trace(kind)
    assert (trace.kind, trace.signals) == (kind, SIGNALS[kind])
    for name in trace.signals:
        assert trace[name].shape == (2, 2, T, UNITS)
    assert len(trace) == T
    assert (trace.num_layers, trace.num_directions, trace.directions) == (2, 2, WAYS)


def test_a_projection_narrows_only_the_hidden_state() -> None:
    trace = _trace(proj_size=2)
    assert trace["hidden"].shape == (2, 2, T, 2)
    assert all(trace[name].shape == (2, 2, T, UNITS) for name in trace.signals if name != "hidden")


@pytest.mark.parametrize("method", ["step", "replay"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_every_array_is_read_only(kind: str, layers: int, method: str) -> None:
    trace = record(random_model(kind, 3, UNITS, num_layers=layers), X, method=method)
    arrays = [trace[name] for name in trace.signals] + [trace.select("hidden"), trace.inputs, trace.h_0, trace.h_n]
    for array in [*arrays, trace.c_0, trace.c_n]:
        if array is not None:
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0


def test_the_callers_arrays_stay_writable_and_apart() -> None:
    x, h_0 = X.astype(np.float32), np.zeros((4, UNITS), dtype=np.float32)
    trace = record(_model("gru"), x, h_0=h_0)
    x[:], h_0[:] = 7, 7
    assert not (trace.inputs == 7).any()
    assert not trace.h_0.any()


def test_select_gives_the_named_place() -> None:
    trace = _trace()
    for layer in range(2):
        for index, way in enumerate(WAYS):
            assert np.array_equal(trace.select("cell", layer, way), trace["cell"][layer, index])
    assert np.array_equal(trace.select("cell"), trace["cell"][0, 0])


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (("update",), r"'update'.*LSTM.*input, forget, candidate, output, cell, hidden"),
        (("cell", 2), r"layer 2.*has 2"),
        (("cell", -1), r"layer -1"),
        (("cell", 0, "backward"), r"'backward'.*forward and reverse"),
    ],
)
def test_what_is_not_there_is_named(place: tuple[Any, ...], said: str) -> None:
    with pytest.raises(UnknownSignalError, match=said):
        _trace().select(*place)


def test_a_wrong_signal_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownSignalError, match=r"'forget'.*GRU.*reset, update, new, hidden"):
        _trace("gru")["forget"]


def test_the_reverse_direction_is_the_same_cell_on_the_turned_sequence() -> None:
    """Time is the position in the input, so turning the input turns the trace and swaps nothing else."""
    import torch

    torch.manual_seed(0)
    both, one = torch.nn.LSTM(3, UNITS, bidirectional=True), torch.nn.LSTM(3, UNITS)
    state = both.state_dict()
    one.load_state_dict({name: state[f"{name}_reverse"] for name in one.state_dict()})
    from explorer import from_torch

    there = record(from_torch(both), X, method="step")
    back = record(from_torch(one), X[::-1], method="step")
    for name in there.signals:
        assert np.array_equal(there.select(name, 0, "reverse"), back.select(name)[::-1])


@pytest.mark.parametrize("method", ["step", "replay"])
@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_last_states_stand_where_each_direction_ends(kind: str, method: str) -> None:
    trace = record(_model(kind), X, method=method)
    for layer in range(2):
        for index, position in ((0, T - 1), (1, 0)):
            row = layer * 2 + index
            assert np.array_equal(trace.h_n[row], trace["hidden"][layer, index, position])
            if trace.c_n is not None:
                assert np.array_equal(trace.c_n[row], trace["cell"][layer, index, position])
    assert trace.h_n.shape == trace.h_0.shape == (4, UNITS)
    assert (trace.c_n is None) == (trace.c_0 is None) == (kind != "lstm")


def test_a_run_goes_on_from_its_last_states() -> None:
    model = random_model("lstm", 3, UNITS, num_layers=2)
    whole, first = record(model, X, method="step"), record(model, X[:4], method="step")
    rest = record(model, X[4:], h_0=first.h_n[:, None], c_0=first.c_n, method="step")
    for name in whole.signals:
        assert np.array_equal(whole[name], np.concatenate([first[name], rest[name]], axis=2)), name


def test_before_is_the_state_each_step_read() -> None:
    h_0 = np.arange(16).reshape(4, UNITS) / 16
    trace = record(_model("gru"), X, h_0=h_0)
    there, back = trace.before("hidden", 1, "forward"), trace.before("hidden", 1, "reverse")
    assert np.array_equal(there[0], np.float32(h_0[2]))
    assert np.array_equal(there[1:], trace.select("hidden", 1)[:-1])
    assert np.array_equal(back[-1], np.float32(h_0[3]))
    assert np.array_equal(back[:-1], trace.select("hidden", 1, "reverse")[1:])


def test_only_states_have_a_start() -> None:
    with pytest.raises(UnknownSignalError, match=r"'forget' is no state of an LSTM"):
        _trace().initial("forget")
    with pytest.raises(UnknownSignalError, match=r"'cell' is no state of a GRU"):
        _trace("gru").initial("cell")


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_the_table_has_one_row_a_value(kind: str) -> None:
    trace = _trace(kind)
    frame = trace.to_frame()
    assert list(frame.columns) == ["signal", "layer", "direction", "time", "label", "unit", "value"]
    assert len(frame) == sum(trace[name].size for name in trace.signals)
    assert not frame.duplicated(["signal", "layer", "direction", "time", "unit"]).any()
    for row in frame.sample(100, random_state=0).itertuples():
        assert row.value == trace.select(row.signal, row.layer, row.direction)[row.time, row.unit]
        assert row.label == trace.labels[row.time]


def test_the_table_of_a_projection_is_whole() -> None:
    trace = _trace(proj_size=2)
    assert len(trace.to_frame().query("signal == 'hidden'")) == 2 * 2 * T * 2


CLAMPS = (
    Clamp("hidden", np.linspace(-1, 1, 6).reshape(3, 2), 1, "reverse", (2, 0), 4, 7),
    Clamp("hidden", 0.5, mode="scale"),
)


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.parametrize("clamps", [(), CLAMPS], ids=["free", "clamped"])
@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_a_saved_trace_comes_back_whole(kind: str, clamps: tuple[Clamp, ...], double: bool, tmp_path: Path) -> None:
    import torch

    model = _model(kind, dtype=torch.float64 if double else torch.float32)
    trace = record(model, X, labels=["<", "é", '"', "\n", "·", "\\", "", "🙂", "]"], clamps=clamps)
    trace.save(tmp_path / "t.npz")
    back = Trace.load(tmp_path / "t.npz")
    assert (back.kind, back.signals, back.labels) == (trace.kind, trace.signals, trace.labels)
    assert (back.method, back.max_error) == (trace.method, trace.max_error)
    for name in ("inputs", "h_0", "c_0", "h_n", "c_n", "output"):
        theirs, ours = getattr(trace, name), getattr(back, name)
        assert (ours is None) == (theirs is None)
        if theirs is not None:
            assert ours.dtype == theirs.dtype
            assert np.array_equal(ours, theirs)
    for name in trace.signals:
        assert back[name].dtype == (np.float64 if double else np.float32)
        assert np.array_equal(back[name], trace[name])
        assert not back[name].flags.writeable
    assert len(back.clamps) == len(clamps)
    if clamps:
        again = record(model, X, clamps=back.clamps)
        assert all(np.array_equal(again[name], trace[name]) for name in trace.signals)


def test_a_head_s_output_is_kept_too() -> None:
    from dataclasses import replace

    import torch

    from explorer.models import Head

    model = replace(random_model("gru", 3, UNITS), head=Head(torch.ones(2, UNITS), None, ("a", "b")))
    trace = record(model, X)
    assert trace.output is not None
    assert np.allclose(trace.output, trace.select("hidden").sum(axis=1, keepdims=True), rtol=0, atol=1e-6)
    file = io.BytesIO()
    trace.save(file)
    file.seek(0)
    output = Trace.load(file).output
    assert output is not None
    assert np.array_equal(output, trace.output)
    assert not output.flags.writeable


HEADER = np.frombuffer(b'{"kind": "gru", "method": "step", "max_error": null, "labels": [], "clamps": []}', np.uint8)


def _npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, np.ones(3))
    return file.getvalue()


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("header.npy", b"nothing")
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text",
        _npy(),
        _npz(a=np.ones(2)),
        _npz(header=np.frombuffer(b"[]", np.uint8)),
        _zip(),
        _npz(header=HEADER),
    ],
    ids=["empty", "text", "npy", "other arrays", "other header", "other zip", "a header alone"],
)
def test_a_strange_file_is_refused(content: bytes) -> None:
    with pytest.raises(CheckpointError, match=r"no saved trace.*Trace\.save"):
        Trace.load(io.BytesIO(content))


def test_a_damaged_file_is_refused_wherever_it_is_damaged() -> None:
    file = io.BytesIO()
    _trace("gru").save(file)
    whole = file.getvalue()
    refused = 0
    for place in range(0, len(whole), 41):
        broken = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        for content in (broken, whole[:place]):
            try:
                Trace.load(io.BytesIO(content))
            except CheckpointError:
                refused += 1
    assert refused > 100


def _repacked(**changes: Any) -> bytes:
    """A saved trace some of whose entries are other bytes, their checksums right."""
    file = io.BytesIO()
    record(random_model("gru", 2, 3), np.ones((4, 2))).save(file)
    with zipfile.ZipFile(file) as archive:
        entries = {name.removesuffix(".npy"): archive.read(name) for name in archive.namelist()}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in (entries | changes).items():
            if content is None:
                continue
            archive.writestr(name + ".npy", content if isinstance(content, bytes) else _array(content))
    return written.getvalue()


def _array(values: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


@pytest.mark.parametrize(
    "changes",
    [
        {"signal.hidden": b"\x92NUMPY without its magic"},
        {"signal.hidden": np.ones((1, 1, 5, 3), np.float32)},
        {"signal.update": np.ones((1, 1, 4), np.float32)},
        {"signal.forget": np.ones((1, 1, 4, 3), np.float32)},
        {"signal.new": np.full((1, 1, 4, 3), "a")},
        {"h_0": np.ones((2, 3), np.float32)},
        {"inputs": np.ones((3, 2), np.float32)},
        {"output": np.float32(1)},
        {"inputs": None},
        {"h_n": None},
        {"signal.update": None},
    ],
    ids=lambda changes: " ".join(changes),
)
def test_a_trace_whose_parts_are_not_of_one_run_is_refused(changes: dict[str, Any]) -> None:
    assert Trace.load(_repacked()).kind == "gru"
    with pytest.raises(CheckpointError, match="no saved trace"):
        Trace.load(_repacked(**changes))


def test_where_a_trace_cannot_be_written_is_said(tmp_path: Path) -> None:
    for place in (tmp_path / "none" / "t.npz", None, 5):
        with pytest.raises(CheckpointError, match="cannot be written"):
            _trace("gru").save(place)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no saved trace"):
        Trace.load(tmp_path / "none.npz")


def test_a_batch_of_two_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(4, 2, 4\)"):
        record(_model("gru"), X, h_0=np.zeros((4, 2, UNITS)))
