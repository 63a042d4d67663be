"""Where else? The places of the corpus at which some units are on, and what they have in common."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.measures import Places, Wanted, elsewhere, shares
from explorer.sequences import legible
from explorer.ui.parts.messages import note, say
from explorer.ui.parts.window import narrow
from explorer.ui.session.state import change
from explorer.ui.units.chosen import signal_of
from explorer.ui.units.corpus import Corpus
from explorer.ui.units.stretch import Stretch, draw_stretch, said_by
from explorer.ui.view.view import View

PLACES = "places"
SHOWN = 50
_MOST_LENGTH = 60
_CLIPPED = 98
_ORDER = "Best first: of a length most like the range’s, then those whose units are furthest beyond their thresholds."
_LISTED = 4
_LOOKED = 20_000
_CONTEXT = 400


def draw_places(
    view: View, corpus: Corpus, values: NDArray[Any], wanted: list[Wanted], steps: tuple[int, int] | None
) -> None:
    """The first 50 in context, best first, and what all of them share.

    Args:
        view: the view.
        corpus: the corpus.
        values: (time, unit) of it.
        wanted: what is asked of the units.
        steps: the range that was selected, or None.
    """
    asked = view.request.units_page
    length = steps[1] - steps[0] if steps else 0
    found = elsewhere(values, wanted, length, asked.off_before, asked.off_after, corpus.starts.tolist())
    if steps is not None and corpus.is_screen:
        found = found.beside(*steps)
    say(view, _sentence(view, corpus, found, wanted, "Where else" if steps else "Where"))
    if not len(found):
        note("Fewer units, a lower threshold, or fewer steps that must be off leave more.")
        return
    spans = dict(zip(found.start[:SHOWN].tolist(), found.stop[:SHOWN].tolist(), strict=True))
    draw_stretch(PLACES, _stretch(view, corpus, values, found, wanted), _flicked, partial(_pressed, spans))
    _in_common(corpus, found)
    note(" ".join([_ORDER, *corpus.notes]))


def _sentence(view: View, corpus: Corpus, found: Places, wanted: list[Wanted], where: str) -> str:
    symbol = word(view.trace.kind, signal_of(view)).symbol
    units = " and ".join(
        f"unit {one.unit} ({symbol} {'>' if one.above else '<'} {spelt(one.threshold)})" for one in wanted
    )
    if not len(found):
        return f"{where}? Nowhere in {corpus.name}, {len(corpus):,} steps: {units} {_are(wanted)} on at no other place."
    share = found.lengths.sum() / len(corpus)
    shown = f"; the first {SHOWN}" if len(found) > SHOWN else ""
    places = "1 place" if len(found) == 1 else f"{len(found):,} places"
    return (
        f"{where}? {units} {_are(wanted)} on at {places} of {corpus.name}, {share:.1%} of {len(corpus):,} steps{shown}:"
    )


def spelt(value: float) -> str:
    """Three digits, with a minus that is one."""
    return f"{value:.3g}".replace("-", "−")


def _are(wanted: list[Wanted]) -> str:
    return "is" if len(wanted) == 1 else "are"


def _stretch(view: View, corpus: Corpus, values: NDArray[Any], found: Places, wanted: list[Wanted]) -> Stretch:
    """The steps of all contexts one after the other, and a row a place."""
    units = [one.unit for one in wanted]
    listed = list(zip(found.start[:SHOWN].tolist(), found.stop[:SHOWN].tolist(), strict=True))
    spans = [_context(corpus, *one) for one in listed]
    rows, at = [], 0
    for (low, high), (start, stop) in zip(spans, listed, strict=True):
        rows.append(_row(at - low, low, high, start, stop))
        at += high - low
    steps = np.concatenate([np.arange(*span) for span in spans])
    some = values[:: max(1, len(values) // _LOOKED)][:, units].astype(np.float32)
    return Stretch(
        tokens=[token for span in spans for token in _named(corpus, *span)],
        units=units,
        values=values[steps][:, units].astype(np.float32),
        signal=word(view.trace.kind, signal_of(view)),
        unit=view.request.cursor.unit if view.request.cursor.unit in units else units[0],
        reach=np.percentile(np.abs(np.nan_to_num(some)), _CLIPPED, axis=0),
        rows=rows,
        joint=corpus.between if corpus.vocabulary else " ",
        alt=f"{len(rows)} places in their context, one a row",
        hint="A row is a place: its step, how many steps it lasts, and itself underlined. Press one to read on there.",
    )


def _named(corpus: Corpus, start: int, stop: int) -> tuple[str, ...]:
    """The tokens; of numbers the first column's values."""
    if corpus.values.ndim == 1:
        return corpus.tokens(start, stop)
    return tuple(spelt(value) for value in corpus.values[start:stop, 0])


