"""Whatever a public function is given, it answers or says one short sentence: nothing else is ever raised."""

import copy
import inspect
import io
import itertools
import pickle
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

import explorer
from explorer import figures, measures
from explorer.models.run.given import as_array
from explorer.trace import as_recorded, saliency, time_average
from explorer.watching import as_if_padded, gathered

LSTM = nn.LSTM(2, 3, num_layers=2, bidirectional=True)
MODEL = explorer.from_torch(LSTM)
TEXT = explorer.load_model("brackets-lstm")
X = np.random.default_rng(0).normal(size=(6, 2))
TRACE = explorer.record(MODEL, X)
SAID = explorer.record(TEXT, "f(x[0])")
SLOPES = explorer.gradients(MODEL, X)
CHUNKS = explorer.record_chunks(MODEL, X, chunk=2, bins=3)
BOOK = measures.ledger(TRACE)
WATCHED = nn.GRU(2, 3)
with explorer.watch(WATCHED) as SEEN:
    WATCHED(torch.ones(6, 2, 2))
PADDED = as_if_padded(SEEN["GRU"].calls[0], 0, 9)
TOLD = explorer.scan(MODEL, X, [explorer.scanning.Histograms(), explorer.scanning.Moments()])
CURVE = figures.Curve("a", np.ones(6), "lstm")


class Hostile:
    """Raises whatever it is asked."""

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("no array")

    def __len__(self) -> int:
        raise OSError("no length")

    def __iter__(self) -> Iterator[Any]:
        raise KeyError("no iteration")

    def __repr__(self) -> str:
        raise AttributeError("no words")


def packed(lengths: list[int]) -> Any:
    padded = torch.ones(max(lengths), len(lengths), 2)
    return pack_padded_sequence(padded, torch.tensor(lengths))


def quantised() -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch will part with them one day
        return torch.quantize_per_tensor(torch.ones(6, 2), 0.1, 0, torch.qint8)


def nested(count: int) -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls nested tensors a prototype
        return torch.nested.nested_tensor([torch.ones(6, 2)] * count)


PROBED = measures.probe(np.eye(12, 3), np.arange(12) % 2)
NONSENSE: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "a bool": lambda: True,
    "a float": lambda: 1.5,
    "a negative": lambda: -1,
    "far below": lambda: -(10**30),
    "a huge whole number": lambda: 10**400,
    "NaN": lambda: float("nan"),
    "complex": lambda: 1j,
    "a word": lambda: "nonsense",
    "a long word": lambda: "é" * 100_000,
    "no words": lambda: "",
    "bytes": lambda: b"\x00\xff",
    "an empty list": list,
    "a ragged list": lambda: [[1.0, 2.0], [3.0]],
    "a list of None": lambda: [None],
    "a list of words": lambda: ["a", "b"],
    "a dictionary": lambda: {"a": 1},
    "a set": lambda: {1, 2},
    "a tuple of three": lambda: (1, "forward", None),
    "a generator": lambda: (value for value in "abc"),
    "an object": object,
    "a hostile object": Hostile,
    "a class": lambda: int,
    "a function": lambda: len,
    "0-d": lambda: np.array(3.0),
    "four axes": lambda: np.zeros((1, 2, 3, 4)),
    "no steps": lambda: np.zeros((0, 2)),
    "an array of objects": lambda: np.array([object(), None], dtype=object),
    "complex numbers": lambda: np.zeros((6, 2), dtype=complex),
    "dates": lambda: np.array(["2020-01-01"], dtype="datetime64[D]"),
    "a record array": lambda: np.zeros(6, dtype=[("a", "f4"), ("b", "i4")]),
    "masked": lambda: np.ma.masked_array(X, mask=X > 0),
    "infinite": lambda: np.full((6, 2), np.inf),
    "a frame of words": lambda: pd.DataFrame({"a": ["x", "y"]}),
    "a frame with gaps": lambda: pd.DataFrame({"a": [1.0, None], "b": [1, 2]}),
    "a series of categories": lambda: pd.Series(["a", "b"], dtype="category"),
    "a meta tensor": lambda: torch.empty(6, 2, device="meta"),
    "a sparse tensor": lambda: torch.eye(2).to_sparse(),
    "a quantised tensor": quantised,
    "a complex tensor": lambda: torch.zeros(6, 2, dtype=torch.complex64),
    "two nested sequences": lambda: nested(2),
    "two packed sequences": lambda: packed([4, 2]),
    "a module": lambda: nn.Linear(2, 2),
    "another trace": lambda: SAID,
    "another model": lambda: TEXT,
    "slopes": lambda: SLOPES,
    "a clamp": lambda: explorer.Clamp("forget", 1.0),
    "a file": lambda: io.BytesIO(b"PK\x03\x04nothing"),
    "a file of text": lambda: io.StringIO("nothing"),
}

