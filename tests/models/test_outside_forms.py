"""Networks as strangers save them, which familiar names fit: refused, warned of or read right."""

import io
import warnings
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import explorer
from tests.models.checkpoint_writers import saved
from tests.models.reference import distance

INPUTS, UNITS, STEPS = 3, 5, 20
X = np.random.default_rng(2).normal(size=(STEPS, INPUTS)).astype(np.float32)


def states(module: Any) -> Any:
    with torch.no_grad():
        return module(torch.from_numpy(X))[0].numpy()


def scripted(module: nn.Module, traced: bool) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made: Any = torch.jit.trace(module, torch.from_numpy(X)) if traced else torch.jit.script(module)
        torch.jit.save(made, file)
    return file.getvalue()


class Doubled(nn.LSTM):
    """A subclass with a forward of its own."""

    def forward(self, x: Any, state: Any = None) -> Any:
        output, state = super().forward(x, state)
        return output * 2, state


class Relu(nn.Module):
    """An LSTM of somebody's own, its weights under PyTorch's names, its gates in another order and squash."""

    def __init__(self) -> None:
        super().__init__()
        self.weight_ih = nn.Parameter(torch.randn(4 * UNITS, INPUTS))
        self.weight_hh = nn.Parameter(torch.randn(4 * UNITS, UNITS))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.zeros(1, self.weight_hh.shape[1])
        c = torch.zeros(1, self.weight_hh.shape[1])
        for t in range(x.shape[0]):
            f, i, g, o = (x[t : t + 1] @ self.weight_ih.t() + h @ self.weight_hh.t()).chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * torch.relu(g)
            h = o.sigmoid() * c
        return h


class OneByOne(nn.Module):
    """An LSTM of one matrix a gate."""

    def __init__(self) -> None:
        super().__init__()
        for gate in "ifgo":
            setattr(self, f"w_i{gate}", nn.Parameter(torch.randn(UNITS, INPUTS)))
            setattr(self, f"w_h{gate}", nn.Parameter(torch.randn(UNITS, UNITS)))


