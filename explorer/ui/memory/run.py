"""What the Memory page lets run beside the view's own trace: gradients, and the same task's other networks."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import CELLS
from explorer.errors import ExplorerError
from explorer.models import DIRECTIONS, Model
from explorer.models.run.generate import writes
from explorer.trace import Gradients, Trace, gradients, saliency
from explorer.ui.session.catalogue import RANDOM, model_names
from explorer.ui.session.request import Request
from explorer.ui.session.state import current
from explorer.ui.view.data_in_hand import data_in_hand
from explorer.ui.view.view import View, look

Floats = NDArray[np.float64]
MOST_STEPS = 1_000
"""So many steps before the chosen one a gradient is followed."""
_MOST_ROWS = {True: 60, False: 100}


def run_key(view: View) -> str:
    """A key of everything a run depends on: weights, inputs, initial states."""
    summed = hashlib.sha256(view.trace.inputs.tobytes())
    for layer in range(view.model.num_layers):
        for direction in DIRECTIONS[: view.model.num_directions]:
            for name, weights in view.model.weights(layer, direction).items():
                summed.update(name.encode() + str(weights.shape).encode() + weights.tobytes())
    for state in (view.trace.h_0, view.trace.c_0):
        summed.update(b"" if state is None else state.tobytes())
    return summed.hexdigest() + view.model.kind + view.model.name


def twins(view: View) -> list[View]:
    """The same sequence through the same task's other cells, as far as there are such; the view's own too.

    Those without a memory first. Of random weights, PyTorch's cells.
    """
    found = []
    for kind in sorted(CELLS, key=lambda one: CELLS[one].memory is not None):
        if kind == view.model.kind:
            found.append(view)
            continue
        request = _twin(view.request, kind)
        if request is None:
            continue
        try:
            found.append(look(request, data_in_hand()))
        except ExplorerError:
            continue
    return found


def twin_name(request: Request, kind: str) -> str:
    """The bundled model of the same task and another cell; "" where there is none."""
    task = request.model.rpartition("-")[0]
    name = f"{task}-{kind}"
    return name if task and name in model_names() else ""


def _twin(request: Request, kind: str) -> Request | None:
    if request.model == RANDOM:
        return request.but(kind=kind) if CELLS[kind].modules else None
    name = twin_name(request, kind)
    return (
        request.but(model=name, start="trained" if request.initial.start == "typed" else request.initial.start)
        if name
        else None
    )


@dataclass(frozen=True)
class Window:
    """A stretch of a sequence, and the state it begins with."""

    first: int
    stop: int

    def states(self, trace: Trace) -> dict[str, NDArray[Any]]:
        """As `gradients` takes them."""
        names = CELLS[trace.kind].starts()
        if self.first == 0 or trace.num_directions == 2:
            return {name: getattr(trace, name) for name in names}
        return {name: trace[signal][:, 0, self.first - 1] for name, signal in names.items()}


def outcomes(view: View, step: int) -> list[str]:
    """What can be differentiated: the state always, an answer with a head, a loss where the truth is known."""
    found = ["state"]
    if view.model.head is not None:
        found.append("answer")
    if truth(view, step) is not None:
        found.append("loss")
    return found


def truth(view: View, step: int) -> int | float | None:
    """What a model that predicts what comes next should have said; None where that is not known."""
    head, later = view.model.head, step + 1
    if head is None or later >= len(view.trace):
        return None
    predicts_next = writes(view.model) or str(view.model.card.get("question", "")).startswith("next")
    if not predicts_next:
        return None
    if head.gives == "value":
        return float(view.encoded.values[later, 0])
    tokens = view.model.vocabulary or ()
    known = tokens[int(view.encoded.values[later])] if view.encoded.is_text else ""
    return head.labels.index(known) if known in head.labels else None


def slopes(view: View, step: int, outcome: str, own: View | None = None) -> Gradients:
    """Gradients of the chosen outcome at a step, over the whole sequence.

    Args:
        view: the network that is differentiated.
        step: where.
        outcome: ``"state"``, ``"answer"`` or ``"loss"``.
        own: the view whose likeliest answer is meant; by default the network's own.
    """
    said = (own or view).trace.output
    place = 0 if said is None else int(said[step].argmax())
    return _slopes(f"{run_key(view)}{step}{outcome}{place}", view, step, outcome, place)


@st.cache_data(max_entries=90, max_size="48MB", show_spinner=False)
def _slopes(key: str, _view: View, step: int, outcome: str, place: int) -> Gradients:
    window = Window(max(0, step + 1 - MOST_STEPS), min(len(_view.trace), step + MOST_STEPS))
    at = step - window.first
    target = ("class", place, at) if outcome == "answer" else at
    answer = truth(_view, step) if outcome == "loss" else None
    found = gradients(
        _view.model, _part(_view, window), target, _view.trace.labels[window.first : window.stop], answer=answer,
        **window.states(_view.trace),
    )  # fmt: skip
    return _widened(found, _view, window)


def _part(view: View, window: Window) -> object:
    return view.encoded.values[window.first : window.stop]


def _widened(found: Gradients, view: View, window: Window) -> Gradients:
    """With zeros where the window does not reach."""
    steps = len(view.trace)
    if (window.first, window.stop) == (0, steps):
        return found
    sides = (window.first, steps - window.stop)
    around = ((0, 0), (0, 0), sides)
    return replace(
        found,
        labels=view.trace.labels,
        hidden=np.pad(found.hidden, around),
        cell=None if found.cell is None else np.pad(found.cell, around),
        state=np.pad(found.state, around),
        input=np.pad(found.input, (sides, (0, 0))),
    )


def triangle(view: View, step: int) -> tuple[Window, Floats]:
    """Saliency of the steps around the chosen one, and which steps these are."""
    rows = _MOST_ROWS[view.model.hidden_size * view.model.num_layers > 100]
    first = min(max(0, step + 1 - rows), max(0, len(view.trace) - rows))
    window = Window(first, min(len(view.trace), first + rows))
    return window, _triangle(f"{run_key(view)}{window}", view, window)


@st.cache_data(max_entries=30, max_size="24MB", show_spinner=False)
def _triangle(key: str, _view: View, window: Window) -> Floats:
    return saliency(_view.model, _part(_view, window), **window.states(_view.trace))


def remembering_twin(view: View) -> str:
    """A model of the same task that carries a memory; "" where there is none."""
    if current().model == RANDOM:
        return ""
    return next((name for kind in CELLS if CELLS[kind].memory for name in [twin_name(view.request, kind)] if name), "")


def has_memory(model: Model) -> bool:
    """Whether a model carries a state linearly."""
    return CELLS[model.kind].memory is not None
