"""Where layers come before the recurrent one: how to export what reaches it, and whether our output is theirs."""

import re

import numpy as np
import streamlit as st

from explorer.errors import ExplorerError
from explorer.sequences import read_arrays
from explorer.ui.parts.sentences import literal
from explorer.ui.view.view import View

_CODE = """import numpy

caught = []
hook = model.{name}.register_forward_hook(lambda module, given, gave: caught.append((given[0], gave[0])))
model(batch)  # as you always call it
hook.remove()
numpy.save("input.npy", caught[0][0].detach().float().cpu().numpy())
numpy.save("output.npy", caught[0][1].detach().float().cpu().numpy())
"""
_PLAIN = re.compile(r"[A-Za-z_]\w*(\.\w+)*")


def export_snippet(view: View) -> None:
    """The hook that saves what the recurrent layer reads and gives, and the comparison with what we compute."""
    with st.expander("Other layers come before it?", key="hook"):
        st.caption(
            "Save what reaches the recurrent layer, open `input.npy` under Source as data, and compare `output.npy`."
        )
        group = str(view.model.card.get("group", ""))
        st.code(_CODE.format(name=group if _PLAIN.fullmatch(group) else "rnn"), language=None, wrap_lines=True)
        _comparison(view)


def _comparison(view: View) -> None:
    file = st.file_uploader("output.npy of the same sequence", type=["npy"], key="output-file", max_upload_size=50)
    if file is None:
        return
    try:
        arrays = read_arrays(file.getvalue(), file.name)
    except ExplorerError as trouble:
        st.error(literal(str(trouble)))
        return
    st.markdown(compared(view, next(iter(arrays.values()))[0]))


def compared(view: View, theirs: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> str:
    """One sentence: how far an uploaded output is from ours."""
    trace = view.trace
    ours = np.concatenate([trace.select("hidden", trace.num_layers - 1, way) for way in trace.directions], axis=1)
    if theirs.shape != ours.shape:
        return f"The uploaded output has the shape {theirs.shape} and ours {ours.shape}: give the same sequence's."
    error = float(np.abs(theirs - ours).max() / max(1.0, float(np.abs(ours).max())))
    if error < 1e-4:
        return f"✓ The uploaded output equals ours to {error:.0e}."
    step = int(np.abs(theirs - ours).max(axis=1).argmax())
    return f"The uploaded output differs from ours by up to {error:.2g}, most at step {step + 1}."
