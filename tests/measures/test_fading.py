"""How far back a gradient reaches, and the table that busts the myth."""

from itertools import islice

import numpy as np
import pytest
import torch

from explorer import gradients, random_model
from explorer.measures import LAG, MYTH, bust, fading, gradient_left, noise, reach, remaining


def test_fading_counts_back_from_the_last_step_that_matters() -> None:
    model = random_model("lstm", 1, 4, num_layers=2, bidirectional=True)
    found = gradients(model, noise(0, 30))
    forward, reverse = fading(found, 1), fading(found, 1, "reverse")
    assert len(forward) == len(reverse) == 30
    assert forward[7] == pytest.approx(found.state[1, 0, 22] / found.state[1, 0, 29])
    assert reverse[7] == pytest.approx(found.state[1, 1, 7] / found.state[1, 1, 0])
    at_step = fading(gradients(random_model("gru", 1, 4), noise(0, 30), target=20))
    assert len(at_step) == 21
    assert at_step[0] == 1


def test_hidden_and_cell_are_shares_of_the_whole_state() -> None:
    found = gradients(random_model("lstm", 1, 4), noise(0, 30), target=20)
    parts = [remaining(found, part=part) for part in ("hidden", "cell", "state")]
    assert np.hypot(parts[0], parts[1]) == pytest.approx(parts[2])
    assert parts[2][20] == 1
    assert (parts[2][21:] == 0).all()
    assert parts[2][20::-1] == pytest.approx(fading(found))


def test_what_depends_on_nothing_fades_at_once() -> None:
    found = gradients(random_model("rnn", 1, 1, nonlinearity="relu"), np.full(5, -1e3))
    assert fading(found)[0] in (0, 1)


def test_reach_is_where_the_gradient_stays_below() -> None:
    assert reach(np.array([1, 0.5, 0.001, 0.02, 0.001, 0.0])) == 4
    assert reach(np.array([1, 0.5])) == np.inf
    assert reach(np.zeros(1)) == 0


@pytest.mark.parametrize("row", range(len(MYTH)))
def test_a_row_is_what_pytorch_gives(row: int) -> None:
    """The chain from lag to end by PyTorch's own module: (h, c) as its inputs."""
    one = MYTH[row]
    torch.manual_seed(2)
    module = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM}[one.kind](1, 64).double()
    drawn = random_model(one.kind, 1, 64, seed=2, dtype=torch.float64).weights()
    with torch.no_grad():
        for name, value in drawn.items():
            getattr(module, f"{name}_l0").copy_(torch.tensor(value))
        if one.kind == "lstm":
            module.bias_ih_l0[64:128] += one.bias
    x = torch.tensor(noise(2))[:, None]
    _, before = module(x[:100])
    states = before if isinstance(before, tuple) else (before,)
    states = tuple(state.detach().requires_grad_() for state in states)
    _, after = module(x[100:], states if len(states) > 1 else states[0])
    h = after[0] if isinstance(after, tuple) else after
    slopes = torch.autograd.grad(h.sum(), states)
    norm = float(torch.sqrt(sum(slope.square().sum() for slope in slopes)))  # type: ignore[arg-type]
    assert gradient_left(one, 2) == pytest.approx(norm / 8, rel=1e-6, abs=0)


def test_the_myth_is_busted() -> None:
    found = np.array([left for _, _, left in islice(bust(), 5 * len(MYTH))]).reshape(5, len(MYTH))
    medians = np.median(found, axis=0)
    assert (np.diff(np.log10(medians)) > 0).all()
    for median, row in zip(medians, MYTH, strict=True):
        assert 1 / (100 if row.kind == "rnn" else 10) < median / row.known < (100 if row.kind == "rnn" else 10)
    assert LAG == 100