GOOD: dict[str, Any] = {
    "cell": MODEL.cell(), "model": MODEL, "trace": TRACE, "x": X, "signal": "forget", "layer": 0,
    "direction": "forward", "step": 1,
    "unit": 1, "units": [0, 1], "first": TRACE, "second": TRACE, "before": TRACE, "after": TRACE, "found": SLOPES,
    "values": np.ones((6, 3)), "correlation": np.ones(6), "kind": "lstm", "bias": [1.0], "logits": np.ones((6, 2)),
    "output": np.ones((6, 2)), "answers": np.ones(6), "free": np.ones((6, 2)), "held": np.ones((3, 6, 2)),
    "by": "movement", "labels": list("abcdef"), "token": "a", "ratio": np.ones(6), "changes": [1.0, 2.0],
    "every": 2, "seed": 0, "steps": 6, "curves": [CURVE], "title": "t", "biases": [0.0, 1.0], "gate": "forget",
    "symbol": "f", "theme": "light", "counts": {"lstm": {"forget": 3}, "gru": {"update": 3}, "rnn": {"hidden": 3}},
    "chosen": "lstm", "one": np.ones((6, 3)), "two": np.zeros((6, 3)), "carried": TRACE, "reset": TRACE,
    "names": ["a"],
    "net": LSTM, "path": io.BytesIO(), "known": [1.0], "taus": np.ones(3), "from_bias": np.ones(3), "tau": 2.0,
    "book": BOOK,
    "overview": CHUNKS.overview, "slow": measures.spectrum(np.arange(6.0)), "result": "1", "module": LSTM,
    "pieces": [figures.Piece("a", 1.0, "input")], "input_size": 2, "hidden_size": 3, "value": 1.0,
    "sequences": [X, X[:3]],
    "source": b"nothing", "name": "brackets-lstm", "start": 0, "stop": 3, "network": measures.MYTH[0],
}  # fmt: skip
OTHERS: dict[str, dict[str, Any]] = {
    "align": {"first": "abc", "second": "abd"},
    "aligned": {"steps": range(6)},
    "probe": {"values": np.eye(12, 3), "labels": np.arange(12) % 2},
    "probes": {"values": np.eye(12, 3), "labels": list("ab" * 6)},
    "elsewhere": {"wanted": [measures.Wanted(1, 0.5)]},
    "shares": {"inside": np.arange(6) > 2, "values": np.arange(6)},
    "parting": {"values": np.arange(6.0), "labels": np.arange(6) > 2},
    "probe_ranking": {"found": PROBED},
    "probe_weights": {"found": PROBED},
    "concept_line": {"values": np.ones(6), "labels": np.arange(6) > 2, "tokens": list("abcdef"), "first": 0},
    "saturation_scatter": {"shares": {"Forget gate": np.ones((3, 2)) / 2}},
    "likeness_map": {"found": measures.alike(np.eye(9, 3))},
    "counter_lines": {"units": [0, 1, 2], "first": 0},
    "divergences": {"model": TEXT, "first": np.ones((6, 2)), "second": np.ones((6, 2))},
    "before": {"signal": "hidden"},
    "scale_end": {"signal": MODEL.cell().word("forget")},
    "initial": {"signal": "cell"},
    "profile": {"lines": [np.ones(6)], "at": [2], "before": 1, "after": 1},
    "separation": {"profiles": [measures.profile([np.ones(6)], [2], 1, 1)] * 2},
    "effects": {"model": TEXT, "by": "answer"},
    "step_losses": {"model": TEXT},
    "changes": {"model": TEXT, "before": SAID, "after": SAID},
    "likeliest": {"model": TEXT, "trace": SAID},
    "probabilities": {"trace": SAID},
    "preactivation": {"steps": slice(None)},
    "implied_time_constant": {"bias": 1.0},
    "spread": {"values": [np.ones(3)]},
    "saliency_triangle": {"found": np.ones((6, 6)), "labels": tuple("abcdef")},
    "gate_knock_outs": {"value": "zero"},
    "unit_knock_outs": {"value": "zero"},
    "letter": {"notation": "torch"},
    "unit_check": {"correlation": np.ones(6)},
    "arithmetic": {"notation": "torch", "update": "keep"},
    "timescale_atlas": {"unit": 1},
    "save_states": {"h_0": TRACE.h_0},
    "batch_picture": {"found": gathered(np.ones((3, 6))), "signal": MODEL.cell().word("forget")},
    "padding_picture": {"found": PADDED},
    "histogram_map": {"found": TOLD[0]["forget"], "signal": MODEL.cell().word("forget"), "direction": 0},
    "group_map": {"found": TOLD[1]["forget"], "signal": MODEL.cell().word("forget"), "direction": 0},
    "matter_bars": {"found": measures.matter(TEXT, np.arange(12) % 6, 1, others=2)},
    "patch_picture": {"found": measures.patch_map(TEXT, "f(x", "f[x"), "kind_words": {}},
    "matter": {"model": TEXT, "values": np.arange(12) % 6},
    "patch_map": {"model": TEXT, "first": "f(x", "second": "f[x"},
    "scan": {"corpus": X, "what": explorer.scanning.Moments()},
    "save_figure": {"figure": figures.gate_stack(TRACE), "path": "nowhere.txt"},
}


