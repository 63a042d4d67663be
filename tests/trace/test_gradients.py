"""Gradients through time, against finite differences of the reference and against PyTorch's own."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from numpy.typing import NDArray

import explorer
from explorer import ShapeError, UnknownSignalError, from_torch, gradients, load_model, random_model, record
from explorer.models import Head, Model
from explorer.trace import saliency
from tests.models.configurations import Configuration, configurations, given_states
from tests.models.reference import Start, run_cell

Array = NDArray[Any]
Outcome = Callable[[Array], float]
EPSILON = 1e-5


def rerun(config: Configuration, model: Model, place: tuple[int, int, int], moved: tuple[Array, Array]) -> Array:
    """The last layer's h (time, direction, unit) after h_t and c_t of one place were moved for what follows."""
    start = config.start() or Start(*(np.zeros((9, 99)),) * 2)
    seen = config.x().astype(np.float64)
    steps = range(len(seen))
    for layer in range(model.num_layers):
        level = []
        for way in range(model.num_directions):
            weights = model.weights(layer, ("forward", "reverse")[way])
            units, size = weights["weight_hh"].shape[1], config.hidden_size
            row = layer * model.num_directions + way
            h = start.h[row][:units].astype(np.float64)
            c = np.zeros(size) if start.c is None else start.c[row][:size].astype(np.float64)
            order = list(steps[::-1] if way else steps)
            options = {"reset_after": config.reset_after, "relu": config.relu}
            out = run_cell(config.kind, weights, seen, h, c, order, **options)
            if (layer, way) == place[:2]:
                t = place[2]
                out["hidden"][t] += moved[0]
                c = out["cell"][t] + moved[1] if "cell" in out else c
                rest = order[order.index(t) + 1 :]
                if rest:
                    later = run_cell(config.kind, weights, seen, out["hidden"][t], c, rest, **options)
                    out["hidden"][rest] = later["hidden"][rest]
            level.append(out["hidden"])
        seen = np.concatenate(level, axis=1)
    return seen.reshape(len(seen), model.num_directions, -1)


def slope(config: Configuration, model: Model, place: tuple[int, int, int], signal: str, outcome: Outcome) -> float:
    """‖∂L/∂h_t‖ or ‖∂L/∂c_t‖ by central differences, one unit after the other."""
    units = (config.proj_size or config.hidden_size) if signal == "hidden" else config.hidden_size
    still = np.zeros(config.proj_size or config.hidden_size), np.zeros(config.hidden_size)
    found = []
    for unit in range(units):
        ends = []
        for sign in (1, -1):
            moved = tuple(values.copy() for values in still)
            moved[signal == "cell"][unit] = sign * EPSILON
            ends.append(outcome(rerun(config, model, place, (moved[0], moved[1]))))
        found.append((ends[0] - ends[1]) / (2 * EPSILON))
    return float(np.linalg.norm(found))


def last(hidden: Array) -> float:
    return float(hidden[-1, 0].sum() + (hidden[0, 1].sum() if hidden.shape[1] > 1 else 0))


DOUBLES = configurations(most_steps=5, most_layers=2).filter(
    lambda one: one.double and not one.relu and one.hidden_size <= 5
)


@settings(max_examples=30)
@given(config=DOUBLES)
def test_gradients_are_central_differences_in_every_layer_direction_and_step(config: Configuration) -> None:
    model = config.model()
    found = gradients(model, config.x(), **given_states(config.start()))
    step = config.steps // 2
    at_step = gradients(model, config.x(), target=step, **given_states(config.start()))
    for layer in range(model.num_layers):
        for way in range(model.num_directions):
            for t in range(config.steps):
                for gradient, outcome in ((found, last), (at_step, lambda hidden: float(hidden[step].sum()))):
                    h = slope(config, model, (layer, way, t), "hidden", outcome)
                    assert gradient.hidden[layer, way, t] == pytest.approx(h, rel=1e-6, abs=1e-9)
                    if gradient.cell is not None:
                        c = slope(config, model, (layer, way, t), "cell", outcome)
                        assert gradient.cell[layer, way, t] == pytest.approx(c, rel=1e-6, abs=1e-9)


@settings(max_examples=40)
@given(config=configurations(most_steps=20).filter(lambda one: one.reset_after))
def test_the_input_gradient_is_that_of_pytorch(config: Configuration) -> None:
    module = config.module().double()
    x = torch.tensor(config.x(), dtype=torch.float64, requires_grad=True)
    start = config.start()
    h = None if start is None else torch.tensor(start.h, dtype=torch.float64)
    states = h if start is None or start.c is None else (h, torch.tensor(start.c, dtype=torch.float64))
    output, ends = module(x, states)
    h_n = ends[0] if config.kind == "lstm" else ends
    (slopes,) = torch.autograd.grad(h_n[-1 - config.bidirectional :].sum(), x, retain_graph=True)
    found = gradients(from_torch(module), config.x(), **given_states(start))
    assert found.input == pytest.approx(slopes.numpy(), rel=1e-9, abs=1e-12)
    assert found.value == pytest.approx(float(h_n[-1 - config.bidirectional :].detach().sum()), rel=1e-12, abs=1e-12)
    (slopes,) = torch.autograd.grad(output[-1].sum(), x)
    assert gradients(from_torch(module), config.x(), target=-1, **given_states(start)).input == pytest.approx(
        slopes.numpy(), rel=1e-9, abs=1e-12
    )


