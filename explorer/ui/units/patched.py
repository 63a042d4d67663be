"""The patch map: which signal at which step brings B's answer back when it is put into A."""

from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.figures import patch_picture
from explorer.measures import PatchMap, patch_map
from explorer.measures.patching import MOST_STEPS
from explorer.models import Model
from explorer.sequences import Encoded, parse_numbers, visible
from explorer.trace import Trace, record
from explorer.ui.parts.controls import bound, menu
from explorer.ui.parts.messages import note, say
from explorer.ui.parts.window import CONFIG, sizes, theme
from explorer.ui.session.state import current
from explorer.ui.units.marks import model_mark
from explorer.ui.units.work import worked
from explorer.ui.view.view import View


def draw_patched(view: View) -> None:
    """B, the step of the answer, and the map."""
    if len(view.trace) > MOST_STEPS:
        note(f"The map runs the sequence once for every signal and step: choose one of at most {MOST_STEPS} steps.")
        return
    changed = _changed(view)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="patch-asked"):
        st.text_input(
            "B: another sequence of the same length; left empty, the one on screen with one step changed",
            **bound("patched", {"patch_step": -1}), placeholder=_spelled(view, changed), width=620,
        )  # fmt: skip
        other = _other(view, changed)
        step = _asked(view, other)
    if step is not None:
        found = _found(view, other, step)
        if found is not None:
            _draw(view, found)


def _asked(view: View, other: Any) -> int | None:
    """The step whose answer is looked at; None, and a line that says so, where there is none."""
    second = record(view.model, other)
    steps = _differing(view.model, view.trace, second)
    if len(second) != len(view.trace) or not steps:
        patch_map(view.model, view.encoded, other)  # which says why not
        note("A and B answer alike after every step: change something else.")
        return None
    menu(
        "Answer after", "patch_step", [-1, *sorted(steps)],
        lambda step: f"step {step + 1}" if step >= 0 else f"step {steps[-1] + 1}, which tells most", width=320,
    )  # fmt: skip
    asked = current().units_page.patch_step
    return asked if asked in steps else steps[-1]


def _draw(view: View, found: PatchMap) -> None:
    kind = view.trace.kind
    titles = {name: word(kind, name).title for name in found.signals}
    row, step = np.unravel_index(
        int(found.shares[:, : found.step].argmax()) if found.step else 0, (len(titles), max(found.step, 1))
    )
    a, b = (visible(one) for one in found.answers)
    back = (
        f" Before it, most of B's answer comes back with the {titles[found.signals[row]].lower()} of step {step + 1}: "
        f"{found.shares[row, step]:.0%}."
        if found.step and found.shares[row, step] > 0.05
        else ""
    )
    say(view, f"After step {found.step + 1} A says “{a}” and B “{b}”.{back}")
    st.plotly_chart(
        patch_picture(found, titles, theme(), sizes()), theme=None, config=CONFIG, key="patch-map",
        alt=f"The share of B's answer that each signal and step of B brings back in A, over {len(view.trace)} steps",
    )  # fmt: skip
    note(
        "Each cell is a run of its own over A, in which that signal of every unit of this layer is as in B at that one "
        "step. Blue: A's answer moves to B's, 100 % all the way; rust: away from it. Bold tokens differ, A's over B's."
    )


def _found(view: View, other: Any, step: int) -> PatchMap | None:
    layer, direction = view.request.shown.place
    values = [np.asarray(getattr(one, "values", one)) for one in (view.encoded, other)]
    spelled = " ".join(str(hash(one.tobytes())) for one in values)
    mark = f"patched {model_mark(view.model)} {spelled} {step} {layer} {direction}"

    def work(progress: Any) -> PatchMap:
        return patch_map(view.model, view.encoded, other, step, layer=layer, direction=direction, progress=progress)

    return worked(mark, "Putting pieces of B into A, one after the other", "Draw the map", work)


def _differing(model: Model, first: Trace, second: Trace) -> list[int]:
    """The steps after which A and B answer otherwise, what tells most last: the last, or the furthest apart."""
    assert model.head is not None
    assert first.output is not None
    assert second.output is not None
    if len(first) != len(second):
        return []
    if model.head.gives == "value":
        apart = np.abs(first.output[:, 0].astype(float) - second.output[:, 0])
        order = np.argsort(apart, kind="stable")
        return [int(one) for one in order if apart[one] > max(1e-4, 0.05 * apart.max())]
    return [int(one) for one in np.flatnonzero(first.output.argmax(axis=1) != second.output.argmax(axis=1))]


def _other(view: View, changed: Encoded) -> Any:
    typed = view.request.units_page.patched
    if not typed.strip():
        return changed
    return typed if view.encoded.is_text else parse_numbers(typed)


def _changed(view: View) -> Encoded:
    """The sequence on screen with one early step another, so that answers differ as late as may be."""
    values = view.encoded.values
    best, latest = values.copy(), -1
    for at in [*range(min(len(values), 12)), len(values) // 2]:
        for other in _instead(values, at):
            changed = values.copy()
            changed[at] = other
            steps = _differing(view.model, view.trace, record(view.model, changed))
            if steps and max(steps) - at > latest:
                best, latest = changed, max(steps) - at
    return replace(view.encoded, values=best, labels=_named(view, best))


def _named(view: View, values: NDArray[Any]) -> tuple[str, ...]:
    """What its steps are called: the tokens, else as those of A."""
    words = view.model.vocabulary
    if values.ndim == 2 or words is None:
        return view.encoded.labels
    return tuple(visible(words[one]) for one in values.tolist())


def _instead(values: NDArray[Any], at: int) -> list[Any]:
    """What may stand at a step: for a token others of the sequence, for numbers their opposites."""
    if values.ndim == 2:
        return [2 * values.mean(axis=0) - values[at] + values.std(axis=0)]
    known, counts = np.unique(values, return_counts=True)
    return [one for one in known[np.argsort(-counts)][:4].tolist() if one != values[at]]


def _spelled(view: View, changed: Encoded) -> str:
    """B as it would be typed."""
    if not view.encoded.is_text:
        return " ".join(f"{one:g}" for one in changed.values[:, 0]) if changed.values.shape[1] == 1 else ""
    vocabulary = view.model.text
    return "" if vocabulary is None else vocabulary.decode(changed.values.tolist())
