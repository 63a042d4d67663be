"""Every form in which people save recurrent networks opens, and its states are the source module's own."""

import io
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import explorer
from explorer.models.checkpoints import inspect_checkpoint, map_by_hand, open_group
from tests.models.checkpoint_writers import (
    CELLS,
    KERAS_CLASSES,
    MODULES,
    as_npz,
    as_safetensors,
    keras_archive,
    keras_arrays,
    keras_config,
    keras_file,
    onnx_file,
    onnx_node,
    onnx_steps,
    saved,
    weights_of,
)
from tests.models.reference import distance, run_model

INPUTS, UNITS, STEPS = 3, 5, 40
SINGLE, HALF = 1e-6, 1e-3
X = np.random.default_rng(7).normal(size=(STEPS, INPUTS)).astype(np.float32)
State = dict[str, torch.Tensor]


def module_of(kind: str, **options: Any) -> Any:
    torch.manual_seed(11)
    return MODULES[kind](INPUTS, UNITS, **options)


def hidden_of(module: Any, x: Any = X) -> Any:
    """h_t of the last layer, (time, directions·units), from PyTorch itself."""
    with torch.no_grad():
        return module(torch.as_tensor(x).to(next(module.parameters()).dtype))[0].numpy()


def check(model: explorer.Model, module: Any, tolerance: float = SINGLE) -> None:
    trace = explorer.record(model, X)
    last = [trace.select("hidden", trace.num_layers - 1, direction) for direction in trace.directions]
    assert distance(np.concatenate(last, axis=1), hidden_of(module)) <= tolerance


PREFIX = {"lstm": "lstm", "gru": "rnns.main", "rnn": "core"}
OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "2 layers": {"num_layers": 2},
    "both directions": {"bidirectional": True},
    "2 layers, both directions, no bias": {"num_layers": 2, "bidirectional": True, "bias": False},
}


def renamed(state: State, prefix: str) -> State:
    return {f"{prefix}.{name}": value for name, value in state.items()}


def with_optimiser(state: State) -> dict[str, Any]:
    """As a training loop saves: Adam's own tensors are larger in number than the weights."""
    module = nn.Linear(4, 2)
    optimiser = torch.optim.Adam(module.parameters())
    module(torch.ones(1, 4)).sum().backward()
    optimiser.step()
    return {"epoch": 3, "model_state_dict": state, "optimizer_state_dict": optimiser.state_dict(), "loss": 0.25}


WRAPPINGS: dict[str, Callable[[State], Any]] = {
    "state_dict": lambda state: {"state_dict": state},
    "model_state": lambda state: {"model_state": state},
    "net": lambda state: {"net": state, "best": np.float64(0.5)},
    "model and optimiser": with_optimiser,
    "DataParallel": lambda state: renamed(state, "module"),
    "compiled": lambda state: renamed(state, "_orig_mod"),
    "Lightning": lambda state: {
        "epoch": 1, "global_step": 10, "pytorch-lightning_version": "2.5.0", "state_dict": renamed(state, "model"),
        "loops": {"fit_loop": {}}, "hyper_parameters": {"lr": 0.1}, "lr_schedulers": [], "optimizer_states": [],
    },
    "list": lambda state: [state, {"step": 3}],
    "parameters": lambda state: {name: nn.Parameter(value) for name, value in state.items()},
}  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("kind", MODULES)
def test_modules_of_every_shape(kind: str, options: str) -> None:
    module = module_of(kind, **OPTIONS[options])
    model = explorer.load_checkpoint(saved(renamed(module.state_dict(), PREFIX[kind])))
    assert (model.kind, model.num_layers) == (kind, OPTIONS[options].get("num_layers", 1))
    check(model, module)


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_nested_as_trainings_save_it(wrapping: str) -> None:
    module = module_of("lstm", num_layers=2)
    data = saved(WRAPPINGS[wrapping](renamed(module.state_dict(), "lstm")))
    assert explorer.checkpoint_groups(data) == ("model.lstm" if wrapping == "Lightning" else "0.lstm"
                                                if wrapping == "list" else "lstm",)  # fmt: skip
    check(explorer.load_checkpoint(data), module)