def _context(corpus: Corpus, start: int, stop: int) -> tuple[int, int]:
    """A place with what stands around it in its sequence."""
    before, after = (12, 28) if narrow() else (44, 84)
    if corpus.between or corpus.vocabulary is None:
        before, after = before // 4, after // 4
    begin, end = corpus.span_of(start)
    return max(begin, start - before), min(end, start + max(after, min(stop - start, _MOST_LENGTH) + 8))


def _row(shift: int, low: int, high: int, start: int, stop: int) -> dict[str, Any]:
    """A place as the browser is told of it, in steps of the message."""
    edges = {"from": low, "start": start, "stop": min(stop, high), "to": high}
    about = f"{start + 1:>9,} {stop - start:>4,}×"
    return {name: step + shift for name, step in edges.items()} | {"at": start, "about": about}


def _in_common(corpus: Corpus, found: Places) -> None:
    """A table: what is so at the places' steps, beside how often it is so over all."""
    inside = np.zeros(len(corpus) + 1, dtype=np.int64)
    np.add.at(inside, found.start, 1)
    np.add.at(inside, found.stop, -1)
    mask = np.cumsum(inside[:-1]) > 0
    tokens = [*_of_tokens(corpus, mask, "here"), *_before(corpus, found)]
    rows = [*tokens, *_of_position(corpus, mask), *_of_labels(corpus, mask)]
    if rows:
        st.markdown("###### What these places have in common")
        st.table(pd.DataFrame(rows, columns=["", "in these places", "over all"]).set_index(""))


def _before(corpus: Corpus, found: Places) -> list[tuple[str, str, str]]:
    """What stands right before a place begins."""
    mask = np.zeros(len(corpus), dtype=bool)
    mask[found.start[found.start > 0] - 1] = True
    return _of_tokens(corpus, mask, "right before")


def _of_tokens(corpus: Corpus, mask: NDArray[np.bool_], where: str) -> list[tuple[str, str, str]]:
    if corpus.vocabulary is None or corpus.values.ndim != 1:
        return []
    return [
        (f"‘{corpus.shown(int(one.value))}’ {where}", f"{one.inside:.1%}", f"{one.overall:.1%}")
        for one in shares(mask, corpus.values, _LISTED)
    ]


def _of_position(corpus: Corpus, mask: NDArray[np.bool_]) -> list[tuple[str, str, str]]:
    known = corpus.line_positions
    if known is None:
        return []
    return [("position in line, median", f"{np.median(known[mask]) + 1:.0f}", f"{np.median(known) + 1:.0f}")]


def _of_labels(corpus: Corpus, mask: NDArray[np.bool_]) -> list[tuple[str, str, str]]:
    rows = []
    for name, values in corpus.labels.items():
        if values.dtype.kind == "f":
            here, overall = (
                float(np.nanmean(part)) if np.isfinite(part).any() else np.nan for part in (values[mask], values)
            )
            rows.append((f"{legible(name)}, mean", f"{here:.3g}", f"{overall:.3g}"))
            continue
        rows += [
            (f"{legible(name)} = {legible(str(one.value))}", f"{one.inside:.1%}", f"{one.overall:.1%}")
            for one in shares(mask, values, _LISTED)
        ]
    return rows


def _flicked() -> None:
    unit = said_by(PLACES, "unit")
    if unit is not None:
        change(unit=unit)


def _pressed(spans: dict[int, int]) -> None:
    """Read on in the text, where the place is underlined."""
    step = said_by(PLACES, "go")
    if step in spans:
        change(picture="text", corpus_from=max(0, step - _CONTEXT), found=f"{step}:{spans[step]}")
