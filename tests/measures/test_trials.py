"""Mirror, padding, parameters and lags, each against PyTorch's own modules or a plain loop."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

import explorer
from explorer.measures.lags import forecast_lags
from explorer.measures.mirror import mirror
from explorer.measures.padding import padding
from explorer.measures.parameters import counts, in_keras, one_bias_gap
from explorer.models import Head
from explorer.models.model.variants import with_swapped_directions

RNG = np.random.default_rng(4)
MODULES = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


def both_ways(kind: str) -> nn.Module:
    torch.manual_seed(3)
    return MODULES[kind](2, 5, num_layers=2, bidirectional=True)


@torch.no_grad()
@pytest.mark.parametrize("kind", MODULES)
def test_a_mirror_swaps_directions_only_with_their_weights(kind: str) -> None:
    module, x = both_ways(kind), torch.tensor(RNG.normal(size=(7, 2)), dtype=torch.float32)
    found = mirror(model := explorer.from_torch(module), explorer.record(model, x.numpy()))
    own, image = module(x)[0].numpy(), module(x.flip(0))[0].numpy()[::-1]
    swapped = np.concatenate([image[:, 5:], image[:, :5]], axis=1)
    assert found.apart[-1] == pytest.approx(np.abs(own - swapped).max(), abs=1e-6)
    assert found.apart.min() > 0.01
    assert found.swapped.max() < 1e-6
    with pytest.raises(explorer.ShapeError, match="reads one way"):
        mirror(one := explorer.random_model("gru", 1, 2), explorer.record(one, np.ones(3)))


def test_with_its_directions_swapped_a_network_answers_to_the_image() -> None:
    bare, x = explorer.from_torch(both_ways("gru")), RNG.normal(size=(7, 2))
    model = replace(bare, head=Head(torch.tensor(RNG.normal(size=(3, 10)), dtype=torch.float32)))
    said = explorer.record(with_swapped_directions(model), x[::-1].copy()).output
    assert np.abs(said[::-1] - explorer.record(model, x).output).max() < 1e-6


@torch.no_grad()
@pytest.mark.parametrize("front", [False, True])
@pytest.mark.parametrize("kind", MODULES)
def test_padding_is_what_pytorch_does_with_rows_of_zeros_and_packing_undoes_it(kind: str, front: bool) -> None:
    module, x = both_ways(kind), torch.tensor(RNG.normal(size=(6, 2)), dtype=torch.float32)
    model = explorer.from_torch(module)
    trace = explorer.record(model, x.numpy())
    found = padding(model, trace, 4, front)
    rows = torch.zeros(4, 2)
    long = torch.cat([rows, x] if front else [x, rows])
    own = slice(4, None) if front else slice(0, 6)
    apart = (module(long)[0][own] - module(x)[0]).abs().amax(0).reshape(2, 5).amax(1)
    assert found.moved[-1] == pytest.approx(apart.numpy(), abs=1e-6)
    last = [end[0] if isinstance(end, tuple) else end for end in (module(long)[1], module(x)[1])]
    assert found.ends.ravel() == pytest.approx((last[0] - last[1]).abs().amax(1).numpy(), abs=1e-6)
    assert (found.moved[0] > 1e-4).tolist() == ([True, False] if front else [False, True])
    batch = pack_padded_sequence(pad_sequence([long, x]), torch.tensor([10, 6]))
    packed = pad_packed_sequence(module(batch)[0])[0][:6, 1].numpy()
    assert np.abs(packed - np.concatenate(list(trace["hidden"][-1]), axis=1)).max() < 1e-6
    assert found.packed < 1e-6


@pytest.mark.parametrize(
    ("kind", "keras"), [("lstm", ("LSTM", 396)), ("gru", ("GRU", 324)), ("rnn", ("SimpleRNN", 99))]
)
def test_parameters_as_both_libraries_count_them(kind: str, keras: tuple[str, int]) -> None:
    """Keras: 4 · 9 · (1 + 9 + 1); of a GRU, reset after the product, 3 · 9 · (1 + 9 + 2); 9 · (1 + 9 + 1)."""
    module = MODULES[kind](1, 9)
    (found,) = counts(explorer.from_torch(module))
    assert found.pytorch == sum(one.numel() for one in module.parameters())
    assert (in_keras(explorer.from_torch(module)), found.keras) == keras


def test_every_parameter_of_any_cell_is_counted_once() -> None:
    for module in (nn.LSTM(3, 4, 2, bidirectional=True, proj_size=2), nn.GRU(2, 3, 2, bias=False)):
        model = explorer.from_torch(module)
        assert sum(one.pytorch for one in counts(model)) == sum(one.numel() for one in module.parameters())
    for kind in ("peephole", "layernorm"):
        model = explorer.random_model(kind, 2, 3)
        assert sum(one.pytorch for one in counts(model)) == model.num_parameters
        assert in_keras(model) == ""
    assert counts(explorer.random_model("gru", 2, 3, reset_after=False))[0].keras_biases == 1


@torch.no_grad()
@pytest.mark.parametrize(("kind", "moves"), [("lstm", False), ("rnn", False), ("gru", True)])
def test_one_bias_is_enough_but_where_it_stands_inside_a_product(kind: str, moves: bool) -> None:
    module, x = both_ways(kind), torch.tensor(RNG.normal(size=(5, 2)), dtype=torch.float32)
    model = explorer.from_torch(module)
    gap = one_bias_gap(model, explorer.record(model, x.numpy()))
    before = module(x)[0]
    for name, bias in module.named_parameters():
        if name.startswith("bias_hh"):
            getattr(module, name.replace("hh", "ih")).add_(bias)
            bias.zero_()
    assert (gap > 1e-3) is moves
    # The states of both layers move; PyTorch shows the second's.
    assert float((module(x)[0] - before).abs().max()) <= gap + 1e-6


def test_a_forecast_is_held_against_the_values_before_it() -> None:
    model = explorer.load_model("sst-lstm")
    months = 22 + 3 * np.sin(np.arange(60) / 2)
    found = forecast_lags(model, explorer.record(model, months))
    said = explorer.record(model, months).output
    assert found is not None
    assert said is not None
    most = len(found.errors) - 1
    wanted = [
        np.mean([abs(said[step, 0] - months[step + 1 - lag]) for step in range(most, 59)]) for lag in range(most + 1)
    ]
    assert found.errors == pytest.approx(wanted, rel=1e-5)
    for name, x in (("brackets-lstm", "f(x)"), ("adding-lstm", np.ones((9, 2)))):
        other = explorer.load_model(name)
        assert forecast_lags(other, explorer.record(other, x)) is None
