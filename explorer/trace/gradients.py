"""Gradients through time: how much an outcome depends on each state and input before it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear

from explorer.arguments import checked
from explorer.cells import Cell
from explorer.errors import ShapeError, UnknownSignalError
from explorer.fitting import is_index, said
from explorer.models import DIRECTIONS, Model
from explorer.models.run.inputs import prepare, prepare_states
from explorer.models.run.masked import Mask
from explorer.models.run.run import States
from explorer.sequences import check_size
from explorer.trace.norms import Floats, Gradients

Passes = list[list[Any]]
"""For each cell, in the order of `Model.cells`, its state after each position."""
_KEPT_BY_AUTOGRAD = 12
"""So many numbers are kept for each recorded one while a gradient is on its way."""


@checked
def gradients(
    model: Model, x: Any, target: Any = "last", labels: Sequence[Any] | None = None, h_0: Any = None, c_0: Any = None,
    answer: Any = None,
) -> Gradients:  # fmt: skip
    """Differentiate one number with respect to every state and input before it.

    h_t and c_t are taken as independent inputs of the next step: ∂L/∂c_t does not go through the h_t that was
    made from c_t. Everything is computed in float64, whatever the model's precision, since float32 has no
    numbers below 1e-45 to show how far a gradient has vanished.

    Args:
        model: the model; dropout never acts.
        x: the sequence, as `record` takes it.
        target: L. ``"last"``: the sum of the last h, over the last layer's units and directions (each
            direction's own last step). A whole number is a step: the sum of the last layer's h at that
            position, −1 being the last. ``("class", k)``: what the head says for class k, its number or its
            name, after the last step; ``("class", k, step)`` after that step.
        labels: one word a step, as in `record`.
        h_0, c_0: (layers*directions, units); by default as in `record`.
        answer: the right answer at the step of ``target``. L is then the loss of that step: the cross
            entropy of the class (a number or a name), or the mean squared error of the value.

    Returns:
        A `Gradients`; steps that L does not depend on have 0.

    Raises:
        UnknownSignalError: there is no such step or class, or no head to ask.
        ShapeError: ``target`` is none of these.
        EncodingError, ShapeError: the input or the states do not fit, as in `record`.

    Example:
        >>> found = gradients(load_model("brackets-lstm"), "f(x[0])")
        >>> found.state.shape
        (1, 1, 7)
    """
    prepared = prepare(model, x, labels)
    steps = len(prepared.x)
    check_size(steps, _KEPT_BY_AUTOGRAD * model.values_per_step)
    aim = _aim(model, target, steps, answer)
    leaf = prepared.x[: aim.stop].double().requires_grad_()
    passes = _unroll(model, leaf, prepare_states(model, h_0, c_0), prepared.masked)
    value = aim.of(passes)
    places = [state for one in passes for state in one]
    slopes = torch.autograd.grad(value, [leaf, *(part for state in places for part in state)], allow_unused=True)
    norms = [0.0 if slope is None else float(slope.norm()) for slope in slopes[1:]]
    shape = (model.num_layers, model.num_directions, aim.stop, len(places[0]))
    parts = np.zeros((*shape[:2], steps, shape[3]))
    parts[:, :, : aim.stop] = np.reshape(norms, shape)
    inputs = np.zeros((steps, model.input_size))
    inputs[: aim.stop] = 0.0 if slopes[0] is None else slopes[0].numpy()
    return Gradients(
        value=value.item(),
        labels=prepared.labels,
        hidden=parts[..., 0],
        cell=parts[..., 1] if shape[3] > 1 else None,
        state=np.sqrt((parts**2).sum(axis=-1)),
        input=inputs,
    )


@checked
def saliency(model: Model, x: Any, h_0: Any = None, c_0: Any = None) -> Floats:
    """‖∂a_T/∂x_t‖ for every step T and every position t: what each answer hangs on.

    a_T is what the head says at step T: its likeliest class, or its value. Without a head, or where the head
    reads both ends of the sequence, it is the sum of the last layer's h_T.

    Args:
        model, x, h_0, c_0: as in `gradients`.

    Returns:
        (step, time): 0 above the diagonal, t > T, unless the model also reads from the end.
    """
    prepared = prepare(model, x)
    check_size(len(prepared.x), _KEPT_BY_AUTOGRAD * (model.values_per_step + len(prepared.x)))
    leaf = prepared.x.double().requires_grad_()
    passes = _unroll(model, leaf, prepare_states(model, h_0, c_0), prepared.masked)
    last = _side_by_side(passes[-model.num_directions :])
    answers = last.sum(dim=-1)
    if model.head is not None and model.head.reads == "step":
        said = _say(model, last)
        answers = said.max(dim=-1).values if model.head.gives == "class" else said.sum(dim=-1)
    (slopes,) = torch.autograd.grad(answers, leaf, torch.eye(len(answers)).double(), is_grads_batched=True)
    return np.asarray(slopes.norm(dim=-1).numpy())


class _Aim(NamedTuple):
    """What is differentiated: a number made from the states, of which so many steps are needed."""

    stop: int
    of: Callable[[Passes], Tensor]


def _aim(model: Model, target: Any, steps: int, answer: Any) -> _Aim:
    name, step = _named_class(target), _step_of(target, steps)
    if name is None and answer is None:
        stop = step + 1 if model.num_directions == 1 else steps
        return _Aim(stop, lambda passes: _hidden_at(model, passes, step, isinstance(target, str)).sum())
    if model.head is None:
        raise UnknownSignalError(f"{model.name} has no head, so it gives no classes or values: use target='last'.")
    ends = model.head.reads == "ends"
    stop = step + 1 if model.num_directions == 1 or ends else steps

    def said(passes: Passes) -> Tensor:
        return _say(model, _hidden_at(model, passes, step, ends))

    if answer is not None:
        return _Aim(stop, lambda passes: _loss(model, said(passes), answer))
    place = _class_of(model, name)
    return _Aim(stop, lambda passes: said(passes)[place])


def _named_class(target: Any) -> Any:
    return target[1] if isinstance(target, tuple) and len(target) in (2, 3) and target[:1] == ("class",) else None


def _step_of(target: Any, steps: int) -> int:
    step = target
    if isinstance(target, str) and target == "last":
        step = -1
    elif _named_class(target) is not None:
        step = target[2] if len(target) == 3 else -1
    if not is_index(step):
        raise ShapeError(f"target is {said(target)}: give 'last', a step, or ('class', k).")
    if not -steps <= step < steps:
        raise UnknownSignalError(f"There is no step {step}: the sequence has {steps}.")
    return int(step) % steps


def _class_of(model: Model, name: Any) -> int:
    """The index of a class, given by its number or its name."""
    assert model.head is not None
    count, known = len(model.head.weight), model.head.labels
    place = known.index(name) if isinstance(name, str) and name in known else name
    if not is_index(place) or not 0 <= place < count:
        raise UnknownSignalError(f"There is no class {said(name)}: {model.name} has {count} (0 to {count - 1}).")
    return int(place)


def _loss(model: Model, said: Tensor, answer: Any) -> Tensor:
    assert model.head is not None
    if model.head.gives == "class":
        return cross_entropy(said, torch.tensor(_class_of(model, answer)))
    return ((said - torch.as_tensor(answer, dtype=torch.float64)) ** 2).mean()


def _hidden_at(model: Model, passes: Passes, step: int, ends: bool) -> Tensor:
    """The last layer's h at a position, or with ``ends`` each direction's last, side by side."""
    last = passes[-model.num_directions :]
    places = [0 if ends and direction else step for direction in range(len(last))]
    return torch.cat([one[place].hidden for one, place in zip(last, places, strict=True)])


def _side_by_side(level: Passes) -> Tensor:
    """A layer's hidden states, (time, features)."""
    return torch.cat([torch.stack([state.hidden for state in states]) for states in level], dim=-1)


