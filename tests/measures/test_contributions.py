"""Every pre-activation is the sum of its parts, and every part is what the equations say."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import Clamp, Trace, UnknownSignalError, random_model, record
from explorer.measures import Contributions, contributions
from explorer.models import Model
from tests.models.configurations import Configuration, configurations, given_states
from tests.models.reference import ROWS, squash


def _read(trace: Trace, x: Any, start: Any, step: int, layer: int, way: str) -> tuple[Any, Any]:
    """The layer's input and h before the step, from the trace's arrays alone."""
    ways = trace.directions
    below = x[step] if layer == 0 else np.concatenate([trace["hidden"][layer - 1, d, step] for d in range(len(ways))])
    index, last = ways.index(way), len(trace) - 1
    if step == (last if way == "reverse" else 0):
        states = np.zeros((trace.num_layers * len(ways), trace["hidden"].shape[-1])) if start is None else start.h
        return below, states[layer * len(ways) + index]
    return below, trace["hidden"][layer, index, step + (1 if way == "reverse" else -1)]


def _expected(
    model: Model, trace: Trace, signal: str, step: int, unit: int, layer: int, way: str, x: Any, h: Any, after: bool
) -> Contributions:
    weights = {name: value.astype(np.float64) for name, value in model.weights(layer, way).items()}
    size = model.hidden_size
    j = ROWS[model.kind].index(signal) * size + unit
    b_ih, b_hh = (weights[name][j] if name in weights else 0.0 for name in ("bias_ih", "bias_hh"))
    if signal == "new":
        r = trace.select("reset", layer, way)[step].astype(np.float64)
        if after:
            recurrent = [r[unit] * weights["weight_hh"][j, k] * h[k] for k in range(len(h))]
            return Contributions(weights["weight_ih"][j] * x, np.array(recurrent), b_ih + r[unit] * b_hh)
        recurrent = [weights["weight_hh"][j, k] * r[k] * h[k] for k in range(len(h))]
        return Contributions(weights["weight_ih"][j] * x, np.array(recurrent), b_ih + b_hh)
    return Contributions(weights["weight_ih"][j] * x, weights["weight_hh"][j] * h, b_ih + b_hh)


@settings(max_examples=120)
@given(config=configurations(most_steps=12), data=st.data())
def test_the_parts_are_the_equations_and_squash_to_the_gate(config: Configuration, data: st.DataObject) -> None:
    model, start = config.model(), config.start()
    trace = record(model, config.x(), **given_states(start))
    step = data.draw(st.sampled_from([0, config.steps - 1, config.steps // 2]))
    for layer in range(config.num_layers):
        for way in trace.directions:
            for signal in ROWS[config.kind]:
                unit = data.draw(st.integers(0, config.hidden_size - 1))
                found = contributions(model, trace, signal, step, unit, layer, way)
                x, h = _read(trace, config.x(), start, step, layer, way)
                expected = _expected(model, trace, signal, step, unit, layer, way, x, h, config.reset_after)
                assert found.input.shape == (len(x),)
                assert found.recurrent.shape == (len(h),)
                assert np.abs(found.input - expected.input).max() <= 1e-12
                assert np.abs(found.recurrent - expected.recurrent).max() <= 1e-12
                assert abs(found.bias - expected.bias) <= 1e-12
                gate = trace.select(signal, layer, way)[step, unit]
                size = max(1.0, abs(found.total))
                assert abs(squash(signal, found.total, config.relu) - gate) <= config.tolerance * size
                assert found.total == pytest.approx(sum(found.input) + sum(found.recurrent) + found.bias, abs=1e-12)


X = np.random.default_rng(1).normal(size=(6, 2))


def test_a_held_reset_is_the_one_the_new_content_saw() -> None:
    model = random_model("gru", 2, 3)
    found = contributions(model, record(model, X, clamps=[Clamp("reset", 0.0)]), "new", 4, 1)
    assert not found.recurrent.any()
    assert found.bias == model.weights()["bias_ih"][2 * 3 + 1]


def test_steps_count_from_the_end_too() -> None:
    model = random_model("lstm", 2, 3, bidirectional=True)
    trace = record(model, X)
    for way in trace.directions:
        one, same = (contributions(model, trace, "forget", step, 1, 0, way) for step in (-2, 4))
        assert one.total == same.total
        assert np.array_equal(one.recurrent, same.recurrent)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("cell", 0, 0), r"'cell' has no weights.*input, forget, candidate, output"),
        (("update", 0, 0), r"'update'"),
        (("forget", 6, 0), r"step 6.*has 6"),
        (("forget", -7, 0), r"step -7"),
        (("forget", 0, 3), r"unit 3.*has 3"),
        (("forget", 0, -1), r"unit -1"),
        (("forget", 0, 0, 1), r"layer 1"),
        (("forget", 0, 0, 0, "reverse"), r"'reverse'"),
    ],
)
def test_what_is_not_there_is_named(asked: tuple[Any, ...], said: str) -> None:
    model = random_model("lstm", 2, 3)
    with pytest.raises(UnknownSignalError, match=said):
        contributions(model, record(model, X), *asked)
