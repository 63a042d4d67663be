"""The Models page's view: shapes, parameters and code of the model on screen."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from explorer.cells import CELLS, word
from explorer.code.pytorch import Recipe, as_pytorch, constructor
from explorer.figures import parameter_bars
from explorer.models import Model
from explorer.models.model.shapes import Shape, WeightShape, parameters_of_kinds, run_shapes, weight_shapes
from explorer.ui.bar.opening import open_view
from explorer.ui.models.card import model_card
from explorer.ui.models.checkpoint import network_controls, uploader
from explorer.ui.models.hook import export_snippet
from explorer.ui.models.last_states import last_states
from explorer.ui.models.mapping import mapping
from explorer.ui.models.opened import checkpoint
from explorer.ui.models.trials import trials
from explorer.ui.parts.constructor import builder
from explorer.ui.parts.controls import switch
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import CONFIG, narrow, sizes, theme
from explorer.ui.parts.wiring import chain, notes_of
from explorer.ui.session.catalogue import RANDOM, shown_text
from explorer.ui.session.own import own
from explorer.ui.session.request import is_upload
from explorer.ui.session.state import current
from explorer.ui.view.view import View, initial_states
from explorer.ui.view.watched import reads_run

_PARTS = {
    "shapes": "Shapes",
    "code": "As PyTorch",
    "card": "Model card",
    "trials": "Try it",
    "upload": "Your checkpoint",
}
_SHORT = {"shapes": "Shapes", "code": "PyTorch", "card": "Card", "trials": "Try", "upload": "Yours"}


def draw() -> None:
    """The builder beside what it makes; the builder stays where its choices make no model."""
    view = open_view("models")
    if narrow() or (view is not None and view.request.cursor.presenter):
        _chosen_part(view)
        with st.expander("Build", key="build", expanded=view is None):
            builder(view)
        return
    left, right = st.columns([3, 10], gap="medium")
    with left:
        builder(view)
    with right:
        _chosen_part(view)


def _chosen_part(view: View | None) -> None:
    words = _SHORT if narrow() else _PARTS
    switch("What to see", "about", list(_PARTS), words.__getitem__, label_visibility="collapsed")
    if current().build.about == "upload":
        _upload(view)
    elif view is not None:
        {"shapes": _shapes, "code": _code, "card": model_card, "trials": trials}[current().build.about](view)


def _upload(view: View | None) -> None:
    uploader()
    found = checkpoint()
    if found is None:
        return
    network_controls()
    if view is not None and is_upload(view.request.model):
        if wired := chain(view.model):
            st.markdown(literal(wired))
        for note in notes_of(view.model):
            st.caption(literal(note))
        export_snippet(view)
    mapping(found)


def _shapes(view: View) -> None:
    counts = parameters_of_kinds(view.model)
    own = sum(counts[view.model.kind].values())
    st.markdown(f"`{constructor(view.model, view.request.build.batch_first, view.request.build.dropout / 100)}`")
    st.plotly_chart(
        parameter_bars(counts, view.model.kind, theme(), sizes()), theme=None, config=CONFIG, key="parameters",
        alt="Parameters by gate: " + "; ".join(
            f"{CELLS[kind].title} {sum(gates.values()):,} in {len(gates)} parts" for kind, gates in counts.items()
        ),
    )  # fmt: skip
    st.caption(
        f"{own:,} recurrent parameters, a box a gate; below and above, other cells of the same sizes{_ratio(counts)}."
    )
    _table(_run_rows(run_shapes(view.model, len(view.trace), view.request.build.batch_first)))
    rows = _weight_rows(view.model.kind, weight_shapes(view.model), view.model.hidden_size)
    _table([*_before(view.model), *rows, *_after(view.model)])
    with st.expander("Where is h_n, and what is output[:, -1]?", key="where-h-n"):
        last_states(view)


def _ratio(counts: Mapping[str, Mapping[str, int]]) -> str:
    """``": 4 : 3 : 1"``, how many gates' parameters each cell has, where every gate of every cell has as many."""
    even = len({count for gates in counts.values() for count in gates.values()}) == 1
    return f": {' : '.join(str(len(gates)) for gates in counts.values())}" if even else ""


def _table(rows: Sequence[dict[str, str]]) -> None:
    st.table(pd.DataFrame(rows).set_index(next(iter(rows[0]))), border="horizontal")


def _run_rows(shapes: Sequence[Shape]) -> list[dict[str, str]]:
    return [
        {
            "This sequence": f"`{one.name}`",
            "shape": f"`{one.alone}` {_axes(one.axes)}",
            "as a batch of one": f"`{one.batched}` {_axes(one.batched_axes)}",
        }
        for one in shapes
    ]


def _axes(names: Sequence[str]) -> str:
    return ", ".join(name.replace("_", r"\_") for name in names)


def _before(model: Model) -> list[dict[str, str]]:
    """What turns tokens into the input of the recurrent layers."""
    if model.embedding is None:
        return []
    return [_row("embedding.weight", tuple(model.embedding.shape), "one a token")]


def _after(model: Model) -> list[dict[str, str]]:
    """What turns hidden states into answers."""
    if model.head is None:
        return []
    tensors = {"head.weight": model.head.weight, "head.bias": model.head.bias}
    return [_row(name, tuple(one.shape), "one an answer") for name, one in tensors.items() if one is not None]


def _row(name: str, shape: tuple[int, ...], rows: str) -> dict[str, str]:
    count = 1
    for size in shape:
        count *= size
    return {"Weights": f"`{name}`", "shape": f"`{shape}`", "rows, from top to bottom": rows, "numbers": f"{count:,}"}


def _weight_rows(kind: str, weights: Sequence[WeightShape], hidden: int) -> list[dict[str, str]]:
    return [_row(one.name, one.shape, _blocks(kind, one.blocks, hidden) or one.part) for one in weights]


def _blocks(kind: str, blocks: Sequence[str], hidden: int) -> str:
    if not blocks:
        return ""
    named = [f"*{word(kind, block).symbol}* {block}" for block in blocks]
    return f"{', '.join(named)}: {hidden} each" if len(blocks) > 1 else f"{named[0]}: {hidden}"


def _code(view: View) -> None:
    st.caption("Runs by itself and gives the numbers of this page.")
    # Without colours: those of the highlighter are too pale to read on either theme.
    st.code(as_pytorch(view.model, recipe(view)), language=None, wrap_lines=True)


def recipe(view: View) -> Recipe:
    """What the code needs to repeat this very run."""
    request = view.request
    given = request.initial.start == "typed" or (request.initial.start == "trained" and reads_run(request))
    states = initial_states(request, view.model) if given else {}
    return Recipe(
        view.encoded.values,
        shown_text(request) if view.encoded.is_text else "",
        request.build.seed if request.model == RANDOM else None,
        getattr(own(request.model), "source", ""),
        start="typed" if states else request.initial.start,
        start_seed=request.build.seed,
        batch_first=request.build.batch_first,
        dropout=request.build.dropout / 100,
        trace_file=f"gates-{request.model}.npz",
        **states,
    )
