"""Does it matter? A unit held at its mean; or which piece of another run brings its answer back."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.figures import matter_bars
from explorer.measures import Matter, matter
from explorer.sequences import Encoded
from explorer.training.tasks import right_answers
from explorer.ui.parts.controls import menu, number, switch
from explorer.ui.parts.messages import note, say
from explorer.ui.parts.window import CONFIG, narrow, sizes, theme
from explorer.ui.session.state import adjust, current
from explorer.ui.units.askable import EXPRESSION, Told, askable, told
from explorer.ui.units.chosen import signal_of, unit_of
from explorer.ui.units.corpus import Corpus, corpus_of
from explorer.ui.units.first_pass import values_of
from explorer.ui.units.marks import model_mark
from explorer.ui.units.patched import draw_patched
from explorer.ui.units.work import worked
from explorer.ui.view.view import View

_CAUSES = {"held": "Hold a unit at its mean", "patch": "Take a piece from another run"}
_SHORT = {"held": "Hold a unit", "patch": "Take a piece"}
MOST_STEPS = 10_000
"""So many steps of a corpus are run with each of the units held."""


def draw_matter(view: View) -> None:
    """Which of the two, and its picture."""
    if view.model.head is None:
        note("This model predicts nothing, so nothing can be lost: choose a trained one.")
        return
    titles = _SHORT if narrow() else _CAUSES
    switch("What is done", "cause", list(titles), titles.__getitem__, label_visibility="collapsed")
    if current().units_page.cause == "patch":
        draw_patched(view)
    else:
        _draw_held(view)


def _draw_held(view: View) -> None:
    corpus, signal = corpus_of(view).up_to(MOST_STEPS), signal_of(view)
    values = values_of(view, corpus, signal, *view.request.shown.place)
    if values is None:
        return
    unit, asked = _asked(view, corpus, values)
    found = _found(view, corpus, unit, asked)
    if found is None:
        return
    head, is_loss = view.model.head, found.by == "loss"
    assert head is not None
    nats = "mean squared" if head.gives == "value" else "nats"
    measured = f"Change of the mean loss, {nats}" if is_loss else f"How far the predictions move, {nats}"
    said = word(view.trace.kind, signal)
    say(view, _sentence(found, unit, said.title.lower(), "" if asked is None else asked.title, is_loss))
    st.plotly_chart(
        matter_bars(found, "" if asked is None else asked.title, measured, theme(), sizes()),
        theme=None, config=CONFIG, key="matter",
        alt=f"{measured} when unit {unit} is held at its mean, and when others are",
    )  # fmt: skip
    note(" ".join([_how(found, said.symbol, len(corpus.starts) == 1), *corpus.notes]))


def _asked(view: View, corpus: Corpus, values: NDArray[Any]) -> tuple[int, Told | None]:
    """The unit, and where it should matter."""
    options = {"": "all steps alike"} | askable(view, corpus)
    width = values.shape[1]
    known = view.request.units_page.known_unit
    wanted = view.request.cursor.unit
    if not 0 <= wanted < width:
        adjust(unit=known if 0 <= known < width else unit_of(view, values))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="matter-asked"):
        number("Unit", "unit", 0, width - 1, width=110)
        menu("Should matter", "concept", list(options), options.__getitem__, {"concept_place": 0}, width=260)
    unit, key = current().cursor.unit, current().units_page.concept
    if not key or key not in options or (key == EXPRESSION and not view.request.units_page.expression):
        return unit, None
    asked = told(view, corpus, key)
    return unit, asked if asked.labels.dtype == bool else None


def _found(view: View, corpus: Corpus, unit: int, asked: Told | None) -> Matter | None:
    signal, place = signal_of(view), view.request.shown.place
    marked = None
    if asked is not None:
        marked = np.zeros(len(corpus), bool)
        marked[asked.steps] = asked.labels
    spelled = "" if marked is None else str(hash(marked.tobytes()))
    mark = f"matter {model_mark(view.model)} {corpus.mark} {signal} {place} {unit} {spelled}"

    def work(progress: Any) -> Matter:
        return matter(
            view.model, corpus.values, unit, marked, _answers(view, corpus), signal=signal, layer=place[0],
            direction=place[1], starts=corpus.starts.tolist(), progress=progress, **corpus.states,
        )  # fmt: skip

    return worked(mark, f"Holding one unit after the other over {len(corpus):,} steps", "Hold the unit", work)


def _answers(view: View, corpus: Corpus) -> NDArray[np.float64] | None:
    """The right answer after each step of every sequence, as far as the task knows it."""
    if not view.model.learned:
        return None
    columns = tuple(f"column {at + 1}" for at in range(corpus.values.shape[1])) if corpus.values.ndim == 2 else ()
    found = [
        right_answers(view.model.card, Encoded(corpus.values[start:stop], corpus.tokens(start, stop), columns=columns))
        for start, stop in corpus.spans()
    ]
    if all(one is None for one in found):
        return None
    lengths = [stop - start for start, stop in corpus.spans()]
    each = [np.full(steps, np.nan) if one is None else one for one, steps in zip(found, lengths, strict=True)]
    return np.concatenate(each)


def _sentence(found: Matter, unit: int, signal: str, where: str, is_loss: bool) -> str:
    """What the numbers on the picture say."""
    what = "the loss" if is_loss else "the predictions"
    others = len(found.units) - 1
    more = f"{found.rank} of {others} other units change it as much" if others else "there is no other unit"
    held = f"With the {signal} of unit {unit} held at its mean"
    overall, there, elsewhere = (
        f"{one[0]:+.3g}".replace("-", "−") for one in (found.overall, found.there, found.elsewhere)
    )
    if np.isnan(found.there[0]):
        return f"{held} {what} changes by {overall} on average; {more}."
    return f"{held} {what} changes by {there} {_at(where)} and by {elsewhere} elsewhere; {more}."


def _at(where: str) -> str:
    return where if where.startswith(("inside", "the range")) else f"at {where}"


def _how(found: Matter, symbol: str, is_stream: bool) -> str:
    marked, others = found.steps
    stream = (
        " The stream is read in stretches of 500 steps, each from the state in which the free run arrives there."
        if is_stream
        else ""
    )
    counts = f"{marked:,} steps there, {others:,} elsewhere." if marked else f"{others:,} steps."
    return f"{symbol} of unit {found.units[0]} is held at {found.held[0]:.3g}. {counts}{stream}".replace("-", "−")