@pytest.mark.parametrize("kind", MODULES)
@pytest.mark.parametrize("old", [False, True], ids=["zip", "before zip"])
@pytest.mark.parametrize("protocol", [2, 4])
def test_files_old_and_new(kind: str, old: bool, protocol: int) -> None:
    module = module_of(kind)
    options = {"_use_new_zipfile_serialization": not old, "pickle_protocol": protocol}
    check(explorer.load_checkpoint(saved(with_optimiser(module.state_dict()), **options)), module)


PRECISIONS = {"double": (torch.float64, 1e-12, ""), "half": (torch.float16, HALF, "half precision"),
              "bfloat16": (torch.bfloat16, 1e-2, "bfloat16")}  # fmt: skip


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("writer", [saved, as_safetensors], ids=["pt", "safetensors"])
def test_other_precisions(precision: str, writer: Callable[[Any], bytes]) -> None:
    dtype, tolerance, said = PRECISIONS[precision]
    module = module_of("gru", num_layers=2).to(dtype)
    model = explorer.load_checkpoint(writer(module.state_dict()))
    assert said in " ".join(model.card["notes"])
    single = module_of("gru", num_layers=2).to(torch.float64 if precision == "double" else torch.float32)
    check(model, single, tolerance)
    exact = MODULES["gru"](INPUTS, UNITS, 2)
    exact.load_state_dict({name: value.float() for name, value in module.state_dict().items()})
    if precision != "double":
        check(model, exact)


@pytest.mark.filterwarnings("ignore:.*quantize:UserWarning")
def test_quantised_weights_are_numbers_again() -> None:
    module = module_of("lstm")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch warns of it once a process
        quantised = {
            name: torch.quantize_per_tensor(value, 0.004, 0, torch.qint8) for name, value in module.state_dict().items()
        }
    model = explorer.load_checkpoint(saved(quantised))
    assert "quantised" in " ".join(model.card["notes"])
    exact = MODULES["lstm"](INPUTS, UNITS)
    exact.load_state_dict({name: value.dequantize() for name, value in quantised.items()})
    check(model, exact)


def test_weight_normalisation_is_undone() -> None:
    module = module_of("lstm")
    normed = nn.utils.parametrizations.weight_norm(module_of("lstm"), "weight_hh_l0")
    normed.parametrizations.weight_hh_l0.original0.data *= 1.5
    state = normed.state_dict()
    old = {f"weight_hh_l0_{letter}": state.pop(f"parametrizations.weight_hh_l0.original{number}")
           for number, letter in enumerate("gv")}  # fmt: skip
    module.weight_hh_l0.data *= 1.5
    for tree in (normed.state_dict(), state | old):
        model = explorer.load_checkpoint(saved(tree))
        assert "weight normalisation" in model.card["notes"][0]
        check(model, module)


def test_projection() -> None:
    torch.manual_seed(2)
    module = nn.LSTM(INPUTS, UNITS, 2, proj_size=2, bidirectional=True)
    model = explorer.load_checkpoint(saved(module.state_dict()))
    assert (model.proj_size, model.hidden_size) == (2, UNITS)
    check(model, module)


def test_relu_is_asked_for() -> None:
    module = module_of("rnn", nonlinearity="relu")
    data = saved(module.state_dict())
    assert any("tanh is assumed" in note for note in explorer.load_checkpoint(data).card["notes"])
    model = explorer.load_checkpoint(data, nonlinearity="relu")
    assert model.card["notes"] == ()
    check(model, module)


