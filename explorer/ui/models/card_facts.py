"""What the model card says, computed once for the screen and the sheet."""

from dataclasses import dataclass
from typing import Any

from explorer.cells import CELLS, word
from explorer.code.pytorch import constructor
from explorer.measures import (
    bias_time_constants,
    effective_memory,
    gate_bias,
    gate_slope,
    places,
    verdict,
    weight_norms,
)
from explorer.models import Model
from explorer.models.model.claims import left_out
from explorer.models.model.shapes import weight_shapes
from explorer.sequences import legible
from explorer.trace import Trace
from explorer.ui.parts.sentences import architecture, formula, proof
from explorer.ui.parts.wiring import chain, notes_of
from explorer.ui.session.catalogue import model_title
from explorer.ui.session.own import own
from explorer.ui.view.view import View

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Card:
    """Everything on it, as words and numbers.

    Attributes:
        title, made: the model, and the call that makes one like it.
        facts: name → value.
        verdict: the health of its units over the current sequence, in sentences.
        keep_gate, biases: the gate that keeps, and its bias in every unit; "" and none for an RNN.
        memory: a row a layer and direction.
        norms: a row a gate, layer and direction.
        shapes: a row a parameter.
        scores: a row a score on held-out data.
        notes: sentences about the file.
        slope: of the gates' hard sigmoid, 0 for σ.
        sign: 1 where the keep gate at 1 keeps, −1 where it renews; 0 where its bias alone implies no time constant.
        warning: that tensors of the file were not used; "" where all were.
    """

    title: str
    made: str
    facts: dict[str, str]
    verdict: tuple[str, ...]
    keep_gate: str
    biases: tuple[float, ...]
    memory: Rows
    norms: Rows
    shapes: Rows
    scores: Rows
    notes: tuple[str, ...]
    slope: float = 0.0
    sign: int = 1
    warning: str = ""


def card_of(view: View) -> Card:
    """The card of the model on screen, over the sequence on screen."""
    model, trace = view.model, view.trace
    gate = CELLS[model.kind].keep_gate or ""
    return Card(
        title=_title(view),
        made=constructor(model),
        facts=_facts(view),
        verdict=verdict(trace),
        keep_gate=gate,
        biases=tuple(float(one) for place in places(trace) for one in gate_bias(model, gate, *place)) if gate else (),
        memory=_memory(model, trace) if CELLS[model.kind].memory else [],
        norms=_norms(model, trace),
        shapes=_shapes(model),
        scores=_scores(model.card),
        notes=notes_of(model),
        slope=gate_slope(model.stack[0][0]),
        sign=CELLS[model.kind].keep_sign() if CELLS[model.kind].keeps_by_gate() else 0,
        warning=left_out(model),
    )


def _title(view: View) -> str:
    kept = own(view.request.model)
    if kept is not None:
        return f"Your model: {legible(kept.file, 60)}"
    return model_title(view.request.model)


def _facts(view: View) -> dict[str, str]:
    model, made = view.model, view.model.card.get("provenance", {})
    facts = {"Network": architecture(view), "Parameters": f"{model.num_parameters:,} recurrent"}
    if model.embedding is not None:
        tokens, width = model.embedding.shape
        facts["Embedding"] = f"{tokens} tokens × {width}"
    if model.head is not None:
        facts["Linear head"] = f"{len(model.head.labels)} outputs, reads {_READS[model.head.reads]}"
    learned = str(model.card.get("learned", ""))
    facts |= {"Learned": learned} if learned and model.learned else {}
    facts |= {"Made by": str(made["command"]), "From": str(made.get("data", ""))} if "command" in made else {}
    if not model.learned:
        facts["Made by"] = f"random weights, seed {view.request.build.seed}"
    facts |= {"Wiring": wired} if (wired := chain(model)) else {}
    guessed = model.card.get("guessed", ())
    facts |= {"Guessed": ", ".join(legible(str(one), 60) for one in guessed)} if guessed else {}
    facts["On this sequence"] = _sequence(view)
    facts |= {"Squash": squash} if (squash := formula(model)) else {}
    facts["Proof"] = proof(view)
    return facts


def _sequence(view: View) -> str:
    if not view.encoded.is_text:
        return f"{len(view.trace)} steps of {view.encoded.values.shape[1]} numbers"
    mark = "" if max(map(len, view.trace.labels)) == 1 else " "
    return f"{len(view.trace)} steps: {legible(mark.join(view.trace.labels), 60)}"


_READS = {"step": "every step", "ends": "both ends"}


def _place(trace: Trace, layer: int, way: str) -> str:
    arrow = "" if trace.num_directions == 1 else " →" if way == "forward" else " ←"
    return f"layer {layer + 1}{arrow}"


def _memory(model: Model, trace: Trace) -> Rows:
    """Measured on this sequence, and what the biases alone would give."""
    rows = []
    for layer, way in places(trace):
        median, high = effective_memory(trace, layer, way)
        implied = sorted(float(one) for one in bias_time_constants(model, layer, way))
        rows.append({
            "Effective memory": _place(trace, layer, way),
            "median": f"{steps(median)}",
            "95th pct.": f"{steps(high)}",
            "by bias": f"{steps(implied[len(implied) // 2])}",
        })  # fmt: skip
    return rows


def steps(count: float) -> str:
    """A time constant in words: ``"7.9 steps"``."""
    if count != count:
        return "not finite"
    if count == float("inf"):
        return "for ever"
    return f"{count:.1f} steps" if count < 100 else f"{count:,.0f} steps" if count < 1e6 else f"{count:.0e} steps"


def _norms(model: Model, trace: Trace) -> Rows:
    several = trace.num_layers * trace.num_directions > 1
    rows = []
    for layer, way in places(trace):
        for name, norms in weight_norms(model, layer, way).items():
            where = f", {_place(trace, layer, way)}" if several else ""
            rows.append({
                "Norm of the weights": f"{name}{where}",
                "input": f"{norms['input']:.2f}",
                "state": f"{norms['recurrent']:.2f}",
                "bias": f"{norms['bias']:.2f}",
            })  # fmt: skip
    return rows


def _shapes(model: Model) -> Rows:
    rows = []
    if model.embedding is not None:
        rows.append({"Weights": "embedding.weight", "shape": str(tuple(model.embedding.shape)), "rows": "one a token"})
    for one in weight_shapes(model):
        letters = ", ".join(word(model.kind, block).symbol for block in one.blocks)
        rows.append({"Weights": one.name, "shape": str(one.shape), "rows": letters or one.part})
    if model.head is not None:
        rows.append({"Weights": "head.weight", "shape": str(tuple(model.head.weight.shape)), "rows": "one an output"})
    return rows


def _scores(card: Any) -> Rows:
    named = [("this model", card.get("metrics", {})), ("for comparison", card.get("baselines", {}))]
    return [
        {"On held-out data": name, "score": f"{value:.4g}", "of": who}
        for who, scores in named
        for name, value in scores.items()
    ]
