"""The view on screen as a few lines for a notebook."""

from typing import Any

import numpy as np

from explorer.models.claims import left_out
from explorer.models.code import options_given
from explorer.models.literals import comment, nested, tensor, words
from explorer.sequences import Vocabulary, step_labels
from explorer.ui.session.catalogue import RANDOM, shown_text
from explorer.ui.session.own import own
from explorer.ui.view.view import View, initial_states

MOST_NUMBERS = 4_000
"""A longer sequence is read from the downloaded NPZ file."""


def notebook_code(view: View, units: tuple[int, ...]) -> str:
    """Code that makes the same model, the same run and the same picture.

    Args:
        view: the run.
        units: those shown, from top to bottom.
    """
    lines = [*(f"# {one}" for one in [left_out(view.model)] if one), "import explorer"]
    # A window of a long sequence begins in a state that is no start of the request's.
    if view.is_window or view.encoded.values.size > MOST_NUMBERS:
        lines.append(
            f'trace = explorer.Trace.load("gates-{view.request.model}.npz")  # the NPZ file offered beside this'
        )
    else:
        lines += [*_model(view), *_run(view)]
    return "\n".join([*lines, _picture(view, units)]) + "\n"


def _model(view: View) -> list[str]:
    request, model, first = view.request, view.model, view.model.stack[0][0]
    kept = own(request.model)
    if kept is not None:
        extra = ["from explorer import models"] if "models." in kept.source else []
        return [*extra, f"model = {kept.source}"]
    if request.model != RANDOM:
        return [f"model = explorer.load_model({request.model!r})"]
    options = {
        "seed": (request.seed, 0),
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
        f"model = models.with_embedding(model, sequences.Vocabulary.printable_ascii(), {request.seed})",
    ]


def _run(view: View) -> list[str]:
    request = view.request
    states = initial_states(request, view.model)
    zeros = request.start == "zeros"
    lines = ["import numpy"] if zeros and states else []
    lines += [f"{name} = {f'numpy.zeros({values.shape})' if zeros else _literal(values)}"
              for name, values in states.items()]  # fmt: skip
    given = "".join(f", {name}={name}" for name in states)
    if _types(view):
        return [*lines, f"trace = explorer.record(model, {shown_text(request)!r}{given})"]
    if view.encoded.is_text:
        said = f"  # {comment(shown_text(request))}" if shown_text(request) else ""
        return [*lines, f"ids = {_literal(view.encoded.values)}{said}", f"trace = explorer.record(model, ids{given})"]
    lines.append(f"x = {_array(view.encoded.values)}")
    if view.encoded.labels != step_labels(len(view.encoded)):
        lines.append(f"labels = {words(view.encoded.labels)}")
        given = f", labels{given}"
    return [*lines, f"trace = explorer.record(model, x{given})"]


def _types(view: View) -> bool:
    """Whether the model reads the text as it is typed."""
    text = view.model.text
    return view.encoded.is_text and isinstance(text, Vocabulary) and bool(shown_text(view.request))


def _array(values: "np.ndarray[Any, Any]") -> str:
    return _literal(values if values.shape[1] > 1 else values[:, 0])


def _literal(values: "np.ndarray[Any, Any]") -> str:
    """A list of numbers, or of rows."""
    if values.ndim == 1 and values.dtype.kind == "f":
        written = tensor(values[:, None]).removesuffix(".unsqueeze(1)")
    else:
        written = tensor(values) if values.ndim == 1 else nested(values)
    return written.removeprefix("torch.tensor(").removesuffix(")")


def _picture(view: View, units: tuple[int, ...]) -> str:
    request = view.request
    if request.view == "layers":
        signal = request.signal or view.trace.signals[0]
        return f"explorer.figures.layer_stack(trace, {signal!r}, {units!r}).show()"
    place = f"layer={request.layer}, direction={request.direction!r}, "
    usual = request.layer == 0 and request.direction == "forward"
    return f"explorer.figures.gate_stack(trace, {'' if usual else place}units={units!r}).show()"