def test_weights_on_a_gpu_and_views_of_one_storage() -> None:
    module = module_of("gru")
    flat = torch.cat([value.reshape(-1) for value in module.state_dict().values()])
    views, start = {}, 0
    for name, value in module.state_dict().items():
        views[name] = flat[start : start + value.numel()].view_as(value)
        start += value.numel()
    views["weight_hh_l0"] = views["weight_hh_l0"].t().contiguous().t()
    data = saved(views, _use_new_zipfile_serialization=False)
    for content in (saved(views), data, data.replace(b"X\x03\x00\x00\x00cpu", b"X\x03\x00\x00\x00gpu")):
        check(explorer.load_checkpoint(content), module)


@pytest.mark.parametrize("kind", CELLS)
def test_cells_and_stacked_cells(kind: str) -> None:
    module = module_of(kind, num_layers=3)
    cells = nn.ModuleList([CELLS[kind](INPUTS if layer == 0 else UNITS, UNITS) for layer in range(3)])
    for layer, cell in enumerate(cells):
        cell.load_state_dict({role: torch.tensor(value) for role, value in weights_of(module, layer).items()})
    one = MODULES[kind](INPUTS, UNITS)
    one.load_state_dict({f"{role}_l0": value for role, value in cells[0].state_dict().items()})
    check(explorer.load_checkpoint(saved(cells[0].state_dict())), one)
    data = saved(renamed(cells.state_dict(), "cells"))
    assert explorer.checkpoint_groups(data) == ("cells.0", "cells.1", "cells.2")
    with pytest.raises(explorer.CheckpointError, match="'cells' reads them as one stack"):
        explorer.load_checkpoint(data)
    model = explorer.load_checkpoint(data, group="cells")
    assert (model.num_layers, "Your choice" in model.card["notes"][0]) == (3, True)
    check(model, module)
    check(explorer.load_checkpoint(data, group="cells.0"), one)


