"""What A, B and the twins of their task are made of, how fast they are here, and how well they do."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from explorer.cells import CELLS
from explorer.models import Model, list_models, load_card, load_model
from explorer.models.model.shapes import parameters_by_gate
from explorer.trace.speed import time_per_step
from explorer.ui.compare.pair import Pair
from explorer.ui.session.catalogue import model_title
from explorer.ui.view.view import View

_TIMED = 200
"""So many steps of a sequence are timed."""


@dataclass(frozen=True)
class Column:
    """One model of the table, with a sequence that it reads."""

    title: str
    model: Model
    encoded: Any


def draw_facts(pair: Pair) -> None:
    """The table of A and B, and of every cell trained alike on A's task."""
    columns = _columns(pair)
    table = pd.DataFrame({one.title: _facts(one) for one in columns})
    st.table(table.rename_axis("fact"))
    task = str(pair.first.model.card.get("title", "")).partition(" · ")[0]
    alike = f" The cells of “{task}” had the same sizes, data, seed and number of updates." if len(columns) > 2 else ""
    st.caption(
        f"Time per step was measured on this machine just now, over {min(_TIMED, len(pair.first.trace))} steps of A's "
        "sequence, the least of twelve runs; scores are those on held-out data, from the models' cards." + alike
    )


def _columns(pair: Pair) -> list[Column]:
    sides = [("A", pair.first)] + ([("B", pair.second)] if pair.second.model is not pair.first.model else [])
    shown = [Column(f"{name}: {_title(view)}", view.model, view.encoded) for name, view in sides]
    task = pair.first.model.card.get("task")
    twins = [name for name in list_models() if task and load_card(name).get("task") == task]
    named = {view.model.name for _, view in sides}
    rest = [Column(model_title(name), load_model(name), pair.first.encoded) for name in twins if name not in named]
    return [*shown, *sorted(rest, key=lambda one: -len(CELLS[one.model.kind].blocks))]


def _title(view: View) -> str:
    return model_title(view.request.model) if view.model.card and "@" not in view.model.name else view.model.name


def _facts(one: Column) -> dict[str, str]:
    model, cell = one.model, CELLS[one.model.kind]
    gates = [cell.word(name).title for name in cell.signals if cell.word(name).role == "gate"]
    states = [f"{cell.word(name).title.lower()} {cell.word(name).symbol}" for name in reversed(cell.state_signals)]
    facts = {
        "Gates": f"{len(gates)}: {', '.join(name.removesuffix(' gate').lower() for name in gates)}" if gates else "0",
        "States": f"{len(states)}: {', '.join(states)}",
        "Layers × units": f"{model.num_layers} × {model.hidden_size}{', both directions' * (model.num_directions - 1)}",
        "Recurrent parameters": f"{model.num_parameters:,}{_alike(model)}",
        "Time per step, by the equations": _microseconds(one, "step"),
        "Time per step, by PyTorch's kernel": _microseconds(one, "auto"),
    }  # fmt: skip
    scores = {f"Held out: {name}": f"{value:.4g}" for name, value in model.card.get("metrics", {}).items()}
    return facts | ({} if "@" in model.name or " after " in model.name else scores)


def _alike(model: Model) -> str:
    """How many gates share the parameters evenly, if they do: ``" (4 × 176)"``."""
    counts = parameters_by_gate(model).values()
    return f" ({len(counts)} × {min(counts):,})" if len(set(counts)) == 1 else ""


def _microseconds(one: Column, method: str) -> str:
    if method == "auto" and not one.model.has_kernel:
        return "PyTorch has none"
    values = one.encoded.values[:_TIMED]
    seconds = _timed((one.model.name, one.model.kind, one.model.num_parameters, len(values), method), one.model, values)
    return f"{seconds * 1e6:.0f} µs on this machine"


@st.cache_data(max_entries=64, show_spinner=False, ttl=600)
def _timed(key: tuple[Any, ...], _model: Model, _values: Any) -> float:
    return time_per_step(_model, _values, key[-1])
