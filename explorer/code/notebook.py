"""A run and its picture as a few lines for a notebook."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from explorer.code.literals import comment, nested, tensor, words
from explorer.code.pytorch import options_given
from explorer.code.recipe import MOST_NUMBERS
from explorer.models import Model
from explorer.models.model.claims import left_out
from explorer.sequences import Encoded, Vocabulary, step_labels


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen.

    Attributes:
        model, encoded: what runs, and over what.
        units: those shown, from top to bottom.
        layer, direction: where.
        signal: the one that is shown of all layers; "" for all signals of one place.
        states: the states before the first step that differ from the model's own.
        zeros: whether these are zeros.
        text: what was typed, "" for other sequences.
        seed: of random weights; None for weights from a file.
        source: the Python expression that gives an uploaded model, "" for a bundled one.
        trace_file: the NPZ file that holds the run.
        is_window: whether it is a part of a longer sequence: its first state is no start of the reader's.
    """

    model: Model
    encoded: Encoded
    units: tuple[int, ...]
    layer: int = 0
    direction: str = "forward"
    signal: str = ""
    states: Mapping[str, NDArray[Any]] | None = None
    zeros: bool = False
    text: str = ""
    seed: int | None = None
    source: str = ""
    trace_file: str = "trace.npz"
    is_window: bool = False


def as_notebook(shown: Shown) -> str:
    """Code that makes the same model, the same run and the same picture."""
    lines = [*(f"# {one}" for one in [left_out(shown.model)] if one), "import explorer"]
    if shown.is_window or shown.encoded.values.size > MOST_NUMBERS:
        lines.append(f'trace = explorer.Trace.load("{shown.trace_file}")  # the NPZ file offered beside this')
    else:
        lines += [*_model(shown), *_run(shown)]
    return "\n".join([*lines, _picture(shown)]) + "\n"


def _model(shown: Shown) -> list[str]:
    model, first = shown.model, shown.model.stack[0][0]
    if shown.source:
        extra = ["from explorer import models"] if "models." in shown.source else []
        return [*extra, f"model = {shown.source}"]
    if shown.seed is None:
        return [f"model = explorer.load_model({model.name!r})"]
    options = {
        "seed": (shown.seed, 0),
        "num_layers": (model.num_layers, 1),
        "bias": (first.bias_ih is not None, True),
        "bidirectional": (model.num_directions == 2, False),
        "proj_size": (model.proj_size, 0),
    }
    given = "".join(f", {name}={value!r}" for name, (value, usual) in options.items() if value != usual)
    sizes = f"{model.kind!r}, {model.input_size}, {model.hidden_size}"
    made = f"model = explorer.random_model({sizes}{given}{options_given(first)})"
    if model.embedding is None:
        return [made]
    return [
        "from explorer import models, sequences",
        made,
        f"model = models.with_embedding(model, sequences.Vocabulary.printable_ascii(), {shown.seed})",
    ]


def _run(shown: Shown) -> list[str]:
    states, encoded = shown.states or {}, shown.encoded
    lines = ["import numpy"] if shown.zeros and states else []
    lines += [f"{name} = {f'numpy.zeros({values.shape})' if shown.zeros else _literal(values)}"
              for name, values in states.items()]  # fmt: skip
    given = "".join(f", {name}={name}" for name in states)
    if _types(shown):
        return [*lines, f"trace = explorer.record(model, {shown.text!r}{given})"]
    if encoded.is_text:
        said = f"  # {comment(shown.text)}" if shown.text else ""
        return [*lines, f"ids = {_literal(encoded.values)}{said}", f"trace = explorer.record(model, ids{given})"]
    lines.append(f"x = {_array(encoded.values)}")
    if encoded.labels != step_labels(len(encoded)):
        lines.append(f"labels = {words(encoded.labels)}")
        given = f", labels{given}"
    return [*lines, f"trace = explorer.record(model, x{given})"]


def _types(shown: Shown) -> bool:
    """Whether the model reads the text as it is typed."""
    return shown.encoded.is_text and isinstance(shown.model.text, Vocabulary) and bool(shown.text)


def _array(values: NDArray[Any]) -> str:
    return _literal(values if values.shape[1] > 1 else values[:, 0])


def _literal(values: NDArray[Any]) -> str:
    """A list of numbers, or of rows."""
    if values.ndim == 1 and values.dtype.kind == "f":
        written = tensor(values[:, None]).removesuffix(".unsqueeze(1)")
    else:
        written = tensor(values) if values.ndim == 1 else nested(values)
    return written.removeprefix("torch.tensor(").removesuffix(")")


def _picture(shown: Shown) -> str:
    if shown.signal:
        return f"explorer.figures.layer_stack(trace, {shown.signal!r}, {shown.units!r}).show()"
    usual = shown.layer == 0 and shown.direction == "forward"
    place = "" if usual else f"layer={shown.layer}, direction={shown.direction!r}, "
    return f"explorer.figures.gate_stack(trace, {place}units={shown.units!r}).show()"