class Net(nn.Module):
    """A network around a recurrent module."""

    def __init__(self, rnn: nn.Module) -> None:
        super().__init__()
        self.rnn = rnn
        self.fc = nn.Linear(UNITS, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.rnn(x)[0]


class Hook:
    """What somebody lets run after each call."""

    def __call__(self, module: Any, inputs: Any, output: Any) -> Any:
        return output[0] * 2, output[1]


@pytest.mark.parametrize("kept", ["alone", "inside", "in a dictionary"])
@pytest.mark.parametrize("module", [Doubled(INPUTS, UNITS), Relu()], ids=["subclass", "class of its own"])
def test_a_whole_module_of_a_strangers_class_is_refused_by_its_name(module: nn.Module, kept: str) -> None:
    tree = {"alone": module, "inside": Net(module), "in a dictionary": {"model": module, "epoch": 3}}[kept]
    with pytest.raises(explorer.CheckpointError, match=type(module).__name__) as refusal:
        explorer.load_checkpoint(saved(tree))
    assert len(str(refusal.value)) < 300
    assert explorer.load_checkpoint(saved(module.state_dict())).kind == "lstm"


@pytest.mark.parametrize("traced", [False, True])
def test_a_torchscript_of_a_strangers_class_is_refused_and_pytorchs_own_is_read(traced: bool) -> None:
    with pytest.raises(explorer.CheckpointError, match="Relu"):
        explorer.load_checkpoint(scripted(Relu(), traced))
    module = nn.LSTM(INPUTS, UNITS)
    model = explorer.load_checkpoint(scripted(Net(module), traced))
    assert distance(explorer.record(model, X)["hidden"][0, 0], states(module)) <= 1e-6


def test_gates_that_are_spelt_out_open_with_their_class_as_a_doubt() -> None:
    model = explorer.load_checkpoint(saved(OneByOne()))
    assert any("OneByOne" in doubt for doubt in model.card["doubts"])
    assert explorer.load_checkpoint(saved(OneByOne().state_dict())).card["doubts"] == ()


def test_a_hook_of_a_module_is_named() -> None:
    module = nn.LSTM(INPUTS, UNITS)
    assert "doubts" not in explorer.from_torch(module).card
    assert explorer.load_checkpoint(saved(Net(module))).card["doubts"] == ()
    module.register_forward_hook(Hook())
    for model in (explorer.load_checkpoint(saved(Net(module))), explorer.from_torch(nn.DataParallel(module))):
        assert any("Hook" in doubt for doubt in model.card["doubts"])
        assert set(model.card["doubts"]) <= set(model.card["notes"])


def test_a_hook_of_pytorchs_own_is_no_doubt() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = nn.utils.weight_norm(nn.LSTM(INPUTS, UNITS), "weight_hh_l0")
    assert "doubts" not in explorer.from_torch(module).card


def within(prefix: str, module: nn.Module) -> dict[str, torch.Tensor]:
    return {f"{prefix}.{name}": value for name, value in module.state_dict().items()}


def drawn(*shape: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(sum(shape)).uniform(-1, 1, shape).astype(np.float32))


ORDERLESS: dict[str, dict[str, torch.Tensor]] = {
    "stored for x W": {"weight_ih": drawn(3, 20), "weight_hh": drawn(5, 20), "bias": drawn(20)},
    "layers of their own": {"x2h.weight": drawn(20, 3), "h2h.weight": drawn(20, 5)},
    "one bias": {"weight_ih": drawn(20, 3), "weight_hh": drawn(20, 5), "bias": drawn(20)},
    "a GRU stored for x W": {"weight_ih": drawn(3, 15), "weight_hh": drawn(5, 15)},
}


@pytest.mark.parametrize("case", ORDERLESS)
def test_an_order_of_gates_that_nothing_states_is_doubted(case: str) -> None:
    model = explorer.load_checkpoint(saved({f"lstm.{name}": values for name, values in ORDERLESS[case].items()}))
    assert any("order" in doubt for doubt in model.card["doubts"])


def test_a_stack_that_is_chosen_keeps_what_its_layers_leave_in_doubt() -> None:
    sizes = {"lstm_0": INPUTS, "lstm_1": UNITS}
    tensors = {f"{name}.x2h.weight": drawn(20, size) for name, size in sizes.items()}
    tensors |= {f"{name}.h2h.weight": drawn(20, 5) for name in sizes}
    assert any("order" in doubt for doubt in explorer.load_checkpoint(saved(tensors), "lstm").card["doubts"])


@pytest.mark.parametrize("letter", ["U", "R"])
def test_gates_that_an_slstm_has_too_are_refused(letter: str) -> None:
    tensors = {f"W_{gate}": drawn(5, 3) for gate in "ifzo"} | {f"{letter}_{gate}": drawn(5, 5) for gate in "ifzo"}
    with pytest.raises(explorer.CheckpointError, match="sLSTM"):
        explorer.load_checkpoint(saved(tensors))


SQUARE = {"Wxh": drawn(5, 5), "Whh": drawn(5, 5).T, "bh": drawn(5)}


def test_square_matrices_of_a_hand_written_rnn_are_refused_unless_its_head_shows_how_they_are_stored() -> None:
    with pytest.raises(explorer.CheckpointError, match="Wxh"):
        explorer.load_checkpoint(saved(SQUARE))
    model = explorer.load_checkpoint(saved(SQUARE | {"Why": drawn(9, 5), "by": drawn(9)}))
    h, rows = np.zeros(5), []
    x = np.random.default_rng(0).normal(size=(9, 5)).astype(np.float32)
    for row in x:
        h = np.tanh(SQUARE["Wxh"].numpy() @ row + SQUARE["Whh"].numpy() @ h + SQUARE["bh"].numpy())
        rows.append(h)
    assert distance(explorer.record(model, x)["hidden"][0, 0], np.array(rows)) <= 1e-6


def test_a_textbook_rnn_of_one_hot_inputs_stored_for_x_w_has_its_head() -> None:
    """W_xh (9, 5), W_hh, b_h, W_hq (5, 9), b_q: the head has the shape of the inputs' matrix once that is turned."""
    tensors = {"W_xh": drawn(9, 5), "W_hh": drawn(5, 5), "b_h": drawn(5), "W_hq": drawn(5, 9), "b_q": drawn(9)}
    model = explorer.load_checkpoint(saved(tensors))
    trace = explorer.record(model, np.eye(9, dtype=np.float32))
    h, rows = np.zeros(5), []
    for row in np.eye(9):
        h = np.tanh(row @ tensors["W_xh"].numpy() + h @ tensors["W_hh"].numpy() + tensors["b_h"].numpy())
        rows.append(h @ tensors["W_hq"].numpy() + tensors["b_q"].numpy())
    assert trace.output is not None
    assert np.abs(trace.output - np.array(rows)).max() <= 1e-5


@pytest.mark.parametrize("mark", ["_", "."])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_mxnets_layers_and_directions_are_one_network(kind: Any, mark: str) -> None:
    module = kind(INPUTS, UNITS, num_layers=2, bidirectional=True)
    names = {"ih": "i2h", "hh": "h2h"}
    tensors = {
        f"net0{mark}{'r' if name.endswith('_reverse') else 'l'}{name[11 if name[0] == 'w' else 9]}_"
        f"{names[name.split('_')[1]]}_{name.split('_')[0]}": values
        for name, values in module.state_dict().items()
    }
    model = explorer.load_checkpoint(saved(tensors))
    expected = states(module).reshape(STEPS, 2, UNITS).transpose(1, 0, 2)
    assert distance(explorer.record(model, X)["hidden"][1], expected) <= 1e-6
    assert model.card["doubts"] == ()
