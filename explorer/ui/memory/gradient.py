"""Does the past get a say? Gradients over the user's own tokens, and what each answer hangs on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from explorer.cells import CELLS
from explorer.figures import Curve, gradient_curves, saliency_triangle
from explorer.figures.triangle import SALIENCY as WORD
from explorer.figures.triangle import shares
from explorer.measures import remaining
from explorer.ui.memory.ribbon import Shade, along
from explorer.ui.memory.run import MOST_STEPS, outcomes, slopes, triangle, twins
from explorer.ui.memory.words import GRADIENT, SALIENCY, hangs_on, has_a_say
from explorer.ui.parts.controls import switch
from explorer.ui.parts.cursor import Cursor
from explorer.ui.parts.messages import note, say
from explorer.ui.parts.ribbon import Chart
from explorer.ui.parts.window import sizes, theme
from explorer.ui.view.view import View

CURVES, TRIANGLE = "gradient", "triangle"
_OUTCOMES = {"state": "of its state", "answer": "of its answer", "loss": "of its loss"}
_TITLES = {"state": "of the sum of h", "answer": "of the likeliest answer", "loss": "of the step’s loss"}


def sequence_picture(view: View, cursor: Cursor, beside: DeltaGenerator) -> None:
    """The cells of one task together; the tokens are coloured by the input's share."""
    request = view.request
    known = outcomes(view, cursor.step)
    outcome = request.memory_page.outcome if request.memory_page.outcome in known else known[0]
    family = twins(view)
    curves = []
    for each in family:
        found = slopes(each, cursor.step, outcome, view)
        place = _place(each, view)
        curves.append(
            Curve(CELLS[each.model.kind].title, remaining(found, *place), each.model.kind, 3.2 if each is view else 2.0)
        )
        if each is view:
            own, saliency = found, np.linalg.norm(found.input, axis=1)
    far, back = _far(view, remaining(own, *request.shown.place))
    say(view, has_a_say([(one.name, float(one.values[far])) for one in curves], back))
    with beside:
        switch("Gradient at the chosen step", "outcome", known, _OUTCOMES.__getitem__, label_visibility="collapsed")
    figure = gradient_curves(
        [*curves, *_parts(view, own)], len(view.trace), _TITLES[outcome], theme(), sizes(), hover=False
    )
    alt = (
        f"Lines on a log axis: the share of the gradient left before step {cursor.step + 1} in "
        f"{', '.join(one.name for one in curves)}"
    )
    shade = Shade(WORD, saliency / (saliency.max() or 1.0))
    along(view, cursor, [shade], [Chart(CURVES, figure, alt)])
    note(GRADIENT + (f" Followed for {MOST_STEPS:,} steps." if len(view.trace) > MOST_STEPS else ""))


def _place(each: View, view: View) -> tuple[int, str]:
    """The layer and direction looked at, where the other network has them."""
    request = view.request
    there = request.shown.layer < each.model.num_layers and (
        each.model.num_directions == 2 or request.shown.direction == "forward"
    )
    return request.shown.place if there else (each.model.num_layers - 1, "forward")


def _far(view: View, left: NDArray[Any]) -> tuple[int, int]:
    """The step read first, of which the gradient is told, and how many steps back that is."""
    used = np.flatnonzero(left)
    if not used.size:
        return 0, 0
    ends = int(used[0]), int(used[-1])
    return ends[view.request.shown.direction == "reverse"], ends[1] - ends[0]


def _parts(view: View, own: Any) -> list[Curve]:
    """Both states by themselves, of a cell that has two."""
    if own.cell is None:
        return []
    place, cell = view.request.shown.place, CELLS[view.model.kind]
    parts = zip(("hidden", "cell"), cell.state_signals, ("dot", "dashdot"), strict=False)
    return [
        Curve(f"{cell.title}, {cell.word(name).symbol} alone", remaining(own, *place, part=part), cell.kind, 1.2, dash)
        for part, name, dash in parts
    ]


def triangle_picture(view: View, cursor: Cursor, beside: DeltaGenerator) -> None:
    """Token by token: a row for each answer."""
    window, found = triangle(view, cursor.step)
    row = found[cursor.step - window.first]
    say(view, hangs_on(view, row, cursor.step, window.first))
    whole: NDArray[Any] = np.zeros(len(view.trace))
    whole[window.first : window.stop] = shares(found)[cursor.step - window.first]
    options: dict[str, Any] = {"theme": theme(), "sizes": sizes(), "hover": False}
    figure = saliency_triangle(found, view.trace.labels, window.first, cursor.step, **options)
    said = hangs_on(view, row, cursor.step, window.first)
    alt = f"A triangle: how much each of {len(found)} answers hangs on each token; {said}"
    along(view, cursor, [Shade(WORD, whole)], [Chart(TRIANGLE, figure, alt)])
    part = len(found) < len(view.trace)
    note(SALIENCY + (f" Steps {window.first + 1} to {window.stop} of {len(view.trace)}." if part else ""))
