"""The text in colour: the corpus, lines as they are, each token by one unit's signal."""

from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.ui.parts.controls import bound
from explorer.ui.parts.messages import note, say
from explorer.ui.session.state import adjust, change
from explorer.ui.units.chosen import signal_of, unit_of
from explorer.ui.units.corpus import Corpus, corpus_of
from explorer.ui.units.first_pass import pass_of
from explorer.ui.units.guesses import guesses
from explorer.ui.units.stretch import Stretch, draw_stretch, said_by
from explorer.ui.view.view import View

TEXT = "coloured"
SHOWN = 3_000
"""So many steps are shown at once."""
_CLIPPED = 98


def draw_text(view: View) -> None:
    """A stretch of the corpus in the colours of one unit."""
    corpus, signal = corpus_of(view), signal_of(view)
    found = pass_of(view, corpus, signal, *view.request.shown.place)
    if found is None:
        return
    said = word(view.trace.kind, signal)
    unit = unit_of(view, found.values)
    name = f"{corpus.name[:1].upper()}{corpus.name[1:]}"
    one = "token" if corpus.vocabulary else "step"
    say(view, f"{name}, each {one} in the colour of one unit’s {said.title.lower()}.")
    start, stop = _shown(view, corpus)
    stretch = stretch_of(view, corpus, found.values, start, stop, tuple(range(found.values.shape[1])), unit)
    told = replace(
        stretch,
        guesses=guesses(view, corpus, found, start, stop),
        hint="Point at a token, or tap it, for its value and what the model expects next; ↑ and ↓ change the unit.",
        alt=f"Steps {start + 1:,} to {stop:,} of {corpus.name}, coloured by {said.title.lower()}",
    )
    draw_stretch(TEXT, told, _followed)
    scale = (
        "" if said.role == "gate" else f" Each unit has its own scale, ± the 98th percentile of |{said.symbol}| here."
    )
    note(" ".join([f"{len(corpus):,} steps.{scale}", *corpus.notes]))


def stretch_of(
    view: View, corpus: Corpus, values: NDArray[Any], start: int, stop: int, units: tuple[int, ...], unit: int
) -> Stretch:
    """Some steps of the corpus in the colours of some units, each on its own scale over these steps."""
    part = np.asarray(values[start:stop][:, list(units)], dtype=np.float32)
    is_text = corpus.vocabulary is not None
    inside = corpus.starts[(corpus.starts >= start) & (corpus.starts < stop)]
    return Stretch(
        tokens=corpus.tokens(start, stop),
        units=units,
        values=part,
        signal=word(view.trace.kind, signal_of(view)),
        unit=unit,
        reach=np.percentile(np.abs(np.nan_to_num(part)), _CLIPPED, axis=0),
        first=start,
        marked=_marked(view, start, stop),
        breaks=(inside - start).tolist(),
        numbers=corpus.values[start:stop, 0].astype(np.float64) if corpus.values.ndim == 2 else None,
        joint=corpus.between if is_text else " ",
    )


def _marked(view: View, start: int, stop: int) -> tuple[int, int] | None:
    """The place that the reader came from, ``"start:stop"`` in the address."""
    first, _, last = view.request.units_page.found.partition(":")
    if not (first.isdecimal() and last.isdecimal()) or not start <= int(first) < int(last) <= stop:
        return None
    return int(first) - start, int(last) - start


def _shown(view: View, corpus: Corpus) -> tuple[int, int]:
    """Which steps; a slider where these are not all."""
    most = max(0, len(corpus) - SHOWN)
    if view.request.units_page.corpus_from > most:
        adjust(corpus_from=most)
    if most:
        st.slider(f"{SHOWN:,} of {len(corpus):,} steps, from", 0, most, step=1, format="%d", **bound("corpus_from"))
    start = min(view.request.units_page.corpus_from, most)
    return start, min(len(corpus), start + SHOWN)


def _followed() -> None:
    """The reader has flicked to another unit."""
    unit = said_by(TEXT, "unit")
    if unit is not None:
        change(unit=unit)
