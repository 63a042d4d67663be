"""Sentences that pages say about a view."""

import re

import numpy as np

from explorer.cells import CELLS, word
from explorer.measures import ORDERS, gate_slope, leading_signal, memory_signal
from explorer.models import Model
from explorer.models.model.claims import claim, incomparable, left_out
from explorer.models.run.prefixes import prefix_lengths
from explorer.ui.session.catalogue import RANDOM
from explorer.ui.view.view import View

RANDOM_WEIGHTS = "Random weights: nothing learned yet, so do not look for meaning."
PRIVACY = (
    "What you type or upload is held in this server's memory for your session and not stored; a link you copy "
    "contains your typed text; Streamlit Community Cloud itself collects usage statistics."
)

HOW_TO_READ = (
    "Each panel is one signal. Time runs from left to right, one column a step, under the tokens; each row is one "
    "unit, the same unit in every panel. A gate is cream where it is shut (0) and dark where it is open (1); "
    "candidates and states are rust below 0 and blue above it. Point at a cell and the row under the tokens gives "
    "every signal of that unit at that step; click it, or a token, to stay there. With the tokens in focus, ← and → "
    "choose the step, ↑ and ↓ the unit, Shift with ← or → a range, and space plays."
)


def literal(sentence: str) -> str:
    """A sentence that quotes a stranger's words, so that Markdown shows it as it is: no picture, link or formula."""
    return re.sub(r"([\\`*_\[\]<>#!|$:~&])", r"\\\1", sentence)


def opening(view: View) -> str:
    """One sentence on what the model on screen is."""
    if view.request.model == RANDOM:
        return RANDOM_WEIGHTS
    return str(view.model.card.get("learned", ""))


def beyond_training(view: View) -> str | None:
    """Whether the sequence is longer or deeper than anything the model was trained on."""
    card = view.model.card
    length, depth = card.get("trained_length"), card.get("trained_depth")
    if depth and view.encoded.is_text and _depth(view.encoded.labels) > depth:
        return f"Your line nests deeper than the {depth} levels that this model was trained on."
    if length and len(view.trace) > length:
        return f"Your sequence has {len(view.trace)} steps; this model was trained on {length}."
    return None


def masked_steps(view: View) -> str | None:
    """That steps were masked, and what that means."""
    masked = int(np.count_nonzero(~view.trace.taken))
    if not masked:
        return None
    steps = "1 step is" if masked == 1 else f"{masked} steps are"
    return f"{steps} masked as padding: the state is held there and no gate computed, so the panels are blank."


def prefixes(view: View) -> str | None:
    """That a model which reads both ends of a sequence was not asked after every step of a long one."""
    head, steps = view.model.head, int(np.count_nonzero(view.trace.taken))
    if head is None or head.reads != "ends" or view.trace.output is None or not steps:
        return None
    asked = len(prefix_lengths(steps))
    if asked == steps:
        return None
    return (
        f"This model reads a sequence from both ends, so each prediction is a run of its own over what stands up to "
        f"there: it is made after {asked} of the {steps:,} steps, and the steps between keep the one before."
    )


def formula(model: Model) -> str:
    """What hardσ means in this model; "" where its gates have the logistic σ."""
    slope = gate_slope(model.stack[0][0])
    if not slope:
        return ""
    line = "a/6" if abs(slope - 1 / 6) < 1e-6 else f"{slope:.3g}·a"
    return f"hardσ(a) = min(1, max(0, {line} + ½)) is the hard sigmoid of this network's gates."


def architecture(view: View) -> str:
    """The model in a few words: ``"LSTM · 1 layer × 20 units"``."""
    model = view.model
    layers = f"{model.num_layers} layer{'s' if model.num_layers > 1 else ''}"
    both = ", both directions" if model.num_directions == 2 else ""
    return f"{CELLS[model.kind].title} · {layers} × {model.hidden_size} units{both}"


def proof(view: View) -> str:
    """How far the numbers are from PyTorch's, for this very run; the tick only where every tensor was used."""
    said = claim(view.model, view.trace.max_error)
    unsure = view.model.unused or view.model.card.get("doubts")
    return said if unsure or not said.startswith("equals") else f"✓ {said}"


def proof_in_full(view: View) -> str:
    """How the numbers were compared with PyTorch's, or why they cannot be; and what was left out."""
    trace, model = view.trace, view.model
    left = left_out(model)
    squash = formula(model)
    if trace.max_error is None:
        why = incomparable(model, bool(trace.clamps), not trace.taken.any())
        said = f"PyTorch cannot run this itself: {why}." if why else "This run was not compared with PyTorch's."
        return f"{said} The numbers come from the step-by-step definition. {squash} {literal(left)}".strip()
    how = {
        "step": "Every step was computed from the equations, one after the other, and compared with PyTorch's run.",
        "replay": "PyTorch's kernel gave the hidden states; every gate was computed from the weights, and the states "
        "rebuilt from those gates were compared with PyTorch's.",
    }[trace.method]
    module = CELLS[trace.kind].modules[0].__name__
    return (
        f"Largest difference from `torch.nn.{module}` over every hidden state and the last states of this "
        f"very run: **{trace.max_error:.2e}**, relative to max(1, the unit's largest value). {how} {literal(left)}"
    ).strip()


def ordering(view: View, shown: int) -> str:
    """Which units the page shows, and why these."""
    total = view.trace[view.trace.signals[0]].shape[-1]
    kind = view.model.kind
    names = {
        "gate": word(kind, leading_signal(kind)).title.lower(),
        "memory": word(kind, memory_signal(kind)).title.lower(),
    }
    by = ORDERS[view.request.shown.order].format(**names)  # type: ignore[index]
    ranked = view.request.shown.order in ("index", "constant", "alike")
    similar = ", similar ones together" if view.request.shown.similar and not ranked else ""
    count = f"all {total} units" if shown == total else f"{shown} of {total} units"
    return f"{count}, by {by}{similar}"


def question(view: View) -> str:
    """The caption of the predictions."""
    return str(view.model.card.get("question", "predicted"))


def _depth(tokens: tuple[str, ...]) -> int:
    deepest = depth = 0
    for token in tokens:
        depth = max(0, depth + (token in "([{") - (token in ")]}"))
        deepest = max(deepest, depth)
    return deepest
