"""The builder: every cell, its parameters by PyTorch's words, the seed and the initial states."""

from typing import Any

import streamlit as st

from explorer.cells import CELLS
from explorer.ui.parts.controls import bound, menu, number
from explorer.ui.parts.option_controls import option_controls
from explorer.ui.parts.start import initial_state
from explorer.ui.session.catalogue import RANDOM, shown_text
from explorer.ui.session.options import options_of
from explorer.ui.session.state import change, current
from explorer.ui.view.view import View

BUILDS = "models"
"""The page that has the builder beside its picture."""
_DROPOUT = "Acts only in training, between layers: what you see here never drops anything."
_BATCH_FIRST = (
    "Whether a batch comes as (batch, time, features). It changes the order of axes of input and output, never that "
    "of the states, and no number."
)
_INPUT = "Follows from the sequence: its columns, or the width of the embedding of its characters."


def constructor(input_size: int | None = None) -> None:
    """What random weights are made from, by PyTorch's words.

    Args:
        input_size: to show, where it is known.
    """
    menu("Cell", "kind", list(CELLS), _cell_title)
    left, right = st.columns(2, gap="small")
    with left:
        number("hidden_size", "hidden", 1, 512)
        number("seed", "seed", 0, 999_999, help="The weights are those after torch.manual_seed(seed).")
    with right:
        number("num_layers", "layers", 1, 6)
        menu("dropout", "dropout", list(range(0, 100, 10)), lambda share: f"{share / 100:g}", help=_DROPOUT)
    _own_option()
    left, right = st.columns(2, gap="small")
    with left:
        st.toggle("bias", **bound("bias"))
        st.toggle("batch_first", help=_BATCH_FIRST, **bound("batch_first"))
    with right:
        st.toggle("bidirectional", **bound("both"))
    if input_size is not None:
        st.caption(f"input_size = {input_size}", help=_INPUT)


def _own_option() -> None:
    """What the cell has beside its sizes."""
    kind = current().build.kind
    if CELLS[kind].projects() and current().build.hidden > 1:
        number(
            "proj_size", "proj", 0, current().build.hidden - 1, help="0 is none; else h is projected to so many units."
        )
    option_controls(kind)


def builder(view: View | None) -> None:
    """Every constructor parameter; of a model that there is, its sizes to start from.

    Args:
        view: the run, or None where the request makes none.
    """
    if current().model == RANDOM:
        constructor(None if view is None else view.model.input_size)
    elif view is not None:
        _offer(view)
    kind = current().build.kind if view is None or current().model == RANDOM else view.model.kind
    initial_state(kind, view is not None and bool(view.model.initial))


def _cell_title(kind: str) -> str:
    """PyTorch's own cells by the names of their modules."""
    cell = CELLS[kind]
    return f"nn.{cell.modules[0].__name__}" if cell.modules else cell.title


def _offer(view: View) -> None:
    """A model with learned weights has its sizes; random ones of the same sizes can be changed."""
    st.caption("These weights were learned, so its sizes are fixed.")
    st.button(
        "Random weights of these sizes", key="build-from", on_click=lambda: change(**_sizes(view)), width="stretch",
        help="Opens the builder with this model's parameters.",
    )  # fmt: skip
    st.toggle("batch_first", help=_BATCH_FIRST, **bound("batch_first"))


def _sizes(view: View) -> dict[str, Any]:
    """The request for random weights shaped like this model, over the same text or a few numbers."""
    model, first = view.model, view.model.stack[0][0]
    text = shown_text(view.request)
    sequence = {"source": "typed", "text": text} if text else {"source": "example", "example": 1}
    kept = {} if view.request.sequence.source in ("upload", "run", "generator", "typed") else sequence
    return kept | {
        "model": RANDOM,
        "kind": model.kind,
        "hidden": min(model.hidden_size, 512),
        "layers": min(model.num_layers, 6),
        "both": model.num_directions == 2,
        "bias": first.bias_ih is not None,
        "proj": model.proj_size,
        **options_of(first),
        "layer": 0,
        "direction": "forward",
        "unit": -1,
        "step": -1,
    }