SPELLINGS = {
    "enc_w_ih": lambda role: f"enc_{role.replace('weight', 'w').replace('bias', 'b')}",
    "enc.W_ih": lambda role: f"enc.{role.replace('weight', 'W').replace('bias', 'b')}",
    "enc/wih": lambda role: f"enc/{role[0]}{role[-2:]}",
    "enc.i2h.weight": lambda role: f"enc.{'i2h' if role.endswith('ih') else 'h2h'}.{role[:-3]}",
    "enc.weight_xh": lambda role: f"enc.{role.replace('ih', 'xh')}",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("turned", [False, True])
def test_spellings(spelling: str, turned: bool) -> None:
    module = module_of("gru")
    tensors = {SPELLINGS[spelling](role): torch.tensor(value) for role, value in weights_of(module).items()}
    if turned:
        tensors = {name: value.t().contiguous() if value.ndim == 2 else value for name, value in tensors.items()}
    for data in (saved(tensors), as_safetensors(tensors), as_npz(tensors)):
        assert explorer.checkpoint_groups(data) == ("enc",)
        check(explorer.load_checkpoint(data), module)


@pytest.mark.parametrize("packed", [False, True])
def test_npz(packed: bool) -> None:
    module = module_of("lstm", bidirectional=True)
    check(explorer.load_checkpoint(as_npz(renamed(module.state_dict(), "lstm"), packed)), module)


def test_encoder_and_decoder_are_told_apart() -> None:
    encoder, decoder = module_of("gru"), MODULES["gru"](4, 6)
    tree = {"encoder": renamed(encoder.state_dict(), "gru"), "decoder": renamed(decoder.state_dict(), "gru")}
    for data in (
        saved(tree),
        as_safetensors(renamed(tree["encoder"], "encoder") | renamed(tree["decoder"], "decoder")),
    ):
        # safetensors sorts its tensors.
        assert set(explorer.checkpoint_groups(data)) == {"encoder.gru", "decoder.gru"}
        with pytest.raises(
            explorer.CheckpointError, match=r"2 recurrent networks.*'(en|de)coder\.gru', '(en|de)coder\.gru'"
        ):
            explorer.load_checkpoint(data)
        with pytest.raises(explorer.CheckpointError, match=r"no group 'lstm'.*'encoder\.gru'"):
            explorer.load_checkpoint(data, group="lstm")
        check(explorer.load_checkpoint(data, group="encoder.gru"), encoder)
        assert explorer.load_checkpoint(data, "module.decoder.gru").input_size == 4


@pytest.mark.parametrize(("units", "offered"), [(4, ()), (8, ("lstm",))])
def test_agreeing_sizes_make_no_stack_but_an_offer(units: int, offered: tuple[str, ...]) -> None:
    layers = nn.ModuleDict({"lstm_1": nn.LSTM(3, 8), "lstm_2": nn.LSTM(8, units), "fc": nn.Linear(units, 2)})
    found = inspect_checkpoint(saved(layers.state_dict()))
    assert [group.name for group in found.groups] == ["lstm_1", "lstm_2"]
    assert tuple(stack.name for stack in found.stacks) == offered
    assert [group.head for group in found.groups] == [None, None if offered else "fc.weight"]
    assert [stack.head for stack in found.stacks] == ["fc.weight"] * len(offered)


def keras_sides(module: Any, kind: str, layer: int, reset_after: bool = True) -> dict[str, Any]:
    sides = {False: "forward", True: "backward"} if module.bidirectional else {False: ""}
    return {
        side: keras_arrays(kind, weights_of(module, layer, reverse), reset_after) for reverse, side in sides.items()
    }


@pytest.mark.parametrize(("options", "style"), list(zip(OPTIONS, ["old", "new", "dotted", "old"], strict=True)))
@pytest.mark.parametrize("kind", MODULES)
def test_keras(kind: str, options: str, style: str) -> None:
    module = module_of(kind, **OPTIONS[options])
    data = keras_file(kind, [keras_sides(module, kind, layer) for layer in range(module.num_layers)], style)
    checkpoint = inspect_checkpoint(io.BytesIO(data))
    # Weights alone do not say that one layer reads the other: the stack is an offer.
    assert len(checkpoint.groups) == module.num_layers
    model = open_group(checkpoint, (checkpoint.groups if module.num_layers == 1 else checkpoint.stacks)[0])
    assert model.kind == kind
    assert any("assumed" in note for note in model.card["notes"])
    check(model, module)


def test_keras_gru_that_resets_before_shows_it_in_its_bias() -> None:
    module = module_of("gru")
    for bias in (True, False):
        module = module_of("gru", bias=bias)
        data = keras_file("gru", [keras_sides(module, "gru", 0, reset_after=False)])
        model = explorer.load_checkpoint(data) if bias else explorer.load_checkpoint(data, reset_after=False)
        assert not model.cell().has_kernel
        ours = explorer.record(model, X)["hidden"]
        weights = weights_of(module)
        if bias:
            weights = weights | {"bias_ih": weights["bias_ih"] + weights["bias_hh"], "bias_hh": 0 * weights["bias_hh"]}
        summed = explorer.from_torch(_gru(weights))
        assert distance(ours, run_model(summed, X, reset_after=False)["hidden"]) <= SINGLE
    assert any("it is assumed" in note for note in explorer.load_checkpoint(data).card["notes"])


def _gru(weights: dict[str, Any]) -> Any:
    module = nn.GRU(INPUTS, UNITS, bias="bias_ih" in weights)
    module.load_state_dict({f"{role}_l0": torch.tensor(value) for role, value in weights.items()})
    return module


STATED = {"lstm": {"activation": "tanh", "recurrent_activation": "sigmoid"}, "rnn": {"activation": "relu"},
          "gru": {"activation": "tanh", "recurrent_activation": "sigmoid", "reset_after": True}}  # fmt: skip


@pytest.mark.parametrize("kind", MODULES)
@pytest.mark.parametrize("archive", [False, True])
def test_keras_states_what_it_does(kind: str, archive: bool) -> None:
    module = module_of(kind, **({"nonlinearity": "relu"} if kind == "rnn" else {}))
    settings = STATED[kind] | {"name": "my_layer", "units": UNITS}
    config = keras_config([("InputLayer", {"name": "in"}), (KERAS_CLASSES[kind], settings)])
    data = keras_file(kind, [keras_sides(module, kind, 0)], config=None if archive else config)
    model = explorer.load_checkpoint(keras_archive(data, config) if archive else data)
    assert model.card["notes"] == ()
    check(model, module)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"activation": "relu", "recurrent_activation": "sigmoid"}, "'relu'"),
        ({"activation": "tanh", "recurrent_activation": "softsign"}, "'softsign'"),
        ({"activation": {"class_name": "function", "config": "elu"}}, "'elu'"),
    ],
)
def test_keras_that_squashes_otherwise_is_refused(settings: dict[str, Any], said: str) -> None:
    module = module_of("lstm")
    config = keras_config([("LSTM", settings | {"name": "lstm", "units": UNITS})])
    with pytest.raises(explorer.CheckpointError, match=f"squashes with {said}"):
        explorer.load_checkpoint(keras_file("lstm", [keras_sides(module, "lstm", 0)], config=config))


