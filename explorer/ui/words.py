"""Sentences that pages say about a view."""

import re

from explorer.cells import word
from explorer.measures import ORDERS, leading_signal, memory_signal
from explorer.ui.catalogue import RANDOM
from explorer.ui.content import View

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


def architecture(view: View) -> str:
    """The model in a few words: ``"LSTM · 1 layer × 20 units"``."""
    model = view.model
    layers = f"{model.num_layers} layer{'s' if model.num_layers > 1 else ''}"
    both = ", both directions" if model.num_directions == 2 else ""
    return f"{model.kind.upper()} · {layers} × {model.hidden_size} units{both}"


def proof(view: View) -> str:
    """How far the numbers are from PyTorch's, for this very run."""
    error = view.trace.max_error
    if error is None:
        return "no PyTorch equivalent"
    if error != error:
        return "not finite, in PyTorch neither"
    return "✓ equals PyTorch exactly" if error == 0 else f"✓ equals PyTorch to {error:.0e}".replace("e-0", "e-")


def ordering(view: View, shown: int) -> str:
    """Which units the page shows, and why these."""
    total = view.trace[view.trace.signals[0]].shape[-1]
    kind = view.model.kind
    names = {
        "gate": word(kind, leading_signal(kind)).title.lower(),
        "memory": word(kind, memory_signal(kind)).title.lower(),
    }
    by = ORDERS[view.request.order].format(**names)  # type: ignore[index]
    ranked = view.request.order in ("index", "constant")
    similar = ", similar ones together" if view.request.similar and not ranked else ""
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