def _say(model: Model, hidden: Tensor) -> Tensor:
    """What the head says, with its gradient."""
    head = model.head
    assert head is not None
    bias = None if head.bias is None else head.bias.double()
    return linear(hidden, head.weight.double(), bias) * head.scale + head.offset


def _unroll(model: Model, x: Tensor, start: States, masked: Mask | None) -> Passes:
    """Every state of every cell, each a tensor of its own to differentiate by; a masked step hands its state on."""
    passes: Passes = []
    for cells in model.stack:
        states = start[len(passes) :]
        level = [
            _run(_doubled(cell), x, state, direction == "reverse", masked)
            for cell, state, direction in zip(cells, states, DIRECTIONS, strict=False)
        ]
        passes += level
        x = _side_by_side(level)
    return passes


def _run(cell: Cell, x: Tensor, start: tuple[Tensor, ...], reverse: bool, masked: Mask | None) -> list[Any]:
    # The start takes a gradient too, since a masked first step hands it on as its own state.
    current = cell.state(*(value.double().requires_grad_() for value in start))
    states = []
    order = range(len(x))[::-1] if reverse else range(len(x))
    projected = cell.project(x)
    for position in order:
        is_held = masked is not None and masked[position]
        after = current if is_held else cell.update(cell.gates(projected[position], current), current)
        # A copy, so that c_t as the next step reads it is not the c_t that h_t was made from.
        current = cell.state(*(value.clone() for value in after))
        states.append(current)
    return states[::-1] if reverse else states


def _doubled(cell: Cell) -> Cell:
    return replace(cell, **{name: value.double() for name, value in cell.weights().items()})
