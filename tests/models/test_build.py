"""Random models are PyTorch's own draws; a module's weights are taken over by copy."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from explorer import CheckpointError, ShapeError, UnknownSignalError, from_torch, random_model, record
from explorer.models import with_embedding
from explorer.sequences import Vocabulary
from tests.models.configurations import MODULES, Configuration, configurations
from tests.models.reference import distance

KEYS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")


def _random(config: Configuration, **more: Any) -> Any:
    return random_model(
        config.kind, config.input_size, config.hidden_size, seed=config.seed, num_layers=config.num_layers,
        bias=config.bias, bidirectional=config.bidirectional, dtype=config.dtype, **config.options, **more,
    )  # fmt: skip


@settings(max_examples=100)
@given(config=configurations())
def test_a_random_model_is_torch_s_draw_bit_for_bit(config: Configuration) -> None:
    torch.manual_seed(99)
    before = torch.get_rng_state()
    model = _random(config, batch_first=True, dropout=0.5)
    assert torch.equal(torch.get_rng_state(), before)
    state = config.module().state_dict()
    found = 0
    for layer in range(model.num_layers):
        for direction, suffix in (("forward", ""), ("reverse", "_reverse"))[: model.num_directions]:
            for name, values in model.weights(layer, direction).items():
                theirs = state[f"{name}_l{layer}{suffix}"].numpy()
                assert values.dtype == theirs.dtype
                assert np.array_equal(values, theirs)
                found += 1
    assert found == len(state)
    assert model.num_parameters == sum(value.numel() for value in state.values())
    assert not model.learned


def test_the_seed_is_what_makes_it_random() -> None:
    one, same, other = (random_model("gru", 3, 4, seed=seed).weights()["weight_ih"] for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_reset_before_has_the_same_weights_and_other_values() -> None:
    after, before = (random_model("gru", 3, 4, seed=1, reset_after=way) for way in (True, False))
    assert np.array_equal(after.weights()["weight_hh"], before.weights()["weight_hh"])
    x = np.ones((6, 3))
    assert np.abs(record(after, x)["hidden"] - record(before, x)["hidden"]).max() > 1e-3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"kind": "mamba"}, "'mamba'.*lstm, gru, rnn"),
        ({"input_size": 0}, "input_size is 0"),
        ({"hidden_size": -3}, "hidden_size is -3"),
        ({"num_layers": 0}, "num_layers is 0"),
        ({"proj_size": 2}, "proj_size is 2.*only an LSTM"),
        ({"kind": "lstm", "proj_size": 4}, "proj_size is 4.*smaller than hidden_size, 4"),
        ({"kind": "lstm", "proj_size": -1}, "proj_size is -1"),
        ({"kind": "rnn", "nonlinearity": "gelu"}, "'gelu'.*'tanh' or 'relu'"),
    ],
)
def test_sizes_no_cell_has_are_named(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ShapeError, match=said):
        random_model(**{"kind": "gru", "input_size": 3, "hidden_size": 4} | arguments)


@settings(max_examples=50)
@given(config=configurations())
def test_a_module_is_described_in_its_own_words(config: Configuration) -> None:
    module, model = config.module(), from_torch(config.module())
    assert model.kind == config.kind
    for name in ("input_size", "hidden_size", "num_layers", "proj_size"):
        assert getattr(model, name) == getattr(module, name)
    assert model.num_directions == 1 + module.bidirectional
    assert model.num_parameters == sum(value.numel() for value in module.parameters())
    assert model.learned
    assert model.vocabulary is None
    units = dict.fromkeys(model.signals, config.hidden_size) | {"hidden": config.proj_size or config.hidden_size}
    cells = config.num_layers * (1 + config.bidirectional)
    assert model.values_per_step == cells * sum(units[name] for name in model.signals)


@pytest.mark.parametrize("kind", MODULES)
def test_training_the_module_later_changes_nothing(kind: str) -> None:
    module = MODULES[kind](3, 4)
    model = from_torch(module)
    before = model.weights()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(1.0)
    for name, values in model.weights().items():
        assert np.array_equal(values, before[name])
        assert not np.array_equal(values, getattr(module, f"{name}_l0").detach().numpy())


def test_weights_come_as_copies() -> None:
    model = random_model("lstm", 3, 4)
    model.weights()["weight_ih"][:] = 0
    assert model.weights()["weight_ih"].all()


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("module_type", "options"),
    [
        (torch.nn.LSTMCell, {}),
        (torch.nn.GRUCell, {}),
        (torch.nn.RNNCell, {}),
        (torch.nn.RNNCell, {"nonlinearity": "relu"}),
    ],
)
def test_single_cells_equal_their_own_loop(module_type: Any, options: dict[str, Any], bias: bool) -> None:
    torch.manual_seed(2)
    cell = module_type(3, 4, bias=bias, **options)
    x = np.random.default_rng(0).normal(size=(15, 3)).astype(np.float32)
    state: Any = None
    hidden = []
    with torch.no_grad():
        for row in torch.from_numpy(x)[:, None]:
            state = cell(row, state)
            hidden.append((state[0] if isinstance(state, tuple) else state)[0].numpy())
    assert distance(record(from_torch(cell), x).select("hidden"), np.stack(hidden)) <= 1e-6


def test_half_precision_is_read_as_float32() -> None:
    module = torch.nn.GRU(3, 4).to(torch.bfloat16)
    weights = from_torch(module).weights()["weight_ih"]
    assert weights.dtype == np.float32
    assert np.array_equal(weights, module.weight_ih_l0.detach().float().numpy())


def test_another_kind_of_module_is_named() -> None:
    with pytest.raises(CheckpointError, match=r"Sequential is no recurrent module.*torch.nn.GRU"):
        from_torch(torch.nn.Sequential(torch.nn.LSTM(3, 4)))


@pytest.mark.parametrize(
    ("place", "said"),
    [((2, "forward"), "layer 2.*has 2"), ((-1, "forward"), "layer -1"), ((0, "up"), "'up'.*forward and reverse")],
)
def test_places_that_do_not_exist_are_named(place: tuple[int, str], said: str) -> None:
    model = random_model("gru", 3, 4, num_layers=2, bidirectional=True)
    with pytest.raises(UnknownSignalError, match=said):
        model.weights(*place)


def test_a_seeded_embedding_is_torch_s_draw() -> None:
    words = Vocabulary(("a", "b", "c"))
    model = with_embedding(random_model("gru", 5, 4), words, seed=3)
    torch.manual_seed(3)
    assert model.embedding is not None
    assert torch.equal(model.embedding, torch.nn.Embedding(3, 5).weight.detach())
    assert model.vocabulary == ("a", "b", "c")


def test_a_model_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(ShapeError, match="weights and the most"):
        random_model("lstm", 1, 50_000)
