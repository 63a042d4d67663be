"""Map by hand: which tensor of a file is which weight, where no name says so."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from explorer.cells import CELLS
from explorer.models.checkpoints import Checkpoint
from explorer.models.checkpoints.arranging import FORGET, gate_order
from explorer.models.checkpoints.blocks import orders
from explorer.sequences import legible
from explorer.signals import in_a_row
from explorer.ui.models.opened import open_mapped

_WHOLE = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
_PARTS = {"ih": ("weight_ih", "weight_hh", "bias_ih", "bias_hh"), "xh": ("weight_xh", "bias_ih", "bias_hh"),
          "hx": ("weight_hx", "bias_ih", "bias_hh")}  # fmt: skip
_FORMS = {
    "ih": "one for x, one for h",
    "xh": "one for [x, h]",
    "hx": "one for [h, x]",
    "ih of a gate": "for each gate one for x, one for h",
    "xh of a gate": "for each gate one for [x, h]",
    "hx of a gate": "for each gate one for [h, x]",
}
_TURNED = {"": "as their shapes tell", "rows": "a gate's rows, W x", "columns": "a gate's columns, x W"}
_KEEPS = {"keeps": "keeps the state", "takes": "takes the new value"}
_NONE = "—"
_MOST, _MOST_SHOWN = 2_000, 120_000
_SINGLE = " of a gate"


def mapping(found: Checkpoint) -> None:
    """A menu for each weight over the file's tensors; open where the file's own names say nothing."""
    shapes = {name: shape for name, shape in found.tensors.items() if len(shape) in (1, 2)}
    with st.expander("Map its tensors by hand", expanded=not found.groups, key="mapping"):
        left, right = st.columns(2, vertical_alignment="bottom")
        form = left.selectbox("Its matrices", list(_FORMS), format_func=_FORMS.__getitem__, key="mapping-kind")
        order, options = _gates(form, right)
        single = form.endswith(_SINGLE)
        left, right = st.columns(2, vertical_alignment="bottom")
        layers = left.number_input("Layers", 1, 2 if single else 6, 1, key="mapping-layers")
        both = right.toggle("Both directions", key="mapping-both")
        with st.form("mapping-form", border=False):
            names = _menus(shapes, _rows(form, order, int(layers), both))
            st.form_submit_button("Open these", on_click=_submitted, args=(names, options))
        listed = {"tensor": list(map(legible, found.tensors)), "shape": list(map(str, found.tensors.values()))}
        st.dataframe(pd.DataFrame(listed), hide_index=True, height=200)


def _gates(form: str, place: Any) -> tuple[str, dict[str, Any]]:
    """Which gates there are and in which order, and what else the file does not say, as `map_by_hand` takes it."""
    single = form.endswith(_SINGLE)
    orders = _own_orders() if single else _any_order(form == "ih")
    label = "Its gates" if single else "Its gates, in the order of its rows"
    order = place.selectbox(label, list(orders), format_func=orders.__getitem__, key=f"mapping-order-{form}")
    if not order:
        return "", {}
    left, right = st.columns(2, vertical_alignment="bottom")
    turned = left.selectbox("They are stored as", list(_TURNED), format_func=_TURNED.__getitem__, key="mapping-turned")
    options: dict[str, Any] = {"order": order}
    options |= {"turned": turned == "columns"} if turned else {}
    cell = CELLS[gate_order(order)[0]]
    if cell.turned is not None:
        keeps = right.selectbox(
            f"{cell.turned.symbol} = 1", list(_KEEPS), format_func=_KEEPS.__getitem__, key="mapping-keeps"
        )
        options |= {"update_keeps": False} if keeps == "takes" else {}
    elif FORGET in cell.blocks:
        added = right.number_input(
            "Added to the forget gate (TensorFlow: 1)", -100.0, 100.0, 0.0, 1.0, key="mapping-added"
        )
        options |= {"forget_bias": added} if added else {}
    return order, options


def _own_orders() -> dict[str, str]:
    """The gates of every cell: how it writes them."""
    return {letters: f"{CELLS[kind].title}: {', '.join(letters)}" for kind, letters in orders().items()}


def _any_order(untold: bool) -> dict[str, str]:
    """Every order of rows that is in use: whose it is; where ``untold``, PyTorch's of whichever cell it is first."""
    known = [CELLS[kind] for kind in orders()]
    own = [", ".join(cell.letters()) for cell in known if cell.modules and len(cell.blocks) > 1]
    said = {"": f"PyTorch's: {in_a_row(own, 'or')}"} if untold else {}
    for cell in known:
        for order, whose in cell.known_orders().items():
            gates = f": {', '.join(order)}" if len(order) > 1 else ""
            said[order] = f"{cell.title}{gates}{f' ({whose})' if whose else ''}"
    return said


def _submitted(names: Sequence[str], options: Mapping[str, Any]) -> None:
    chosen = {name: st.session_state[f"mapping-{name}"] for name in names}
    open_mapped({name: tensor for name, tensor in chosen.items() if tensor != _NONE}, options)


def _rows(form: str, order: str, layers: int, both: bool) -> list[list[str]]:
    """The names of the weights to choose, those that stand side by side in one list."""
    places = [f"_l{layer}{suffix}" for layer in range(layers) for suffix in ("", "_reverse")[: 1 + both]]
    reads = form.removesuffix(_SINGLE)
    if form != reads:
        return [[f"{role}{place}.{gate}" for role in _PARTS[reads]] for place in places for gate in order]
    roles = _WHOLE if reads == "ih" else (*_PARTS[reads], "weight_hr")
    return [[f"{role}{place}" for role in roles] for place in places]


def _menus(shapes: Mapping[str, tuple[int, ...]], rows: Sequence[Sequence[str]]) -> list[str]:
    """A menu a weight; the weights' names."""
    names = [name for row in rows for name in row]
    listed = dict(list(shapes.items())[: min(_MOST, _MOST_SHOWN // len(names))])
    for row in rows:
        for column, name in zip(st.columns(len(row)), row, strict=True):
            axes = 2 if name.startswith("weight") else 1
            column.selectbox(
                name, [_NONE, *(one for one, shape in listed.items() if len(shape) == axes)], key=f"mapping-{name}",
                format_func=lambda one: one if one == _NONE else f"{legible(one)} {shapes[one]}",
            )  # fmt: skip
    return names