def onnx_of(module: Any, kind: str, **attributes: Any) -> bytes:
    nodes, tensors = [], []
    for layer in range(module.num_layers):
        sides = [weights_of(module, layer, reverse) for reverse in (False, True)[: 1 + module.bidirectional]]
        name = f"/{kind}/{kind.upper()}" + (f"_{layer}" if layer else "")
        reads = f"x{layer}" if layer else "x"
        more_nodes, more = onnx_node(kind, sides, name, reads, as_constant=layer == 1, **attributes)
        turning, shapes = onnx_steps(name, UNITS * len(sides), f"x{layer + 1}")
        nodes += more_nodes + turning
        tensors += more + shapes
    return onnx_file(nodes, tensors)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("kind", MODULES)
def test_onnx(kind: str, options: str) -> None:
    module = module_of(kind, **OPTIONS[options])
    attributes = {"linear_before_reset": 1} if kind == "gru" else {}
    data = onnx_of(module, kind, **attributes)
    assert explorer.checkpoint_groups(data) == (kind,)
    check(explorer.load_checkpoint(data), module)


def test_onnx_relu_and_reset_before() -> None:
    module = module_of("rnn", nonlinearity="relu")
    check(explorer.load_checkpoint(onnx_of(module, "rnn", activations=["Relu"])), module)
    gru = module_of("gru")
    model = explorer.load_checkpoint(onnx_of(gru, "gru"))
    ours = explorer.record(model, X)["hidden"]
    assert distance(ours, run_model(explorer.from_torch(gru), X, reset_after=False)["hidden"]) <= SINGLE


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"activations": ["HardSigmoid", "Tanh", "Relu"]}, "hardsigmoid, tanh, relu"),
        ({"activations": ["HardSigmoid", "Tanh", "Tanh"], "activation_beta": [0.4]}, "HardSigmoid"),
        ({"clip": 3.0}, "clips"),
        ({"input_forget": 1}, "couples"),
    ],
)
def test_onnx_of_other_cells_is_refused(attributes: dict[str, Any], said: str) -> None:
    with pytest.raises(explorer.CheckpointError, match=said):
        explorer.load_checkpoint(onnx_of(module_of("lstm"), "lstm", **attributes))


