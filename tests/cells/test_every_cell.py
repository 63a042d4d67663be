"""Whatever cells there are: each equals a loop written from its paper, and what is measured of it holds.

A cell that no loop here knows still has to keep its own promises: the second half asks nothing but its declarations.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

import explorer
from explorer.cells import CELLS
from explorer.models import Model
from explorer.models.model.untrained import untrained
from explorer.models.run.clamp import Clamp

INPUTS, UNITS, STEPS = 3, 4, 12
X = np.random.default_rng(2).normal(size=(STEPS, INPUTS))


def model_of(kind: str, **options: Any) -> Model:
    """Random in every parameter, so that a norm's weight or a peephole left out would show."""
    model = explorer.random_model(kind, INPUTS, UNITS, dtype=torch.float64, **options)
    rng = np.random.default_rng(6)

    def drawn(cell: Any) -> Any:
        return replace(cell, **{name: torch.from_numpy(rng.normal(size=tuple(value.shape)) * 0.7 + 0.1)
                                for name, value in cell.weights().items()})  # fmt: skip

    return replace(model, stack=tuple(tuple(map(drawn, level)) for level in model.stack))


def sigmoid(values: Any) -> Any:
    return 1 / (1 + np.exp(-values))


def norm(values: Any, weight: Any, bias: Any) -> Any:
    return weight * (values - values.mean()) / np.sqrt(((values - values.mean()) ** 2).mean() + 1e-5) + bias


def mgu(w: dict[str, Any], x: Any, h: Any, c: Any) -> dict[str, Any]:
    """Zhou et al. 2016."""
    top, low = slice(0, UNITS), slice(UNITS, None)
    a, b = (w["weight_ih"] @ x + w["bias_ih"])[top], (w["weight_ih"] @ x + w["bias_ih"])[low]
    f = sigmoid(a + w["weight_hh"][top] @ h + w["bias_hh"][top])
    g = np.tanh(b + w["weight_hh"][low] @ (f * h) + w["bias_hh"][low])
    return {"forget": f, "candidate": g, "hidden": (1 - f) * h + f * g}


def peephole(w: dict[str, Any], x: Any, h: Any, c: Any) -> dict[str, Any]:
    """Gers & Schmidhuber 2000."""
    i, f, g, o = np.split(w["weight_ih"] @ x + w["bias_ih"] + w["weight_hh"] @ h + w["bias_hh"], 4)
    i, f, g = sigmoid(i + w["weight_ci"] * c), sigmoid(f + w["weight_cf"] * c), np.tanh(g)
    c = f * c + i * g
    o = sigmoid(o + w["weight_co"] * c)
    return {"input": i, "forget": f, "candidate": g, "output": o, "cell": c, "hidden": o * np.tanh(c)}


def layernorm(w: dict[str, Any], x: Any, h: Any, c: Any) -> dict[str, Any]:
    """Ba et al. 2016."""
    x_part = norm(w["weight_ih"] @ x + w["bias_ih"], w["norm_ih_weight"], w["norm_ih_bias"])
    h_part = norm(w["weight_hh"] @ h + w["bias_hh"], w["norm_hh_weight"], w["norm_hh_bias"])
    i, f, g, o = np.split(x_part + h_part, 4)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    h = o * np.tanh(norm(c, w["norm_cell_weight"], w["norm_cell_bias"]))
    return {"input": i, "forget": f, "candidate": g, "output": o, "cell": c, "hidden": h}


LOOPS = {"mgu": mgu, "peephole": peephole, "layernorm": layernorm}


@pytest.mark.parametrize("kind", LOOPS)
def test_a_run_is_the_papers_loop_in_every_layer_and_direction(kind: str) -> None:
    model = model_of(kind, num_layers=2, bidirectional=True)
    rng = np.random.default_rng(8)
    starts = rng.normal(size=(2, 4, UNITS)) * 0.5
    memory = {"c_0": starts[1]} if "cell" in model.signals else {}
    trace = explorer.record(model, X, h_0=starts[0], **memory)
    below = X
    for layer in range(2):
        hidden = []
        for side, direction in enumerate(("forward", "reverse")):
            weights = model.weights(layer, direction)
            h, c = starts[:, 2 * layer + side]
            for step in reversed(range(STEPS)) if side else range(STEPS):
                found = LOOPS[kind](weights, below[step], h, c)
                h, c = found["hidden"], found.get("cell", c)
                for name in trace.signals:
                    assert np.abs(trace[name][layer, side, step] - found[name]).max() <= 1e-12
            hidden.append(trace["hidden"][layer, side])
        below = np.concatenate(hidden, axis=1)
    assert (trace.max_error, trace.method) == (None, "step")
    with pytest.raises(explorer.ClampError, match="cannot run this itself"):
        explorer.record(model, X, method="replay")