def test_a_single_precision_model_is_differentiated_in_double() -> None:
    found = gradients(random_model("rnn", 1, 8), np.ones(400))
    assert found.state.dtype == np.float64
    assert 0 < found.state[0, 0, 0] < 1e-45


def test_only_an_lstm_has_a_cell_and_the_state_is_both() -> None:
    found = gradients(random_model("lstm", 2, 3), np.ones((4, 2)), labels=list("abcd"))
    assert found.cell is not None
    assert found.state == pytest.approx(np.hypot(found.hidden, found.cell))
    assert found.labels == ("a", "b", "c", "d")
    assert found.cell[0, 0, -1] == 0  # nothing reads the last c but the last h, which was made before
    assert found.hidden[0, 0, -1] == pytest.approx(np.sqrt(3))
    gru = gradients(random_model("gru", 2, 3), np.ones((4, 2)))
    assert gru.cell is None
    assert (gru.state == gru.hidden).all()


TEXT = "best = max([len(w)"


@pytest.mark.parametrize(("target", "step"), [(("class", ")"), 17), (("class", 1), 17), (("class", ")", 8), 8)])
def test_a_class_is_asked_of_the_head(target: Any, step: int) -> None:
    model = load_model("brackets-lstm")
    found = gradients(model, TEXT, target)
    assert model.head is not None
    output = record(model, TEXT).output
    assert output is not None
    assert found.value == pytest.approx(float(output[step, 1]), rel=1e-5)
    assert found.hidden[0, 0, step] == pytest.approx(float(model.head.weight[1].norm()), rel=1e-6)
    assert (found.state[..., step + 1 :] == 0).all()
    assert (found.input[step + 1 :] == 0).all()


def test_the_loss_of_a_step_needs_its_answer() -> None:
    model = load_model("brackets-lstm")
    found = gradients(model, TEXT, target=8, answer=")")
    output = record(model, TEXT).output
    assert output is not None
    logits = output[8].astype(np.float64)
    assert found.value == pytest.approx(np.log(np.exp(logits).sum()) - logits[1], rel=1e-4)
    shares = np.exp(logits) / np.exp(logits).sum()
    assert model.head is not None
    pull = model.head.weight.double().numpy().T @ (shares - [0, 1, 0])
    assert found.hidden[0, 0, 8] == pytest.approx(np.linalg.norm(pull), rel=1e-4)


def test_the_loss_of_a_value_is_its_squared_error() -> None:
    model = random_model("gru", 1, 4)
    head = Head(torch.ones(1, 4), torch.zeros(1), ("y",), "value", offset=3.0, scale=2.0)
    forecaster = explorer.models.Model(model.stack, head=head)
    found = gradients(forecaster, np.ones(5), target="last", answer=1.5)
    output = record(forecaster, np.ones(5)).output
    assert output is not None
    assert found.value == pytest.approx((float(output[-1, 0]) - 1.5) ** 2, rel=1e-5)


def test_a_head_that_reads_both_ends_answers_for_the_prefix() -> None:
    model = load_model("sentiment-lstm")
    whole, part = "a very good film indeed", "a very good"
    found, alone = gradients(model, whole, ("class", 1, 2)), gradients(model, part, ("class", 1))
    assert found.value == pytest.approx(alone.value)
    assert found.state[..., :3] == pytest.approx(alone.state)
    assert (found.state[..., 3:] == 0).all()


@pytest.mark.parametrize(
    ("target", "error", "says"),
    [
        ("first", ShapeError, "'first'"),
        (1.5, ShapeError, "1.5"),
        (True, ShapeError, "True"),
        (("class",), ShapeError, "class"),
        (("class", 0, "x"), ShapeError, "class"),
        (99, UnknownSignalError, "99"),
        (("class", 7), UnknownSignalError, "class 7"),
        (("class", "}"), UnknownSignalError, "'}'"),
        (("class", True), UnknownSignalError, "True"),
    ],
)
def test_a_target_that_there_is_not_is_refused(target: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        gradients(load_model("brackets-lstm"), TEXT, target)


def test_a_class_without_a_head_is_refused() -> None:
    with pytest.raises(UnknownSignalError, match="no head"):
        gradients(random_model("gru", 2, 3), np.ones((4, 2)), ("class", 0))


@pytest.mark.parametrize("name", ["brackets-lstm", "sine-gru"])
def test_saliency_is_the_input_gradient_of_each_answer(name: str) -> None:
    model = load_model(name)
    x: Any = TEXT if model.vocabulary else np.sin(np.arange(12) / 3)
    found, output = saliency(model, x), record(model, x).output
    assert output is not None
    assert (np.triu(found, 1) == 0).all()
    for step in (0, 5, 11):
        one = gradients(model, x, ("class", int(output[step].argmax()), step))
        assert found[step] == pytest.approx(np.linalg.norm(one.input, axis=1), rel=1e-9, abs=1e-300)


def test_saliency_of_a_model_that_reads_both_ways_is_that_of_its_states() -> None:
    model = load_model("sentiment-lstm")
    found = saliency(model, "a very good film")
    assert found[1] == pytest.approx(np.linalg.norm(gradients(model, "a very good film", 1).input, axis=1))
    assert found[1, 3] > 0