class Tagger(nn.Module):
    """Embedding, recurrent layer, linear head: what most people save."""

    def __init__(self, tokens: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(tokens, INPUTS)
        self.rnn = nn.LSTM(INPUTS, UNITS, bidirectional=True)
        self.fc = nn.Linear(2 * UNITS, 4)


def test_embedding_head_and_vocabulary_come_along() -> None:
    torch.manual_seed(3)
    net, words = Tagger(6), ["<unk>", "the", "cat", "sat", "on", "mat"]
    for vocabulary in (words, {word: number for number, word in enumerate(words)}, dict(enumerate(words))):
        model = explorer.load_checkpoint(saved({"state_dict": net.state_dict(), "config": {"vocab": vocabulary}}))
        assert model.vocabulary == tuple(words)
        trace = explorer.record(model, "The dog sat")
        ids = torch.tensor([1, 0, 3])
        with torch.no_grad():
            expected = net.fc(net.rnn(net.embedding(ids))[0]).numpy()
        assert trace.output is not None
        assert np.abs(trace.output - expected).max() <= 1e-6
    metadata = {"vocab": json.dumps(words)}
    assert explorer.load_checkpoint(as_safetensors(net.state_dict(), metadata)).vocabulary == tuple(words)
    arrays = as_npz(net.state_dict(), vocab=np.array(words))
    assert explorer.load_checkpoint(arrays).vocabulary == tuple(words)


def test_the_first_of_two_layers_is_no_head() -> None:
    net = Tagger(6)
    state = net.state_dict() | {"fc.weight": torch.ones(8, 2 * UNITS), "fc.bias": torch.ones(8)}
    assert explorer.load_checkpoint(saved(state)).head is not None
    deeper = state | {"fc2.weight": torch.ones(3, 8), "fc2.bias": torch.ones(3)}
    model = explorer.load_checkpoint(saved(deeper))
    assert (model.head, model.embedding is not None) == (None, True)
    checkpoint = inspect_checkpoint(saved(deeper))
    assert checkpoint.groups[0].heads == ("fc.weight",)
    picked = open_group(checkpoint, checkpoint.groups[0], head="fc.weight", embedding=None)
    assert (picked.head is not None, picked.embedding) == (True, None)


def test_by_hand() -> None:
    module = module_of("lstm", num_layers=2)
    state = {f"p{number}": value for number, value in enumerate(module.state_dict().values())}
    names = dict(zip(module.state_dict(), state, strict=True))
    checkpoint = inspect_checkpoint(saved(state))
    assert checkpoint.groups == ()
    assert checkpoint.tensors["p0"] == (4 * UNITS, INPUTS)
    group = map_by_hand(checkpoint, names)
    check(open_group(checkpoint, group), module)
    for wrong, said in (
        (names | {"weight_hh_l1": "p9"}, r"no tensor 'p9'"),
        ({"weight_ih_l0": "p0"}, r"at least weight_ih_l0 and weight_hh_l0"),
        (names | {"weight_hh_l1": "p0"}, r"its rows are not 4"),
    ):
        with pytest.raises(explorer.CheckpointError, match=said):
            map_by_hand(checkpoint, wrong)


@pytest.mark.parametrize(("tokens", "said"), [(256, "bytes"), (128, "ASCII"), (100, "printable"), (98, "")])
def test_the_size_of_an_embedding_may_say_what_it_reads(tokens: int, said: str) -> None:
    model = explorer.load_checkpoint(saved(Tagger(tokens).state_dict()))
    assert (model.vocabulary is not None) == bool(said)
    assert said in " ".join(model.card["notes"])
    assert len(explorer.record(model, "ab" if said else [1, 2])) == 2


def test_a_path_and_a_read_file_object_serve_too(tmp_path: Path) -> None:
    module = module_of("lstm")
    path = tmp_path / "my.model.pt"
    torch.save(module.state_dict(), path)
    assert explorer.load_checkpoint(path).name == "my.model"
    check(explorer.load_checkpoint(str(path)), module)
    with path.open("rb") as file:
        assert explorer.checkpoint_groups(file) == ("",)
        check(explorer.load_checkpoint(file, group=""), module)


def test_diverged_weights_open_and_say_so() -> None:
    state = module_of("lstm").state_dict()
    state["weight_hh_l0"][3, 2] = torch.nan
    state["bias_ih_l0"][0] = torch.inf
    model = explorer.load_checkpoint(saved(state))
    assert "2 weights are NaN or infinite" in model.card["notes"][0]
