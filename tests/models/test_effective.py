"""Live modules whose weights are computed, or that stand inside something: what is read is what they compute with."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

import explorer
from tests.models.computed_weights import (
    CELLS,
    DERIVED,
    INPUTS,
    KINDS,
    LSTM,
    ONLY_LIVE,
    QUANTISED,
    UNITS,
    WRAPPERS,
    X,
    cell_of,
    hidden,
    loop,
    module_of,
    more_than_weights,
    moved,
    ours,
    quantised,
)  # fmt: skip
from tests.models.reference import distance

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
    pytest.mark.filterwarnings("ignore:.*quantize:UserWarning"),
]
SINGLE = 1e-6


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", [*DERIVED, *ONLY_LIVE])
def test_a_computed_weight_is_read_as_the_module_computes_it(form: str, kind: str) -> None:
    module = moved((DERIVED | ONLY_LIVE)[form](module_of(kind)))
    before = {name: value.clone() for name, value in module.state_dict().items()}
    model = explorer.from_torch(module)
    assert module.training
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert distance(ours(model), hidden(module)) <= SINGLE


@pytest.mark.parametrize("kind", CELLS)
def test_cells_have_computed_weights_too(kind: str) -> None:
    cell = moved(parametrizations.weight_norm(CELLS[kind](INPUTS, UNITS), "weight_ih"))
    assert distance(ours(explorer.from_torch(cell)), loop(cell)) <= SINGLE


SHAPES: dict[str, dict[str, Any]] = {
    "plain": {},
    "2 layers, both directions, no bias": {"num_layers": 2, "bidirectional": True, "bias": False},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_what_stands_around_a_module_is_taken_off(wrapper: str, kind: str, shape: str) -> None:
    options = SHAPES[shape] | ({"nonlinearity": "relu"} if kind == "rnn" else {})
    module = module_of(kind, **options)
    state = torch.get_rng_state()
    model = explorer.from_torch(WRAPPERS[wrapper](module))
    assert torch.equal(torch.get_rng_state(), state)
    assert distance(ours(model), hidden(module)) <= SINGLE


@pytest.mark.parametrize("write", [torch.jit.script, lambda m: torch.jit.trace(m, torch.from_numpy(X))])
@pytest.mark.parametrize("kind", CELLS)
def test_scripts_of_cells(kind: str, write: Any) -> None:
    cell = cell_of(kind, **({"nonlinearity": "relu"} if kind == "rnn" else {}))
    assert distance(ours(explorer.from_torch(write(cell))), loop(cell)) <= SINGLE


@pytest.mark.parametrize("module", [LSTM(), nn.Sequential(module_of("lstm"))], ids=["own", "sequential"])
def test_a_script_of_something_else_is_refused(module: Any) -> None:
    for script in (torch.jit.trace(module, torch.from_numpy(X)), nn.DataParallel(module)):
        with pytest.raises(explorer.CheckpointError, match="is no recurrent module"):
            explorer.from_torch(script)


def test_what_overrides_forward_is_not_made_plain() -> None:
    class Louder(nn.LSTM):
        def forward(self, *inputs: Any) -> Any:
            output, state = super().forward(*inputs)
            return 2 * output, state

    torch.manual_seed(1)
    module = parametrizations.weight_norm(Louder(INPUTS, UNITS), "weight_hh_l0")
    with pytest.raises(explorer.CheckpointError, match="forward of its own"):
        explorer.from_torch(module)


def test_what_holds_more_is_not_made_plain() -> None:
    with pytest.raises(explorer.CheckpointError, match="beside the weights"):
        explorer.from_torch(more_than_weights())


@pytest.mark.parametrize("bits", QUANTISED)
@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_quantised_modules(kind: str, bits: str) -> None:
    net, exact = quantised(module_of(kind, num_layers=2, bidirectional=True), QUANTISED[bits])
    model = explorer.from_torch(net["rnn"])
    assert distance(ours(model), hidden(exact)) <= SINGLE
    assert distance(ours(model), hidden(net["rnn"])) <= (0.05 if bits == "8 bits" else 1e-3)
    assert "quantised" in model.card["notes"][0]


@pytest.mark.parametrize("bits", QUANTISED)
@pytest.mark.parametrize("kind", CELLS)
def test_quantised_cells(kind: str, bits: str) -> None:
    net, exact = quantised(cell_of(kind, **({"nonlinearity": "relu"} if kind == "rnn" else {})), QUANTISED[bits])
    assert distance(ours(explorer.from_torch(net["rnn"])), loop(exact)) <= SINGLE


@pytest.mark.parametrize("form", ["plain", "normed", "compiled"])
def test_shapes_without_numbers_are_named(form: str) -> None:
    module: Any = nn.LSTM(INPUTS, UNITS, device="meta")
    if form == "normed":
        module = parametrizations.weight_norm(module, "weight_hh_l0")
    with pytest.raises(explorer.CheckpointError, match=r"weight_ih_l0 is on the meta device"):
        explorer.from_torch(torch.compile(module) if form == "compiled" else module)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_with_computed_weights(dtype: torch.dtype) -> None:
    module = moved(parametrizations.weight_norm(module_of("gru").to(dtype), "weight_hh_l0"))
    model = explorer.from_torch(module)
    kept = torch.float64 if dtype == torch.float64 else torch.float32
    plain = module_of("gru").to(kept)
    plain.load_state_dict({name: getattr(module, name).detach().to(kept) for name in plain.state_dict()})
    with torch.no_grad():
        expected = plain(torch.from_numpy(X).to(kept))[0].numpy()
    assert distance(ours(model), expected) <= SINGLE
