"""What a page must say about its sequence: how it was read, what was found in it, and a button for each way out."""

import numpy as np
import streamlit as st

from explorer.errors import ExplorerError
from explorer.measures import scale_finding
from explorer.sequences import Finding
from explorer.ui.parts.sentences import beyond_training, literal, masked_steps, prefixes
from explorer.ui.parts.wiring import enters
from explorer.ui.session.catalogue import RANDOM
from explorer.ui.session.state import change, current, unread
from explorer.ui.view.data_in_hand import data_in_hand
from explorer.ui.view.reading import encode, open_named, prepared
from explorer.ui.view.replaced import with_replacement
from explorer.ui.view.view import View

_FOLDED = 260
STANDARDISE = "standardise"


def say_notes(view: View, page: str) -> None:
    """Every note of the sequence and of how the model reads it; what was found with the buttons of its remedies."""
    read, found = _of_upload(view)
    scale = _scale(view)
    offers = {one.sentence: one for one in (*found, *([scale] if scale else []))}
    enters_by = None if page == "models" else enters(view.model)
    of_model = (enters_by, beyond_training(view), masked_steps(view), prefixes(view))
    notes = [note for note in (*with_replacement(view.encoded.notes), *of_model, unread()) if note and note not in read]
    notes += [scale.sentence] if scale else []
    if not read and not notes:
        return
    with st.container(gap="xxsmall", key="notes"):
        _say_reading(read)
        for note in notes:
            _say(note, offers.get(note))


def _of_upload(view: View) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    upload = data_in_hand()
    if view.request.sequence.source != "upload" or upload is None or not view.encoded.notes:
        return (), ()
    table, found = prepared(upload, view.request.sequence.fixes)
    return table.notes, found


def _say_reading(notes: tuple[str, ...]) -> None:
    """How the file was read, in one paragraph; a long one folded."""
    if sum(map(len, notes)) <= _FOLDED:
        if notes:
            st.caption(literal(" ".join(notes)))
        return
    first = next((note for note in notes if note.startswith("Left out")), notes[1])
    with st.expander(literal(f"How your file was read: {len(notes)} notes. {first}"), key="how-read"):
        for note in notes:
            st.caption(literal(note))


def _say(note: str, finding: Finding | None) -> None:
    if finding is None or not finding.remedies:
        st.caption(literal(note))
        return
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"found-{finding.remedies[0].name}"
    ):
        st.caption(literal(note), width="content")
        for remedy in finding.remedies:
            st.button(
                literal(remedy.label), key=f"fix-{remedy.name}", on_click=_fix, args=(remedy.name,), type="tertiary",
                icon=":material/build:",
            )  # fmt: skip


def _fix(name: str) -> None:
    if name == STANDARDISE:
        change(**_standardised())
        return
    fixes = [*filter(None, current().sequence.fixes.split(",")), name]
    change(fixes=",".join(fixes), step=-1)


def _scale(view: View) -> Finding | None:
    """Whether the numbers are far from what the network is used to; not of the examples that come with it."""
    request = view.request
    if view.encoded.is_text or view.model.embedding is not None or request.sequence.source == "example":
        return None
    if view.model.scaling is None and request.sequence.scaling in ("z-score", "min-max"):
        return None
    return scale_finding(view.model, view.trace)


def _standardised() -> dict[str, str]:
    """Scaling to mean 0 and deviation 1; to the mean and deviation of its training where a model states them."""
    request = current()
    model = None if request.model == RANDOM else open_named(request.model)
    if model is None or model.scaling is None:
        return {"scaling": "z-score"}
    try:
        values = encode(request.but(scaling="none"), data_in_hand()).values
    except ExplorerError:
        return {"scaling": "z-score"}
    spread = values.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0) / np.array(model.scaling.scale)
    offset = values.mean(axis=0) - np.array(model.scaling.offset) * scale
    return {"scaling": "typed", "offset": _spelt(offset), "scale": _spelt(scale)}


def _spelt(numbers: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> str:
    return " ".join(repr(float(number)) for number in numbers)