@pytest.mark.parametrize("kind", CELLS)
def test_the_parts_of_a_gate_sum_to_what_was_squashed(kind: str) -> None:
    model = model_of(kind, bidirectional=True)
    trace = explorer.record(model, X)
    for direction in ("forward", "reverse"):
        cell = model.cell(0, direction)
        for signal in cell.blocks:
            squash = sigmoid if cell.word(signal).role == "gate" else np.tanh
            for step in (0, 5, STEPS - 1):
                parts = explorer.measures.contributions(model, trace, signal, step, 2, direction=direction)
                assert parts.input.shape == (INPUTS,)
                assert parts.recurrent.shape == (UNITS,)
                assert squash(parts.total) == pytest.approx(trace.select(signal, 0, direction)[step, 2], abs=1e-12)
                whole = explorer.measures.preactivation(model, trace, signal, [2], 0, direction).total[step, 0]
                assert whole == pytest.approx(parts.total, abs=1e-12)


with_memory = pytest.mark.parametrize("kind", [kind for kind, cell in CELLS.items() if cell.memory])


@with_memory
def test_the_ledger_and_the_time_constants_follow_what_is_carried(kind: str) -> None:
    model = model_of(kind)
    trace = explorer.record(model, X)
    cell = CELLS[kind]
    memory = trace.select(str(cell.memory))
    book = explorer.measures.ledger(trace)
    assert np.abs(book.initial + book.written.sum(axis=0) - memory[-1]).max() <= 1e-12
    assert np.abs(book.residual).max() <= 1e-12
    gate = trace.select(str(cell.keep_gate))
    keep = gate if cell.keep_sign() > 0 else 1 - gate
    assert np.allclose(explorer.measures.time_constants(trace), -1 / np.log(keep).mean(axis=0))


@with_memory
def test_a_bias_for_keeping_keeps_and_one_against_it_renews(kind: str) -> None:
    cell = CELLS[kind]
    long, short = (untrained(kind, 6, bias=bias) for bias in (20.0, -20.0))
    kept, renewed = (explorer.record(one, X[:, 0]) for one in (long, short))
    assert explorer.measures.time_constants(kept).min() > 1e3
    assert explorer.measures.time_constants(renewed).max() < 0.2
    assert explorer.measures.bias_time_constants(long).min() > 1e6
    chrono = untrained(kind, 400, longest=500)
    assert 150 < np.median(explorer.measures.bias_time_constants(chrono)) < 350
    assert set(cell.chrono) <= set(cell.blocks)


def test_the_minimal_gate_keeps_where_it_is_0() -> None:
    """Read as a keep gate it would give the time constant of what is thrown away."""
    model = model_of("mgu")
    trace = explorer.record(model, X)
    taus = explorer.measures.time_constants(trace)
    forget = trace.select("forget")
    assert np.allclose(taus, -1 / np.log(1 - forget).mean(axis=0))
    assert not np.allclose(taus, -1 / np.log(forget).mean(axis=0))


@pytest.mark.parametrize("kind", CELLS)
def test_a_held_signal_is_seen_by_all_that_is_computed_after_it(kind: str) -> None:
    model = model_of(kind)
    free = explorer.record(model, X, method="step")
    for signal in model.signals:
        held = explorer.record(model, X, clamps=[Clamp(signal, 0.25, units=[1], start=3, stop=5)])
        assert (held[signal][0, 0, 3:5, 1] == 0.25).all()
        assert (held["hidden"][0, 0, :3] == free["hidden"][0, 0, :3]).all()
        assert not np.allclose(held["hidden"][0, 0, 5:], free["hidden"][0, 0, 5:])


@pytest.mark.parametrize("kind", CELLS)
def test_gradients_are_those_of_small_steps(kind: str) -> None:
    model = model_of(kind)
    found = explorer.gradients(model, X)
    step, eps = 6, 1e-6
    for feature in range(INPUTS):
        ends = []
        for sign in (1, -1):
            moved = X.copy()
            moved[step, feature] += sign * eps
            ends.append(explorer.record(model, moved)["hidden"][0, 0, -1].sum())
        assert (ends[0] - ends[1]) / (2 * eps) == pytest.approx(found.input[step, feature], rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("kind", CELLS)
def test_every_word_is_said(kind: str) -> None:
    cell = CELLS[kind]
    assert cell.signals == tuple(word.name for word in cell.words)
    assert set(cell.blocks) <= set(cell.signals)
    for word in cell.words:
        assert word.symbol
        assert word.meaning.endswith(".")
        assert (word.role == "gate") == bool(word.at_low)
