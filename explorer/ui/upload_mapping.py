"""Map by hand: which tensor of a file is which weight, where no name says so."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from explorer.models.checkpoints import Checkpoint
from explorer.sequences import legible
from explorer.ui.opened import open_mapped

_ROLES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
_NONE = "—"
_MOST = 2_000


def mapping(found: Checkpoint) -> None:
    """A menu for each weight over the file's tensors; open where the file's own names say nothing."""
    shapes = {name: shape for name, shape in found.tensors.items() if len(shape) in (1, 2)}
    with st.expander("Map its tensors by hand", expanded=not found.groups, key="mapping"):
        st.caption("Rows in PyTorch's order: LSTM i, f, g, o; GRU r, z, n. A matrix stored the other way is turned.")
        left, right = st.columns(2)
        layers = left.number_input("Layers", 1, 6, 1, key="mapping-layers")
        both = right.toggle("Both directions", key="mapping-both")
        with st.form("mapping-form", border=False):
            names = _menus(dict(list(shapes.items())[:_MOST]), int(layers), both)
            st.form_submit_button("Open these", on_click=_submitted, args=(names,))
        listed = {"tensor": list(map(legible, found.tensors)), "shape": list(map(str, found.tensors.values()))}
        st.dataframe(pd.DataFrame(listed), hide_index=True, height=200)


def _submitted(names: Sequence[str]) -> None:
    chosen = {name: st.session_state[f"mapping-{name}"] for name in names}
    open_mapped({name: tensor for name, tensor in chosen.items() if tensor != _NONE})


def _menus(shapes: Mapping[str, tuple[int, ...]], layers: int, both: bool) -> list[str]:
    """A menu a weight, those of one layer and direction side by side; the weights' names."""
    names = []
    for layer in range(layers):
        for suffix in ("", "_reverse")[: 1 + both]:
            for column, role in zip(st.columns(len(_ROLES)), _ROLES, strict=True):
                name, axes = f"{role}_l{layer}{suffix}", 2 if role.startswith("weight") else 1
                column.selectbox(
                    name, [_NONE, *(one for one, shape in shapes.items() if len(shape) == axes)], key=f"mapping-{name}",
                    format_func=lambda one: one if one == _NONE else f"{legible(one)} {shapes[one]}",
                )  # fmt: skip
                names.append(name)
    return names
