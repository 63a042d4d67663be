"""Whether the numbers that reach a network are on the scale that it is used to."""

import numpy as np

from explorer.arguments import checked
from explorer.cells import word
from explorer.models import Model
from explorer.sequences import Finding, Remedy
from explorer.trace import Trace

FAR = 10.0
"""So many standard deviations of the training are far outside."""
_TYPICAL = 10.0
_MODERATE = 1.5
_FIRST_STEPS = 20
_SHUT, _OPEN = 0.01, 0.99


@checked
def scale_finding(model: Model, trace: Trace) -> Finding | None:
    """Tell inputs that are far from the training's, or that drive a network to its ends at once.

    Where the model states its training's mean and deviation, values more than `FAR` deviations away are found. Where
    it states none, numbers that are typically above 10 are, and those above 1.5 with which more than half of the
    first layer's gate values (an RNN's states) of the first 20 steps are beyond 0.01 and 0.99.

    Args:
        model: the network.
        trace: its run.

    Returns:
        The finding, with one remedy, "standardise"; None where all is well or nothing can be told.
    """
    size = np.abs(trace.inputs.astype(np.float64))
    if not size.size or not np.isfinite(size).all():
        return None
    if model.scaling is not None:
        return _outside(model, size)
    typical = float(np.median(size, axis=0).max())
    saturated = saturated_at_once(trace)
    if typical <= _TYPICAL and (typical <= _MODERATE or saturated <= 0.5):
        return None
    sentence = (
        f"Your numbers are typically {typical:,.3g} and this model states no scale; {saturated:.0%} of its first gate "
        "values are beyond 0.01 and 0.99. Networks are mostly trained on standardised numbers: scaling may be missing."
    )
    return Finding("scale", sentence, len(trace), (Remedy("standardise", "Standardise"),))


@checked
def saturated_at_once(trace: Trace) -> float:
    """The share of the first layer's gate values in the first 20 steps that are below 0.01 or above 0.99.

    An RNN has no gate: there it is the share of |h| above 0.99.
    """
    gates = [name for name in trace.signals if word(trace.kind, name).role == "gate"]
    values = np.concatenate([trace[name][0, :, :_FIRST_STEPS].ravel() for name in gates or ["hidden"]])
    values = values if gates else np.abs(values)
    beyond = values > _OPEN if not gates else (values < _SHUT) | (values > _OPEN)
    return float(beyond.mean())


def _outside(model: Model, size: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> Finding | None:
    far = size > FAR
    if model.scaling is None or not far.any():
        return None
    column = int(np.argmax(size.max(axis=0)))
    place = column if len(model.scaling.offset) > 1 else 0
    sentence = (
        f"{int(far.sum()):,} of {far.size:,} numbers lie more than {FAR:.0f} standard deviations from what this model "
        f"was trained on ({model.scaling.offset[place]:.4g} ± {model.scaling.scale[place]:.3g}), up to "
        f"{size.max():,.3g} of them: scaling may be missing or done twice."
    )
    return Finding("scale", sentence, int(far.sum()), (Remedy("standardise", "Bring to its mean and spread"),))
