"""Recording is keeping what the cells returned."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from explorer.arguments import checked
from explorer.errors import ClampError, EncodingError, LengthError, ShapeError
from explorer.fitting import said
from explorer.models import Model
from explorer.models.model.claims import incomparable
from explorer.models.run.clamp import Clamp, Held, compile_clamps
from explorer.models.run.coupling import Coupling
from explorer.models.run.inputs import Prepared, prepare, prepare_states
from explorer.models.run.masked import run_masked
from explorer.models.run.run import Run, States, Way, run
from explorer.sequences import check_size
from explorer.sequences.limits import MAX_LONG_STEPS
from explorer.trace.trace import Trace

_REPLAY_FROM = 8
"""From so many steps on, replay gains; measured in benchmarks/record.py."""


@checked
def record(
    model: Model,
    x: Any,
    labels: Sequence[Any] | None = None,
    h_0: Any = None,
    c_0: Any = None,
    clamps: Held | Sequence[Held] = (),
    method: str = "auto",
) -> Trace:
    """Run a model over one sequence and keep everything it computed.

    Args:
        model: the model; dropout never acts.
        x: numbers (time, input_size), or (time,) where the input size is 1; token ids where the model
            has an embedding; text where it has a vocabulary.
        labels: one word a step; by default the tokens, or 1, 2, 3, …
        h_0, c_0: (layers*directions, units), a batch axis of 1 accepted; by default the model's trained ones,
            else zeros. c_0 is the second state of a cell that has one.
        clamps: what to hold, applied in order; one alone may stand by itself.
        method: ``"step"`` runs the definition; ``"replay"`` takes h_t from PyTorch's kernel and rebuilds
            every signal from it; ``"auto"`` replays where nothing is clamped, PyTorch has a kernel and
            the sequence is long enough to gain.

    Returns:
        A `Trace` in the model's precision.

    Raises:
        EncodingError, ShapeError: the input or the states do not fit, or are too large.
        ClampError: a clamp does not fit, or ``"replay"`` was asked of what PyTorch cannot run.

    Example:
        >>> trace = record(load_model("brackets-lstm"), "f(x[0])")
        >>> trace["forget"].shape
        (1, 1, 7, 20)
    """
    clamps = (clamps,) if isinstance(clamps, Clamp | Coupling) else clamps
    prepared = _prepared(model, x, labels, bool(clamps))
    return recorded(model, prepared, prepare_states(model, h_0, c_0), clamps, method)


def recorded(
    model: Model, prepared: Prepared, states: States, clamps: Sequence[Held] = (), method: str = "auto"
) -> Trace:
    """As `record`, of what was prepared for the model.

    Raises:
        ClampError, ShapeError: as `record` raises.
    """
    way = _way(model, method, clamps, len(prepared.x))
    holds = compile_clamps(model, clamps, len(prepared.x))
    if prepared.masked is None:
        result = run(model, prepared.x, states, way, holds)
    else:
        result = run_masked(model, prepared.x, states, way, holds, prepared.masked)
    return Trace(
        kind=model.kind,
        values=_values(model, result),
        labels=prepared.labels,
        inputs=prepared.x.numpy(),
        method=way,
        clamps=tuple(clamps),
        output=None if result.output is None else result.output.numpy(),
        max_error=result.max_error,
        unused=model.unused,
        masked=prepared.masked,
        **_states(model, states, result),
    )


def carried(model: Model, prepared: Prepared, states: States) -> tuple[dict[str, NDArray[Any]], States]:
    """Every signal of a stretch of a longer run, (layer, direction, time, unit), and where the next stretch begins.

    Args:
        model: which reads forward only; its head is not asked.
        prepared: the stretch.
        states: before its first step.
    """
    way = _way(model, "auto", (), len(prepared.x))
    bare = replace(model, head=None)
    if prepared.masked is None:
        result = run(bare, prepared.x, states, way)
    else:
        result = run_masked(bare, prepared.x, states, way, None, prepared.masked)
    return _values(model, result), result.last


def _prepared(model: Model, x: Any, labels: Sequence[Any] | None, held: bool) -> Prepared:
    """The input, if one run can keep what becomes of it; else the sentence names what can."""
    try:
        prepared = prepare(model, x, labels)
        check_size(len(prepared.x), model.values_per_step)
    except LengthError as long:
        more = "" if held else f", or run it with record_chunks, which takes up to {MAX_LONG_STEPS:,} steps"
        raise EncodingError(f"{str(long).removesuffix('.')}{more}.") from None
    return prepared


def _way(model: Model, method: str, clamps: Sequence[Held], steps: int) -> Way:
    if method == "step":
        return "step"
    possible = not clamps and model.has_kernel
    if method == "auto":
        return "replay" if possible and steps >= _REPLAY_FROM else "step"
    if method != "replay":
        raise ShapeError(f"method is {said(method)}: choose 'auto', 'step' or 'replay'.")
    if not possible:
        reason = "the run is clamped" if clamps else incomparable(model)
        raise ClampError(f"PyTorch cannot run this itself: {reason}. Use method='step' or 'auto'.")
    return "replay"


def _values(model: Model, result: Run) -> dict[str, NDArray[Any]]:
    """(layer, direction, time, unit) for each signal."""
    directions = model.num_directions
    values = {}
    for name in model.signals:
        arrays = [signals[name].numpy() for signals in result.signals]
        shape = (model.num_layers, directions, *arrays[0].shape)
        joined = arrays[0] if len(arrays) == 1 else np.stack(arrays)
        values[name] = joined.reshape(shape)
    return values


def _states(model: Model, states: States, result: Run) -> dict[str, Any]:
    """h_0, c_0, h_n, c_n as PyTorch orders them."""
    ends: dict[str, Any] = {}
    for index, (start, name) in enumerate(model.stack[0][0].starts().items()):
        last = [_last(signals[name], cell % model.num_directions) for cell, signals in enumerate(result.signals)]
        ends[start] = np.stack([state[index].numpy() for state in states])
        ends[start.replace("0", "n")] = np.stack(last)
    return ends


def _last(values: Tensor, direction: int) -> NDArray[Any]:
    """The state a direction ends with: the reverse one ends at position 0."""
    last: NDArray[Any] = values[0 if direction else -1].numpy()
    return last
