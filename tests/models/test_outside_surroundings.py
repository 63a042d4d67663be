"""What stands around a stranger's cell, and what it is called: named where it could change every step."""

import numpy as np
import pytest
import torch
from torch import nn

import explorer
from explorer.models.checkpoints import inspect_checkpoint
from tests.models.checkpoint_writers import saved

INPUTS, UNITS = 3, 5


def drawn(*shape: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(sum(shape)).uniform(-1, 1, shape).astype(np.float32))


def within(prefix: str, module: nn.Module) -> dict[str, torch.Tensor]:
    return {f"{prefix}.{name}": value for name, value in module.state_dict().items()}


AROUND: dict[str, tuple[dict[str, torch.Tensor], tuple[str, ...]]] = {
    "a phased LSTM": (
        within("p.lstm", nn.LSTM(INPUTS, UNITS)) | {"p.gate.tau": torch.ones(UNITS), "p.gate.phase": torch.ones(UNITS)},
        ("p.gate.tau", "p.gate.phase"),
    ),
    "a decay beside a cell": (
        within("cell", nn.GRUCell(INPUTS, UNITS)) | {"decay": torch.ones(1, UNITS)}, ("decay",),
    ),
    "a threshold beside a cell": (
        within("spike.cell", nn.LSTMCell(INPUTS, UNITS)) | {"spike.threshold": torch.tensor(1.0)}, ("spike.threshold",),
    ),
    "an ODE on the state": (
        within("cell", nn.GRUCell(INPUTS, UNITS)) | within("ode", nn.Sequential(nn.Linear(UNITS, 9), nn.Tanh(),
                                                                                nn.Linear(9, UNITS))),
        ("ode.0.weight", "ode.2.weight"),
    ),
    "a Mogrifier": (
        within("lstm", nn.LSTMCell(INPUTS, UNITS)) | within("mogrify.0", nn.Linear(UNITS, INPUTS))
        | within("mogrify.1", nn.Linear(INPUTS, UNITS)),
        ("mogrify.0.weight", "mogrify.1.weight"),
    ),
    "a cell within a cell": (
        within("cell", nn.LSTMCell(INPUTS, UNITS)) | within("cell.inner", nn.LSTMCell(UNITS, UNITS)),
        tuple(f"cell.inner.{role}" for role in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", AROUND)
def test_what_could_act_between_the_steps_of_a_cell_is_named(case: str) -> None:
    tensors, names = AROUND[case]
    group = inspect_checkpoint(saved(tensors)).groups[0].name
    assert explorer.load_checkpoint(saved(tensors), group).unused == names


PLAIN: dict[str, dict[str, torch.Tensor]] = {
    "a head beside a cell": within("cell", nn.GRUCell(INPUTS, UNITS)) | within("fc", nn.Linear(UNITS, 2)),
    "a square head": within("cell", nn.GRUCell(INPUTS, UNITS)) | within("fc", nn.Linear(UNITS, UNITS)),
    "two heads": within("cell", nn.LSTMCell(INPUTS, UNITS)) | within("actor", nn.Linear(UNITS, 2))
    | within("critic", nn.Linear(UNITS, 1)),
    "attention over the steps of a layer": within("rnn", nn.LSTM(INPUTS, UNITS))
    | within("attention", nn.Linear(UNITS, UNITS)) | within("fc", nn.Linear(UNITS, 2)),
    "a norm after a layer": within("rnn", nn.GRU(INPUTS, UNITS)) | within("norm", nn.BatchNorm1d(UNITS)),
    "the same cell stored twice": within("rnn", (gru := nn.GRU(INPUTS, UNITS)))
    | {f"rnn.0.cell.{name.removesuffix('_l0')}": value for name, value in gru.state_dict().items()},
}  # fmt: skip


@pytest.mark.parametrize("case", PLAIN)
def test_what_acts_on_no_step_gives_no_warning(case: str) -> None:
    checkpoint = inspect_checkpoint(saved(PLAIN[case]))
    assert checkpoint.groups[0].unused == ()


@pytest.mark.parametrize("prefix", ["cifg", "decoder.zoneout_lstm.cell", "enc.ln_lstm", "PhasedLSTM"])
def test_a_name_that_is_another_cells_is_doubted(prefix: str) -> None:
    model = explorer.load_checkpoint(saved(within(prefix, nn.LSTMCell(INPUTS, UNITS))))
    assert any(prefix in doubt for doubt in model.card["doubts"])


@pytest.mark.parametrize("prefix", ["lstm", "attention_lstm", "model.encoder.rnn", "gru_decoder", "text_mlstms"])
def test_a_plain_name_leaves_no_doubt(prefix: str) -> None:
    assert explorer.load_checkpoint(saved(within(prefix, nn.LSTMCell(INPUTS, UNITS)))).card["doubts"] == ()


class ZoneoutCell(nn.Module):
    """A module around a cell that keeps no tensor of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.LSTMCell(INPUTS, UNITS)


def test_the_class_around_a_cell_is_doubted_too() -> None:
    assert any("ZoneoutCell" in doubt for doubt in explorer.load_checkpoint(saved(ZoneoutCell())).card["doubts"])


def test_an_update_gate_whose_sense_is_assumed_is_doubted() -> None:
    tensors = {f"W_{gate}": drawn(5, 3) for gate in "rzh"} | {f"U_{gate}": drawn(5, 5) for gate in "rzh"}
    assert any("update gate" in doubt for doubt in explorer.load_checkpoint(saved(tensors)).card["doubts"])
