"""What is left of a gradient, on screen and in the networks of the same task."""

import numpy as np

from explorer.cells import CELLS
from explorer.errors import LessonError
from explorer.lessons.course.words import number, within
from explorer.lessons.registry import answer
from explorer.lessons.screen import Answer, Screen
from explorer.measures import MYTH, fading, remaining, time_constants
from explorer.measures import gradient_left as left_in
from explorer.models import Model, list_models, load_card, load_model
from explorer.models.model.variants import as_read
from explorer.trace import gradients

_SEEDS = 3


def twins(model: Model) -> list[Model]:
    """The bundled networks of the same task, those without a memory last; the model itself where there are none."""
    task = model.card.get("task")
    names = [name for name in list_models() if task and load_card(name).get("task") == task]
    found = [load_model(name) for name in names] or [model]
    order = list(CELLS)
    return sorted(found, key=lambda one: -order.index(one.kind))


@answer
def most_gradient(screen: Screen) -> Answer:
    """In which network of the task most of the gradient of the chosen step's h is left at the first; each as detail."""
    step, trace = int(screen.choices.get("step", -1)), screen.run
    step = step if 0 <= step < len(trace) else len(trace) - 1
    left = {}
    for model in twins(screen.network):
        if model.embedding is not None or model.input_size != trace.inputs.shape[1]:
            raise LessonError("The networks of this task read other inputs: go back to the step's view.")
        left[CELLS[model.kind].title] = float(remaining(gradients(as_read(model), trace.inputs, step))[0])
    best = max(left, key=lambda title: left[title])
    return Answer(best, " · ".join(f"{title} {number(share)}" for title, share in left.items()))


@answer
def gradient_left(screen: Screen, lag: int, *bounds: float) -> Answer:
    """The share of the gradient of the last step's h that is left so many steps back; ``detail`` is that share."""
    left = fading(gradients(as_read(screen.network), screen.run.inputs), screen.layer, screen.direction)
    if lag >= len(left):
        raise LessonError(f"The line is too short to look {lag} steps back: make it longer.")
    return Answer(within(float(left[lag]), bounds), number(float(left[lag])))


@answer
def untrained_gradient(screen: Screen, bias: float, *bounds: float) -> Answer:
    """What an untrained network with a forget bias keeps of its gradient over a long lag, the median of three seeds."""
    row = next(one for one in MYTH if one.bias == bias and CELLS[one.kind].keep_gate)
    share = float(np.median([left_in(row, seed) for seed in range(_SEEDS)]))
    return Answer(within(share, bounds), number(share))


@answer
def longest_memory(screen: Screen, *bounds: float) -> Answer:
    """The longest time constant of any unit, in steps; ``detail`` is it, and the unit."""
    taus = np.nan_to_num(time_constants(screen.run, screen.layer, screen.direction), posinf=np.inf)
    unit = int(taus.argmax())
    return Answer(within(float(taus[unit]), bounds), "∞" if np.isinf(taus[unit]) else number(float(taus[unit])))
