"""Small experiments with the model and sequence on screen: how many parameters, the mirror, padding, the lag test."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from explorer.cells import CELLS
from explorer.figures.training import Told, lag_lines
from explorer.lessons.course.words import number as spelt
from explorer.measures.lags import forecast_lags
from explorer.measures.mirror import mirror
from explorer.measures.padding import MOST, padding
from explorer.measures.parameters import Count, counts, in_keras, one_bias_gap
from explorer.ui.parts.controls import number, switch
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import CONFIG, narrow, sizes, theme
from explorer.ui.session.state import current
from explorer.ui.view.view import View

_WORDS = {"count": "Count parameters", "mirror": "Mirror test", "padding": "Padding", "lag": "Lag test"}
_SHORT = {"count": "Count", "mirror": "Mirror", "padding": "Padding", "lag": "Lag"}
_MOST_VALUES = 4_000_000
_SAME = 1e-5


def trials(view: View) -> None:
    """One experiment at a time, of those that this model allows."""
    words = _SHORT if narrow() else _WORDS
    switch("Experiment", "trial", _known(view), words.__getitem__, label_visibility="collapsed")
    if len(view.trace) * view.model.values_per_step > _MOST_VALUES:
        st.caption(f"{len(view.trace):,} steps are too many to run again and again: shorten the sequence.")
        return
    drawn: dict[str, Callable[[View], None]] = {
        "count": _count, "mirror": _mirror, "padding": _padding, "lag": _lag
    }  # fmt: skip
    drawn[current().build.trial](view)


def _known(view: View) -> list[str]:
    found = ["count", "padding"]
    found[1:1] = ["mirror"] if view.model.num_directions == 2 else []
    return found + (["lag"] if forecast_lags(view.model, view.trace) is not None else [])


def _table(rows: list[dict[str, str]]) -> None:
    st.table(pd.DataFrame(rows).set_index(next(iter(rows[0]))), border="horizontal")


def _place(view: View, layer: int, direction: str) -> str:
    return f"layer {layer + 1}" + (f", {direction}" if view.model.num_directions == 2 else "")


def _count(view: View) -> None:
    """PyTorch's count beside Keras's, written out; and whether the second bias is another parameter."""
    found, keras = counts(view.model), in_keras(view.model)
    _table([_counted(view, one, keras) for one in found] + _total(found, keras))
    st.caption("blocks · units · (inputs + old states + biases): a block is a gate or a candidate.")
    if found[0].biases != 2:
        st.markdown("This network has no pair of biases.")
        return
    gap = one_bias_gap(view.model, view.trace)
    said = "stays the same" if gap < _SAME else "changes"
    st.markdown(
        f"Two biases or one? With `bias_hh` moved into `bias_ih`, h {said} over this sequence: the largest difference "
        f"is {spelt(gap)}."
    )
    if keras:
        more = "two biases as well" if found[0].keras_biases == 2 else "one bias"
        st.caption(f"Keras's {keras} keeps {more}.")
    else:
        st.caption(f"Keras has no {CELLS[view.model.kind].title} like this one.")


def _counted(view: View, one: Count, keras: str) -> dict[str, str]:
    row = {"Parameters": _place(view, one.layer, one.direction)}
    row["PyTorch"] = f"{one.written(one.biases)} = **{one.pytorch:,}**"
    return row | ({"Keras": f"{one.written(one.keras_biases)} = **{one.keras:,}**"} if keras else {})


def _total(found: tuple[Count, ...], keras: str) -> list[dict[str, str]]:
    if len(found) == 1:
        return []
    row = {"Parameters": "together", "PyTorch": f"**{sum(one.pytorch for one in found):,}**"}
    return [row | ({"Keras": f"**{sum(one.keras for one in found):,}**"} if keras else {})]


def _mirror(view: View) -> None:
    """The sequence read backwards: do the directions swap?"""
    found = mirror(view.model, view.trace)
    swapped = found.apart.max() < _SAME
    st.markdown(
        "Read backwards, the two directions "
        + ("swap their states." if swapped else "do not swap their states: each has weights of its own.")
    )
    _table([
        {
            "h of one direction, and of the other on the mirror’s image": f"layer {layer + 1}",
            "differ by up to": spelt(apart),
            "with the weights swapped too": spelt(both),
        }
        for layer, (apart, both) in enumerate(zip(found.apart, found.swapped, strict=True))
    ])  # fmt: skip


def _padding(view: View) -> None:
    """Rows of zeros behind the sequence or in front of it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="padding"):
        number("Steps of padding", "pad", 1, MOST, width=150)
        switch("Where", "pad_side", ["behind", "front"], {"behind": "behind", "front": "in front"}.__getitem__)
    chosen = current().build
    found = padding(view.model, view.trace, chosen.pad, chosen.pad_side == "front")
    moved = [
        (layer, side, way)
        for layer in range(view.model.num_layers) for side, way in enumerate(view.trace.directions)
    ]  # fmt: skip
    _table([
        {
            "Zeros change": _place(view, layer, way),
            f"h at the {len(view.trace):,} true steps by": spelt(float(found.moved[layer, side])),
            "h_n by": spelt(float(found.ends[layer, side])),
        }
        for layer, side, way in moved
    ])  # fmt: skip
    st.markdown(
        "In a batch that knows the length, as a packed one does, the sequence differs from itself alone by "
        f"{spelt(found.packed)}."
    )


def _lag(view: View) -> None:
    """To the truth of which lag is the forecast nearest?"""
    found = forecast_lags(view.model, view.trace)
    assert found is not None
    near = "the value that it is about" if found.nearest == 0 else f"the value {found.nearest} before it"
    verdict = " It says little more than the last value." if found.repeats else ""
    st.markdown(literal(f"The forecast is nearest to {near}.{verdict}"))
    unit = str(view.model.card.get("unit", ""))
    lines = [Told(CELLS[view.model.kind].title, view.model.kind, found.errors)]
    st.plotly_chart(
        lag_lines(lines, found.horizon, unit, theme(), sizes()), theme=None, config=CONFIG, key="lag-test",
        alt=f"Mean distance of the forecast from the truth by lag; the least is at lag {found.nearest}",
    )  # fmt: skip