def _functions() -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {
        name: getattr(room, name)
        for room in (explorer, measures, figures)
        for name in room.__all__
        if inspect.isfunction(getattr(room, name))
    }
    found |= {"saliency": saliency, "time_average": time_average, "as_recorded": as_recorded}
    found |= {"Clamp": explorer.Clamp, "Coupling": explorer.Coupling}
    found |= {
        "select": TRACE.select,
        "before": TRACE.before,
        "initial": TRACE.initial,
        "Trace.load": explorer.Trace.load,
    }
    found |= {"state_at": SAID.state_at, "show_trace": explorer.notebook.show_trace}
    found |= {"[]": TRACE.__getitem__, "save": TRACE.save, "weights": MODEL.weights, "window": CHUNKS.window}
    return found


FUNCTIONS = _functions()
GATHERED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
FAULTY = {"load_checkpoint", "checkpoint_groups", "Trace.load", "save", "load_states", "open_run", "save_figure"}
"""They have no good argument here: each is tried with what is none."""


def _good(name: str) -> dict[str, Any]:
    """Arguments that a function answers to, those that it needs and those that the table has."""
    own = OTHERS.get(name, {})
    arguments = {}
    for one, parameter in inspect.signature(FUNCTIONS[name]).parameters.items():
        if one in own:
            arguments[one] = own[one]
        elif parameter.default is inspect.Parameter.empty and parameter.kind not in GATHERED and one in GOOD:
            arguments[one] = GOOD[one]
    return arguments


def _call(name: str, arguments: dict[str, Any]) -> Any:
    result = FUNCTIONS[name](**arguments)
    return list(itertools.islice(result, 0)) if name == "bust" else result


