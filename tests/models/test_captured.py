"""Steps done again by NumPy are the cell's own, whatever the cell is; what cannot be captured is stepped as defined."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from torch.nn.functional import linear

import explorer
from explorer import Clamp, Coupling
from explorer.cells import CELLS, Cell, LSTMCell
from explorer.cells.long_short_term import LSTMGates, LSTMState
from explorer.models.run import calls
from explorer.models.run.captured import run_captured
from explorer.models.run.clamp import compile_clamps
from explorer.models.run.holding import Holding, Signals
from explorer.models.run.noting import Recorder, UncapturableError
from explorer.models.run.unroll import defined, step
from tests.contract.sieve import SieveCell, SquaredSieve

STEPS, INPUTS, UNITS = 90, 3, 5
OTHERS: list[type[Cell]] = [SieveCell, SquaredSieve]
EVERY = [
    *((kind, {}) for kind in CELLS),
    ("gru", {"reset_after": False}),
    ("gru", {"hard_sigmoid": 0.2}),
    ("lstm", {"hard_sigmoid": 1 / 6}),
    ("lstm", {"proj_size": 2}),
    ("rnn", {"nonlinearity": "relu"}),
]


def _drawn(cell: Cell) -> Cell:
    rng = np.random.default_rng(6)
    drawn = {name: torch.from_numpy(rng.normal(size=tuple(value.shape)) * 0.5).to(value.dtype)
             for name, value in cell.weights().items()}  # fmt: skip
    return replace(cell, **drawn)


def _cell(kind: str, dtype: torch.dtype = torch.float64, **options: Any) -> Cell:
    fields = {name: options.pop(name) for name in ("hard_sigmoid",) if name in options}
    cell = explorer.random_model(kind, INPUTS, UNITS, dtype=dtype, **options).cell()
    return replace(_drawn(cell), **fields)


def _both(cell: Cell, holding: Holding | None = None, batch: tuple[int, ...] = ()) -> tuple[Signals, Signals]:
    dtype, rng = cell.weight_ih.dtype, np.random.default_rng(3)
    projected = cell.project(torch.from_numpy(rng.normal(size=(STEPS, *batch, INPUTS))).to(dtype))
    state = tuple(
        torch.from_numpy(rng.normal(size=(*batch, cell.units[name])) * 0.5).to(dtype) for name in cell.state_signals
    )
    with torch.no_grad():
        return run_captured(cell, projected, state, holding), defined(cell, projected, state, holding)


def _assert_same(pair: tuple[Signals, Signals], tolerance: float = 1e-12) -> None:
    ours, theirs = pair
    assert tuple(ours) == tuple(theirs)
    for name, values in theirs.items():
        assert ours[name].dtype == values.dtype
        assert ours[name].shape == values.shape
        size = values.abs().clamp(min=1.0)
        assert float(((ours[name] - values).abs() / size).max()) <= tolerance, name


@pytest.mark.parametrize(("kind", "options"), EVERY, ids=str)
@pytest.mark.parametrize("batch", [(), (3,), (1,)], ids=str)
def test_every_cell_is_captured(kind: str, options: dict[str, Any], batch: tuple[int, ...]) -> None:
    _assert_same(_both(_cell(kind, **options), batch=batch))
    _assert_same(_both(_cell(kind, torch.float32, **options), batch=batch), 2e-6)


@pytest.mark.parametrize("kind", CELLS)
def test_cells_without_biases(kind: str) -> None:
    cell = _cell(kind, bias=False)
    assert cell.bias_hh is None
    _assert_same(_both(cell))


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("sifts", [True, False])
def test_a_cell_that_nobody_knows_is_captured(kind: Any, sifts: bool) -> None:
    shapes = kind.shapes(INPUTS, UNITS, UNITS)
    cell = kind(**{name: torch.zeros(shape, dtype=torch.float64) for name, shape in shapes.items()}, sifts=sifts)
    _assert_same(_both(_drawn(cell)))


def _held(kind: str, clamps: Sequence[Any]) -> tuple[Signals, Signals]:
    model = explorer.random_model(kind, INPUTS, UNITS, dtype=torch.float64)
    holds = compile_clamps(model, clamps, STEPS)
    assert holds is not None
    return _both(_drawn(model.cell()), holds(0, "forward"))


@pytest.mark.parametrize("kind", CELLS)
def test_every_signal_can_be_held_in_it(kind: str) -> None:
    rng = np.random.default_rng(1)
    for signal in CELLS[kind].signals:
        for clamp in (
            Clamp(signal, 0.3),
            Clamp(signal, rng.uniform(size=(STEPS - 40, 1)), units=[4, 1], start=20, stop=STEPS - 20),
            Clamp(signal, 0.5, mode="scale", start=STEPS - 1),
        ):
            ours, theirs = _held(kind, [clamp, Clamp(signal, 0.9, units=0, start=3)])
            _assert_same((ours, theirs))
            assert (ours[signal][5:, 0] == 0.9).all()


def test_a_gate_follows_another_step_by_step() -> None:
    ours, theirs = _held("lstm", [Coupling("input", "forget", start=30)])
    _assert_same((ours, theirs))
    assert torch.equal(ours["input"][30:], 1 - ours["forget"][30:])
    with pytest.raises(explorer.ClampError, match="computed later"):
        _held("lstm", [Coupling("forget", "input", start=30)])


def test_what_overflows_is_what_it_is_in_pytorch() -> None:
    cell = _cell("rnn", torch.float32, nonlinearity="relu")
    grown = replace(cell, weight_hh=torch.full_like(cell.weight_hh, 9.0))
    ours, theirs = _both(grown)
    assert torch.isinf(theirs["hidden"]).any()
    torch.testing.assert_close(ours, theirs, equal_nan=True)


class Asking(SieveCell):
    """Closes its valve where it read little, which no list of operations can say."""

    def gates(self, projected: Any, state: Any, *hold: Any) -> Any:
        gates = super().gates(projected, state, *hold)
        return gates if projected.abs().sum() > 6 else gates._replace(valve=gates.valve * 0)


class Leaving(SieveCell):
    """Computes a part outside PyTorch."""

    def gates(self, projected: Any, state: Any, *hold: Any) -> Any:
        gates = super().gates(projected, state, *hold)
        return gates._replace(grain=gates.grain + torch.from_numpy(np.sin(state.hidden.numpy())))


class Adding(SieveCell):
    """Writes to what does not change from step to step."""

    def gates(self, projected: Any, state: Any, *hold: Any) -> Any:
        gates = super().gates(projected, state, *hold)
        return gates._replace(grain=torch.zeros_like(self.weight_hh[0]).add_(gates.grain))


class Branching(SieveCell):
    """Asks for a value past PyTorch, of which no operation tells; the first and the last step go the same way."""

    ask = staticmethod(lambda values: values.numpy().reshape(-1)[0])

    def gates(self, projected: Any, state: Any, *hold: Any) -> Any:
        gates = super().gates(projected, state, *hold)
        return gates._replace(grain=gates.grain * (0.5 if self.ask(projected) > 4 else 1.0))


class Listing(Branching):
    """As a list."""

    ask = staticmethod(lambda values: values.tolist()[0])


class Making(Branching):
    """As NumPy asks for it."""

    ask = staticmethod(lambda values: np.asarray(values).reshape(-1)[0])


@pytest.mark.parametrize("kind", [Asking, Leaving, Adding, Branching, Listing, Making])
def test_a_cell_whose_code_has_to_run_is_stepped_by_it(kind: Any) -> None:
    shapes = kind.shapes(INPUTS, UNITS, UNITS)
    cell = _drawn(kind(**{name: torch.zeros(shape, dtype=torch.float64) for name, shape in shapes.items()}))
    x = torch.from_numpy(np.random.default_rng(0).normal(size=(STEPS, INPUTS)))
    with pytest.raises(UncapturableError):
        run_captured(cell, cell.project(x), cell.zeros(), None)
    stepped = step(cell, x, cell.zeros())
    expected = defined(cell, cell.project(x), cell.zeros())
    assert all(torch.equal(stepped[name], values) for name, values in expected.items())


def test_a_cell_that_draws_numbers_draws_them_at_each_step() -> None:
    class Drawing(SieveCell):
        def gates(self, projected: Any, state: Any, *hold: Any) -> Any:
            gates = super().gates(projected, state, *hold)
            return gates._replace(grain=gates.grain + 1e-5 * torch.rand(UNITS))

    shapes = Drawing.shapes(INPUTS, UNITS, UNITS)
    cell = Drawing(**{name: torch.zeros(shape) for name, shape in shapes.items()})
    grain = step(cell, torch.zeros(STEPS, INPUTS), cell.zeros())["grain"]
    assert len(grain.unique()) > STEPS


def test_a_step_that_is_rarely_another_is_noticed() -> None:
    """Whatever asks, between the first and the last step are some that are compared."""

    class Ticking(SieveCell):
        ticks: ClassVar[list[int]] = []

        def gates(self, projected: Any, state: Any, *hold: Any) -> Any:
            gates = super().gates(projected, state, *hold)
            self.ticks.append(1)
            return gates if len(self.ticks) in (1, 2) else gates._replace(valve=gates.valve * 0)

    shapes = Ticking.shapes(INPUTS, UNITS, UNITS)
    cell = _drawn(Ticking(**{name: torch.zeros(shape) for name, shape in shapes.items()}))
    with pytest.raises(UncapturableError, match="came out otherwise"):
        run_captured(cell, cell.project(torch.ones(STEPS * 2, INPUTS)), cell.zeros(), None)


def test_what_has_no_variance_is_divided_by_none() -> None:
    class Levelled(SieveCell):
        def gates(self, projected: Any, state: Any, *hold: Any) -> Any:
            gates = super().gates(projected, state, *hold)
            return gates._replace(grain=torch.nn.functional.layer_norm(state.hidden * 0, (UNITS,), eps=0.0))

    shapes = Levelled.shapes(INPUTS, UNITS, UNITS)
    cell = Levelled(**{name: torch.zeros(shape) for name, shape in shapes.items()})
    x = torch.ones(STEPS, INPUTS)
    expected = defined(cell, cell.project(x), cell.zeros())
    torch.testing.assert_close(step(cell, x, cell.zeros()), expected, equal_nan=True)


@pytest.mark.parametrize("wrong", [np.arctan, np.sin])
def test_a_wrong_call_is_noticed_and_not_used(wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(calls._UNARY, torch.ops.aten.tanh, wrong)
    cell = _cell("peephole")
    with pytest.raises(UncapturableError, match="came out otherwise"):
        _both(cell)
    monkeypatch.undo()
    _assert_same(_both(cell))


class Parted(LSTMCell):
    """Its gates by parts of what is squashed: each below does what forbids one thing that saves calls."""

    def gates(self, projected: torch.Tensor, state: Any, *hold: Any) -> LSTMGates:
        past = linear(state.hidden, self.weight_hh, self.bias_hh)
        return self.squashed(projected, past, *(past + projected).chunk(4, dim=-1))


class Showing(Parted):
    """The product with its bias is a signal itself, which nothing reads, so the inputs cannot carry the bias."""

    def squashed(self, projected: Any, past: Any, i: Any, f: Any, g: Any, o: Any) -> LSTMGates:
        return LSTMGates(i.sigmoid(), f.sigmoid(), past.chunk(4, dim=-1)[2], o.sigmoid())

    def update(self, gates: LSTMGates, state: Any, *hold: Any) -> LSTMState:
        cell = gates.forget * state.cell + gates.input
        return LSTMState(gates.output * cell.tanh(), cell)


class Rereading(Parted):
    """The inputs are read twice."""

    def squashed(self, projected: Any, past: Any, i: Any, f: Any, g: Any, o: Any) -> LSTMGates:
        candidate = torch.tanh(g * projected.chunk(4, dim=-1)[2])
        return LSTMGates(i.sigmoid(), f.sigmoid(), candidate, o.sigmoid())


class Chained(Parted):
    """What the last gate squashes is changed by the first, so they cannot be squashed at once."""

    def squashed(self, projected: Any, past: Any, i: Any, f: Any, g: Any, o: Any) -> LSTMGates:
        opened = i.sigmoid()
        kept = f.sigmoid()
        candidate = torch.tanh(g)
        return LSTMGates(opened, kept, candidate, o.mul_(opened).sigmoid())


class Early(Parted):
    """What lies between the gates is there before them, and a call over all would destroy it."""

    def squashed(self, projected: Any, past: Any, i: Any, f: Any, g: Any, o: Any) -> LSTMGates:
        candidate = torch.tanh(g)
        return LSTMGates(i.sigmoid(), f.sigmoid(), candidate, o.sigmoid())


class Copied(Parted):
    """The copy of a gate is changed, and the gate is read after it."""

    def squashed(self, projected: Any, past: Any, i: Any, f: Any, g: Any, o: Any) -> LSTMGates:
        kept = f.sigmoid()
        half = kept.clone().mul_(0.5)
        return LSTMGates(i.sigmoid(), half, torch.tanh(g) * kept, o.sigmoid())


@pytest.mark.parametrize("kind", [Showing, Rereading, Chained, Early, Copied])
def test_what_saves_calls_changes_no_number(kind: Any) -> None:
    _assert_same(_both(kind(**_cell("lstm").weights())))


def test_noting_a_step_is_our_code_and_not_pytorchs_that_loads_its_compiler() -> None:
    assert not hasattr(Recorder.__torch_dispatch__, "__wrapped__")


def test_a_run_leaves_the_weights_and_its_input_alone() -> None:
    cell = _cell("gru")
    weights = {name: value.clone() for name, value in cell.weights().items()}
    x = torch.randn(STEPS, INPUTS, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    projected, state = cell.project(x), (torch.ones(UNITS, dtype=torch.float64),)
    first, second = (run_captured(cell, projected, state, None) for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert torch.equal(projected, cell.project(x))
    assert torch.equal(state[0], torch.ones(UNITS, dtype=torch.float64))
    assert all(torch.equal(value, weights[name]) for name, value in cell.weights().items())
