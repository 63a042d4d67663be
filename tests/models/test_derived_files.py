"""Files whose weights are computed from what they keep: the states are those of the module that was saved."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

import explorer
from explorer.models import inspect_checkpoint
from tests.models.checkpoint_writers import as_npz, as_safetensors, saved
from tests.models.computed_weights import (
    CELLS,
    DERIVED,
    KINDS,
    ONLY_LIVE,
    UNITS,
    cell_of,
    hidden,
    loop,
    module_of,
    moved,
    ours,
    prefixed,
    pruned_head,
    quantised,
)  # fmt: skip
from tests.models.reference import distance

SINGLE = 1e-6
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*quantize:UserWarning"),
]
DROPPED = ("dropped", "dropped inside")


@pytest.mark.parametrize("prefix", ["", "model.enc.", "module._orig_mod.lstm."])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", DERIVED)
def test_computed_weights(form: str, kind: str, prefix: str) -> None:
    module = moved(DERIVED[form](module_of(kind)))
    data = saved(prefixed(module.state_dict(), prefix))
    model = explorer.load_checkpoint(data)
    assert distance(ours(model), hidden(module)) <= SINGLE
    assert any("put together here" in note for note in model.card["notes"])
    contents = inspect_checkpoint(data).contents
    (made,) = contents.made_of.values()
    assert made
    assert not set(made) & contents.tensors.keys()


@pytest.mark.parametrize("writer", [as_safetensors, as_npz], ids=["safetensors", "npz"])
@pytest.mark.parametrize("form", ["weight norm of columns", "spectral norm", "old weight norm of all"])
def test_computed_weights_in_other_formats(form: str, writer: Callable[[Any], bytes]) -> None:
    module = moved(DERIVED[form](module_of("gru")))
    assert distance(ours(explorer.load_checkpoint(writer(module.state_dict()))), hidden(module)) <= SINGLE


@pytest.mark.parametrize("form", ONLY_LIVE)
def test_a_function_that_no_file_names_is_refused(form: str) -> None:
    module = moved(ONLY_LIVE[form](module_of("lstm", num_layers=2)))
    weight = next(iter(module.parametrizations))
    with pytest.raises(explorer.CheckpointError, match=f"'{weight}' is computed by a parametrization.*from_torch"):
        explorer.load_checkpoint(saved(module.state_dict()))
    with pytest.raises(explorer.CheckpointError, match=f"'net.{weight}' is computed"):
        explorer.load_checkpoint(saved(prefixed(module.state_dict(), "net.")))


def test_a_weight_drop_without_what_a_step_left_behind() -> None:
    """Above the module that it drops, as a wrapper keeps it; the dropped copy may be there or not."""
    module = moved(module_of("lstm"))
    state = module.state_dict()
    raw = state.pop("weight_hh_l0")
    for copy in ({}, {"rnns.0.module.weight_hh_l0": raw * (torch.arange(UNITS) > 2)}):
        tree = {"rnns.0.weight_hh_l0_raw": raw} | prefixed(state, "rnns.0.module.") | copy
        model = explorer.load_checkpoint(saved(tree))
        assert distance(ours(model), hidden(module)) <= SINGLE


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_precisions(dtype: torch.dtype) -> None:
    module = moved(parametrizations.weight_norm(module_of("lstm"), "weight_hh_l0")).to(dtype)
    model = explorer.load_checkpoint(saved(module.state_dict()))
    exact = parametrizations.weight_norm(module_of("lstm"), "weight_hh_l0").double()
    exact.load_state_dict({name: value.double() for name, value in module.state_dict().items()})
    plain = module_of("lstm").double()
    plain.load_state_dict({name: getattr(exact, name).detach() for name in plain.state_dict()})
    assert distance(ours(model), hidden(plain.to(torch.float64 if dtype == torch.float64 else torch.float32))) <= SINGLE
    said = {torch.float16: "half precision", torch.bfloat16: "bfloat16"}.get(dtype, "weight normalisation")
    assert said in " ".join(model.card["notes"])


def test_a_pruned_head_is_a_head() -> None:
    net = pruned_head()
    model = explorer.load_checkpoint(saved(net.state_dict()))
    assert model.head is not None
    assert torch.equal(model.head.weight, net["head"].weight.detach())


OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "2 layers": {"num_layers": 2},
    "both directions": {"bidirectional": True},
    "2 layers, both directions": {"num_layers": 2, "bidirectional": True},
}


@pytest.mark.parametrize("dtype", [torch.qint8, torch.float16])
@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_quantised_layers(kind: str, options: str, dtype: torch.dtype) -> None:
    net, exact = quantised(module_of(kind, **OPTIONS[options]), dtype)
    model = explorer.load_checkpoint(saved(net.state_dict()))
    assert distance(ours(model), hidden(exact)) <= SINGLE
    assert "quantisation" in " ".join(model.card["notes"])
    assert ("rounds its inputs" in " ".join(model.card["notes"])) == (dtype == torch.qint8)


@pytest.mark.parametrize("dtype", [torch.qint8, torch.float16])
@pytest.mark.parametrize("kind", CELLS)
def test_quantised_cells_and_heads(kind: str, dtype: torch.dtype) -> None:
    net, exact = quantised(cell_of(kind), dtype, head=nn.Linear(UNITS, 2))
    model = explorer.load_checkpoint(saved(net.state_dict()))
    assert distance(ours(model), loop(exact)) <= SINGLE
    assert model.head is not None
    weight = net["head"].weight()
    assert np.allclose(model.head.weight, weight.dequantize() if weight.is_quantized else weight, atol=1e-6)


def test_two_layers_or_two_directions_of_a_quantised_module_are_not_guessed() -> None:
    """As many inputs as units: the packed list then looks alike."""
    for options in ({"num_layers": 2}, {"bidirectional": True}):
        net, _ = quantised(nn.LSTM(UNITS, UNITS, **options), torch.qint8)
        with pytest.raises(explorer.CheckpointError, match="'rnn' may be two layers or two directions"):
            explorer.load_checkpoint(saved(net.state_dict()))


def test_a_packed_layer_that_lacks_what_reads_its_inputs_is_refused_by_name() -> None:
    name = "rnn._all_weight_values.0.param.packed.0.4.1.packed.0"
    state = {f"{name}.0": torch.ones(4 * UNITS, UNITS), f"{name}.1": torch.ones(4 * UNITS)}
    with pytest.raises(explorer.CheckpointError, match="'rnn' may be neither one nor two directions"):
        explorer.load_checkpoint(saved(state))
