"""What every page begins with: the bar, and the view, or the sentence that says why there is none."""

import streamlit as st

from explorer.errors import ExplorerError
from explorer.ui.bar import bar
from explorer.ui.content import View, fitting_model, look, model_title, reads
from explorer.ui.request import Request
from explorer.ui.session import begin, change, current, publish
from explorer.ui.words import architecture, beyond_training, proof


def open_view(page: str) -> View | None:
    """Draw the bar and run the request; None where there is nothing to draw but a message."""
    begin(page)
    bar()
    request = current()
    publish()
    try:
        view = look(request, st.session_state.get("upload"))
    except ExplorerError as trouble:
        _refuse(request, str(trouble))
        return None
    for note in (*view.encoded.notes, beyond_training(view)):
        if note:
            st.caption(note)
    return view


def _refuse(request: Request, sentence: str) -> None:
    st.warning(sentence, icon=":material/error:")
    other = fitting_model(request)
    if request.source == "typed" and request.text.strip() and other != request.model:
        st.button(
            f"Open it with {model_title(other)}", type="primary", key="fitting",
            on_click=change, kwargs={"model": other, "step": -1, "unit": -1, "layer": 0},
        )  # fmt: skip
    elif request.source in ("generator", "upload") and reads(request) == "text":
        st.button("Open it with random weights", type="primary", on_click=change, kwargs={"model": "random"})


def facts(view: View, units: str) -> None:
    """One thin row: what this is, what is shown, and the proof."""
    with st.container(horizontal=True, vertical_alignment="center", key="facts"):
        st.caption(f"{architecture(view)} · {len(view.trace)} steps · {units}")
        with st.popover(proof(view), type="tertiary", key="proof"):
            st.markdown(_proof_in_full(view))


def _proof_in_full(view: View) -> str:
    trace = view.trace
    if trace.max_error is None:
        why = "signals were held" if trace.clamps else "this GRU resets before the matrix product"
        return f"PyTorch cannot run this itself: {why}. The numbers come from the step-by-step definition."
    how = {
        "step": "Every step was computed from the equations, one after the other, and compared with PyTorch's run.",
        "replay": "PyTorch's kernel gave the hidden states; every gate was computed from the weights, and the states "
        "rebuilt from those gates were compared with PyTorch's.",
    }[trace.method]
    return (
        f"Largest difference from `torch.nn.{trace.kind.upper()}` over every hidden state and the last states of this "
        f"very run: **{trace.max_error:.2e}**, relative to max(1, the unit's largest value). {how}"
    )