def _raised(name: str, arguments: dict[str, Any]) -> Exception | None:
    try:
        _call(name, arguments)
    except Exception as raised:  # whatever it is, to be looked at
        return raised
    return None


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - FAULTY - {"bust", "list_models"}))
def test_each_answers_to_what_it_promises(name: str) -> None:
    arguments = _good(name)
    silent = ("first_parting", "predictions", "aligned", "scale_finding", "save_states")
    assert _call(name, arguments) is not None or name in silent


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_nothing_but_a_sentence_is_raised(name: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for parameter in inspect.signature(FUNCTIONS[name]).parameters.values():
        if parameter.kind in GATHERED or parameter.name in ("progress", "cancel"):  # a function's own error is its own
            continue
        for what, make in NONSENSE.items():
            raised = _raised(name, _good(name) | {parameter.name: make()})
            if raised is not None:
                assert isinstance(raised, explorer.ExplorerError), (name, parameter.name, what, raised)
                assert 10 < len(str(raised)) < 300, (name, parameter.name, what)


REFUSED: dict[str, Callable[[], Any]] = {
    name: NONSENSE[name]
    for name in (
        "None", "a bool", "a float", "complex", "a word", "bytes", "an empty list", "a ragged list", "a list of None",
        "a dictionary", "a set", "an object", "a hostile object", "0-d", "four axes", "no steps",
        "an array of objects", "complex numbers", "dates", "a record array", "masked", "infinite", "a frame of words",
        "a frame with gaps", "a meta tensor", "a complex tensor", "two nested sequences", "two packed sequences",
        "a huge whole number",
    )
}  # fmt: skip


def record_batch(model: explorer.Model, x: Any) -> Any:
    """The same as one of two sequences."""
    return explorer.record_batch(model, [X, x])


RUNS = [explorer.record, explorer.record_chunks, explorer.gradients, record_batch]


@pytest.mark.parametrize("run", RUNS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_sequence_is_never_run(run: Callable[..., Any], what: str) -> None:
    with pytest.raises(explorer.ExplorerError):
        run(MODEL, REFUSED[what]())


ACCEPTED: dict[str, Callable[[], Any]] = {
    "lists": X.tolist,
    "a frame": lambda: pd.DataFrame(X, columns=["p", "q"]),
    "a frame of decimals": lambda: pd.DataFrame([[Decimal(str(value)) for value in row] for row in X.tolist()]),
    "a list of tensors": lambda: [torch.tensor(row, requires_grad=True) for row in X],
    "a list of arrays": lambda: list(X),
    "a generator of rows": lambda: (row for row in X),
    "a tensor that learns": lambda: torch.tensor(X, requires_grad=True),
    "a sparse tensor": lambda: torch.tensor(X).to_sparse(),
    "one nested sequence": lambda: nested_of(X),
    "one packed sequence": lambda: pack_padded_sequence(torch.tensor(X)[:, None], torch.tensor([6])),
    "swapped bytes": lambda: X.astype(">f8"),
    "long doubles": lambda: X.astype(np.longdouble),
    "not masked": lambda: np.ma.masked_array(X),
    "objects": lambda: X.astype(object),
    "upside down": lambda: np.asfortranarray(X)[::-1][::-1],
}


def nested_of(values: Any) -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.nested.nested_tensor([torch.tensor(values)])


@pytest.mark.parametrize("what", ACCEPTED)
def test_numbers_are_taken_however_they_are_held(what: str) -> None:
    found = explorer.record(MODEL, ACCEPTED[what](), method="step")
    expected, _ = LSTM(torch.tensor(X).float())
    last = np.concatenate(list(found["hidden"][1]), axis=-1)
    np.testing.assert_allclose(last, expected.detach().numpy(), atol=1e-6)


@pytest.mark.parametrize(
    "low", [torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.int8, torch.bool, "quantised"], ids=str
)
def test_lower_precisions_come_as_the_numbers_they_hold(low: Any) -> None:
    held = quantised() if low == "quantised" else torch.tensor(X).float().to(low)
    exact = held.dequantize() if low == "quantised" else held.float()
    np.testing.assert_array_equal(as_array(held).astype(float), exact.double().numpy())
    expected, _ = LSTM(exact)
    last = np.concatenate(list(explorer.record(MODEL, held)["hidden"][1]), axis=-1)
    np.testing.assert_allclose(last, expected.detach().numpy(), atol=1e-6)


def test_a_column_of_whole_numbers_is_token_ids() -> None:
    ids = pd.Series([3, 1, 2], index=[5, 6, 7])
    np.testing.assert_array_equal(explorer.record(TEXT, ids)["hidden"], explorer.record(TEXT, [3, 1, 2])["hidden"])


@pytest.mark.parametrize("again", [copy.deepcopy, copy.copy, lambda one: pickle.loads(pickle.dumps(one))])
@pytest.mark.parametrize("made", [TRACE, SAID, SLOPES, CHUNKS.overview, CHUNKS], ids=lambda one: type(one).__name__)
def test_what_was_recorded_stays_as_it_is(made: Any, again: Callable[[Any], Any]) -> None:
    found = list(_arrays(again(made)))
    assert len(found) == len(list(_arrays(made))) > 0
    for array in found:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def _arrays(made: Any) -> Iterator[np.ndarray[Any, Any]]:
    for value in vars(made).values():
        if isinstance(value, np.ndarray):
            yield value
        elif isinstance(value, dict):
            yield from (one for one in value.values() if isinstance(one, np.ndarray))
        elif type(value).__name__ in ("Overview", "_Closed"):
            yield from _arrays(value)


def test_the_callers_own_array_is_left_as_it_was() -> None:
    own = X.copy()
    explorer.record(MODEL, own)
    explorer.record_chunks(MODEL, own, chunk=2)
    own[0] = 0.0


def test_one_output_is_a_value_and_never_a_choice() -> None:
    head = explorer.models.Head(torch.ones(1, 6), labels=("up",), gives="class")
    model = explorer.Model(MODEL.stack, head=head)
    trace = explorer.record(model, X)
    said = measures.predictions(model, trace)
    assert said is not None
    assert [one.probability for one in said] == [None] * 6
    np.testing.assert_allclose([float(one.label) for one in said], trace.output[:, 0], rtol=0.01)
    assert measures.likeliest(model, trace, 0) == ()
    for run in (trace, TRACE):
        with pytest.raises(explorer.ShapeError):
            measures.probabilities(run)


def test_a_callers_own_error_is_his() -> None:
    def told(_: float) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        explorer.record_chunks(MODEL, X, chunk=2, progress=told)


@pytest.mark.parametrize("what", NONSENSE)
def test_what_is_no_module_is_said_to_be_none(what: str) -> None:
    with pytest.raises(explorer.CheckpointError):
        explorer.from_torch(NONSENSE[what]())


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN, nn.LSTMCell, nn.GRUCell, nn.RNNCell])
@pytest.mark.parametrize("options", [{"device": "meta"}, {"dtype": torch.complex64}], ids=str)
def test_a_module_without_real_weights_is_refused(kind: Any, options: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = kind(2, 3, **options)
    with pytest.raises(explorer.CheckpointError, match=r"meta|complex"):
        explorer.from_torch(module)


def test_a_call_without_an_argument_stays_pythons_own() -> None:
    with pytest.raises(TypeError, match="signal"):
        measures.saturation(TRACE)  # type: ignore[call-arg]
