"""A page that is nothing but a ribbon over figures, with buttons for what a page may do to it."""

import json
from dataclasses import asdict, replace

import numpy as np
import streamlit as st

import explorer
from explorer.figures import gate_stack, unit_lines
from explorer.figures.style import DESK
from explorer.ui.parts.ribbon import Chart, RibbonState, make_ribbon, moved, ribbon

st.set_page_config(layout="wide")
TEXTS = {
    "short": "best = max([len(w) for w in names[2:]])",
    "other": "f(x)",
    "long": "def f(a, b):\n    return a[b] " * 9,
}
choice = st.query_params.to_dict()
state = st.session_state
state.setdefault("at", {"step": 10, "unit": 3, "selection": None})
state.setdefault("text", choice.get("text", "short"))
state.setdefault("shown", True)
theme = "dark" if st.context.theme.type == "dark" else "light"


def run(text: str) -> explorer.Trace:
    """A random LSTM over the letters' codes."""
    codes = [ord(letter) / 64 - 1 for letter in text]
    rows = np.array([[np.sin(7 * code), np.cos(5 * code), code] for code in codes], dtype=np.float32)
    proj = {"proj_size": 6} if "proj" in choice else {}
    model = explorer.random_model("lstm", input_size=3, hidden_size=int(choice.get("units", 16)), seed=1, **proj)
    labels = tuple({" ": "·", "\n": "⏎"}.get(letter, letter) for letter in text)
    if "markup" in choice:
        labels = ("<img src=x>", "<b>&amp;</b>", *labels[2:])
    recorded = explorer.record(model, rows * 4, labels=labels)
    return with_masks(recorded) if "masked" in choice else recorded


def with_masks(trace: explorer.Trace) -> explorer.Trace:
    """As if every third step were padding: no gate, and the state of the step before."""
    masked = np.arange(len(trace)) % 3 == 2
    values = {name: np.array(one) for name, one in trace.values.items()}
    for name, one in values.items():
        one[:, :, masked] = one[:, :, np.flatnonzero(masked) - 1] if name in trace.states else np.nan
    return replace(trace, values=values, masked=masked)


text = TEXTS.get(state["text"]) or "".join(chr(97 + i * 7 % 26) for i in range(int(state["text"])))
trace = run(text)
units = tuple(int(unit) for unit in np.argsort(-np.ptp(trace.select("forget"), axis=0))[:24])
places = [(signal, 0, "forward") for signal in trace.signals]
guesses = tuple(")" if at % 3 else "" for at in range(len(trace)))
numbers = tuple(float(np.sin(at / 4)) for at in range(len(trace))) if "numbers" in choice else None
if numbers:
    guesses = tuple(f"{np.sin((at + 1) / 4) * (900 if 'apart' in choice else 0.9):.1f}" for at in range(len(trace)))


def charts() -> list[Chart]:
    """The stack of panels, and where it is asked for one unit's lines."""
    stack = gate_stack(trace, units=units, theme=theme, tokens=False)
    drag = "select" if "select" in choice else False
    stack.update_layout(hovermode=False if "quiet" in choice else "x", dragmode=drag)
    if "margin" in choice:
        stack.update_layout(margin_l=int(choice["margin"]))
    drawn = [Chart("stack", stack, "the stack")]
    if "lines" in choice:
        drawn.append(Chart("lines", unit_lines(trace, state["at"]["unit"], theme=theme), "one unit"))
    return drawn


def keep(now: RibbonState) -> None:
    box = None if now.start is None else (now.start, now.stop, now.unit_low, now.unit_high)
    state["at"] = {"step": now.step, "unit": now.unit, "selection": box}


def follow() -> None:
    """Before the script, as the pages do: a run that is cut short has then already followed."""
    if (at := moved()) is not None:
        keep(at)


if state["shown"]:
    margin = (int(choice.get("margin", DESK.left)), DESK.right)
    data = make_ribbon(
        trace, places, units, choice.get("signal", "forget"), predictions=guesses, question="must close",
        numbers=numbers, apart="apart" in choice,
        theme=theme, margin=margin,
    )  # fmt: skip
    now = ribbon(data, **state["at"], charts=charts(), on_change=follow)
    keep(now)
    st.html(f"<pre id='said' style='margin:0'>{json.dumps(asdict(now))}</pre>" if "said" in choice else "<i></i>")


def go(step: int) -> None:
    """What undo, a link or a menu does."""
    state["at"]["step"] = step


st.button("Go to 2", on_click=go, args=(2,))
st.button("Other text", on_click=lambda: state.update(text="other"))
st.button("Long text", on_click=lambda: state.update(text="long"))
st.button("Hide", on_click=lambda: state.update(shown=not state["shown"]))
st.button("Nothing")
st.html("<div style='height:900px'></div>")
