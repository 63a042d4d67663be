"""Networks that go on by themselves."""

from typing import Any

import numpy as np

from explorer.errors import LessonError
from explorer.lessons.course.reading import output_of
from explorer.lessons.course.words import number, within, yes
from explorer.lessons.registry import answer
from explorer.lessons.screen import Answer, Screen
from explorer.models.model.variants import as_read
from explorer.models.run.generate import generate
from explorer.sequences import legible
from explorer.trace import record

_NEW = 24


@answer
def same_again(screen: Screen, temperature: float) -> Answer:
    """Whether the network writes the same twice, with other dice; ``detail`` is both."""
    text = str(screen.choices.get("text", "")) or "".join(screen.run.labels)
    one, two = (generate(screen.network, text, _NEW, float(temperature), seed) for seed in (1, 2))
    return Answer(yes(one == two), legible(one) if one == two else f"{legible(one)}” · “{legible(two)}")


@answer
def own_output(screen: Screen, *bounds: float) -> Answer:
    """How many times larger the squared error is where the network reads its own forecasts from the middle on.

    ``detail`` is both mean squared errors: reading the true values, and reading its own.
    """
    model, trace = as_read(screen.network), screen.run
    head, middle = model.head, len(trace) // 2
    if head is None or head.gives != "value" or trace.inputs.shape[1] != 1 or len(trace) < 8:
        raise LessonError("This network forecasts no series: go back to the step's view.")
    scaled = (output_of(screen)[:, 0] - head.offset) / head.scale
    truth = trace.inputs[middle + 1 :, 0]
    said, own = scaled[middle], []
    state: dict[str, Any] = dict(trace.state_at(middle))
    for _ in truth:
        own.append(said)
        step = record(model, np.array([[said]]), **state)
        assert step.output is not None
        state, said = dict(step.state_at(0)), (step.output[0, 0] - head.offset) / head.scale
    given, alone = (float(np.mean((np.array(one) - truth) ** 2)) for one in (scaled[middle:-1], own))
    return Answer(within(alone / given, bounds), f"{number(given)} · {number(alone)}")
