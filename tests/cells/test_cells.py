"""One step: its promise holds for every cell, with any leading axes."""

from typing import Any

import numpy as np
import pytest
import torch

from explorer.cells import CELLS, Cell, GRUCell, LSTMCell, RNNCell
from tests.models.reference import SIGNALS, run_cell


def _draw(*shape: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng([9, *shape]).normal(size=shape))


def _cell(kind: str, bias: bool = True, **options: Any) -> Cell:
    rows = len(CELLS[kind].blocks) * 4
    biases = {"bias_ih": _draw(rows), "bias_hh": 2 * _draw(rows)} if bias else {}
    units = options["weight_hr"].shape[0] if "weight_hr" in options else 4
    return CELLS[kind](weight_ih=_draw(rows, 3), weight_hh=_draw(rows, units), **biases, **options)


VARIANTS = [
    _cell("lstm"), _cell("lstm", weight_hr=_draw(2, 4)), _cell("gru"), _cell("gru", reset_after=False),
    _cell("rnn"), _cell("rnn", nonlinearity="relu"), _cell("lstm", bias=False), _cell("gru", bias=False),
]  # fmt: skip
each = pytest.mark.parametrize("cell", VARIANTS)


def _step(cell: Cell, x: torch.Tensor, state: tuple[torch.Tensor, ...]) -> dict[str, torch.Tensor]:
    before = cell.state(*state)
    gates = cell.gates(cell.project(x), before)
    return dict(gates._asdict() | cell.update(gates, before)._asdict())


@each
def test_a_step_is_the_equations(cell: Cell) -> None:
    state = [_draw(cell.units[name]) for name in cell.state_signals]
    computed = _step(cell, _draw(3), tuple(state))
    weights = {name: tensor.numpy() for name, tensor in cell.weights().items()}
    expected = run_cell(
        cell.kind, weights, _draw(3).numpy()[None], state[0].numpy(), state[-1].numpy(), [0],
        reset_after=getattr(cell, "reset_after", True), relu=getattr(cell, "nonlinearity", "tanh") == "relu",
    )  # fmt: skip
    assert set(computed) == set(expected) == set(cell.signals)
    for name, value in expected.items():
        assert np.abs(computed[name].numpy() - value[0]).max() <= 1e-14


@each
@pytest.mark.parametrize("axes", [(), (6,), (6, 2)])
def test_leading_axes_are_carried_through(cell: Cell, axes: tuple[int, ...]) -> None:
    state = tuple(_draw(*axes, cell.units[name]) for name in cell.state_signals)
    x = _draw(*axes, 3)
    together = _step(cell, x, state)
    for place in np.ndindex(*axes):
        alone = _step(cell, x[place], tuple(value[place] for value in state))
        for name, value in alone.items():
            assert together[name][place].shape == (cell.units[name],)
            assert torch.allclose(together[name][place], value, rtol=0, atol=1e-14)


@each
def test_signals_are_held_the_moment_they_are_computed_and_once(cell: Cell) -> None:
    seen: list[str] = []

    def note(signal: str, value: torch.Tensor) -> torch.Tensor:
        assert value.shape == (cell.units[signal],)
        seen.append(signal)
        return value

    before = cell.state(*cell.zeros())
    gates = cell.gates(cell.project(_draw(3)), before, note)
    cell.update(gates, before, note)
    assert sorted(seen) == sorted(cell.signals)
    assert seen[-1] == "hidden"


@each
def test_memory_is_carried_as_promised(cell: Cell) -> None:
    if cell.memory is None:
        with pytest.raises(NotImplementedError, match="RNN"):
            cell.carry(None)
        return
    state = tuple(_draw(cell.units[name]) for name in cell.state_signals)
    before = cell.state(*state)
    gates = cell.gates(cell.project(_draw(3)), before)
    keep, write = cell.carry(gates)
    assert torch.equal(keep, getattr(gates, str(cell.keep_gate)))
    after = getattr(cell.update(gates, before), cell.memory)
    assert torch.allclose(keep * getattr(before, cell.memory) + write, after, rtol=0, atol=1e-15)


@each
def test_sizes_and_names(cell: Cell) -> None:
    assert (cell.input_size, cell.hidden_size) == (3, 4)
    assert cell.signals == SIGNALS[cell.kind]
    assert set(cell.state_signals) <= set(cell.signals)
    assert [len(zero) for zero in cell.zeros()] == [cell.units[name] for name in cell.state_signals]
    assert all(not zero.any() for zero in cell.zeros())
    assert list(cell.weights())[:2] == ["weight_ih", "weight_hh"]


def test_every_kind_is_listed_under_its_own_name() -> None:
    assert {CELLS["lstm"], CELLS["gru"], CELLS["rnn"]} == {LSTMCell, GRUCell, RNNCell}
    assert all(kind == cell.kind for kind, cell in CELLS.items())


def test_a_gru_that_resets_first_has_no_kernel() -> None:
    cell = _cell("gru", reset_after=False)
    assert not cell.has_kernel
    with pytest.raises(NotImplementedError, match="no kernel"):
        cell.fused(_draw(5, 3), _draw(4))
