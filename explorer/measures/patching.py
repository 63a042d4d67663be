"""Which gate carries the difference at which step: one run with a piece of another put in, piece by piece."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ArgumentError, ShapeError, UnknownSignalError
from explorer.fitting import is_index, said
from explorer.models import Model, check_place
from explorer.models.run.clamp import Clamp
from explorer.models.run.sweep import held_outputs
from explorer.trace import Trace, record
from explorer.trace.chunk_runs import Progress

Floats = NDArray[np.float64]
MOST_STEPS = 200


@dataclass(frozen=True, eq=False)
class PatchMap:
    """What of B's answer comes back when a piece of B is put into A.

    Attributes:
        signals: the rows.
        shares: (signal, time), 0 where nothing comes back and A answers as before, 1 where it answers as B; beyond
            both where a piece overshoots.
        labels: of the steps, in A and in B.
        step: where the answer is read.
        answers: what A and B say there; for values the numbers.
        apart: the measured quantity in A and in B: ln p(B's answer) − ln p(A's answer), or the value.
    """

    signals: tuple[str, ...]
    shares: Floats
    labels: tuple[tuple[str, ...], tuple[str, ...]]
    step: int
    answers: tuple[str, str]
    apart: tuple[float, float]


@checked
def patch_map(
    model: Model,
    first: Any,
    second: Any,
    step: int = -1,
    *,
    layer: int = 0,
    direction: str = "forward",
    progress: Progress | None = None,
) -> PatchMap:
    """Run A once for each signal and step, with that signal of every unit as it was in B at that step alone::

        m = ln p(B's answer) − ln p(A's answer)  at the step asked for, or the value where the head gives one
        share = (m(A with the piece of B) − m(A)) / (m(B) − m(A))

    Known as activation patching, or interchange intervention (Geiger et al. 2020; Vig et al. 2020): where the share is
    near 1, all that B's answer needs passes through there.

    Args:
        model: with a head.
        first, second: sequences A and B of one length, each as `record` takes it.
        step: whose answer is looked at; by default the last.
        layer, direction: whose signals are put in.
        progress: told how much is done, 0 to 1.

    Raises:
        ArgumentError: the model has no head, or A and B answer alike.
        ShapeError: the sequences have different lengths, or are too long.
        UnknownSignalError: there is no such step, layer or direction.
        EncodingError: a sequence does not fit the model.

    Example:
        >>> found = patch_map(load_model("brackets-lstm"), "f(x", "f[x")
        >>> found.signals[0], found.shares.shape, found.answers
        ('input', (6, 3), (')', ']'))
    """
    if model.head is None:
        raise ArgumentError(f"{model.name} predicts nothing, so no answer can come back: give a model with a head.")
    check_place(layer, direction, model.num_layers, model.num_directions)
    a, b = record(model, first), record(model, second)
    if len(a) != len(b) or len(a) > MOST_STEPS:
        raise ShapeError(f"A has {len(a):,} steps and B {len(b):,}: give two of one length, at most {MOST_STEPS}.")
    if not is_index(step) or not -len(a) <= step < len(a):
        raise UnknownSignalError(f"There is no step {said(step)}: the sequences have {len(a)}.")
    at = int(step) % len(a)
    asked = _Asked.of(model, a, b, at)
    clamps = [
        Clamp(signal, b.select(signal, layer, direction)[place], layer, direction, start=place, stop=place + 1)
        for signal in model.signals
        for place in range(len(a))
    ]
    found: list[Floats] = []
    for outputs in held_outputs(model, first, clamps):
        found.append(asked.measured(outputs[:, at if outputs.shape[1] > 1 else 0]))
        if progress is not None:
            progress(sum(map(len, found)) / len(clamps))
    shares = (np.concatenate(found) - asked.apart[0]) / (asked.apart[1] - asked.apart[0])
    return PatchMap(model.signals, shares.reshape(-1, len(a)), (a.labels, b.labels), at, asked.answers, asked.apart)


@dataclass(frozen=True)
class _Asked:
    """What is measured of an output: the column of B's answer less that of A's, or the value."""

    columns: tuple[int, int] | None
    answers: tuple[str, str]
    apart: tuple[float, float]

    @classmethod
    def of(cls, model: Model, a: Trace, b: Trace, step: int) -> "_Asked":
        assert model.head is not None
        assert a.output is not None
        assert b.output is not None
        ends = a.output[step].astype(np.float64), b.output[step].astype(np.float64)
        if model.head.gives == "value":
            found = cls(None, (f"{ends[0][0]:.4g}", f"{ends[1][0]:.4g}"), (float(ends[0][0]), float(ends[1][0])))
        else:
            columns = int(ends[0].argmax()), int(ends[1].argmax())
            first, second = (float(one[columns[1]] - one[columns[0]]) for one in ends)
            names = model.head.labels or tuple(map(str, range(len(ends[0]))))
            found = cls(columns, (names[columns[0]], names[columns[1]]), (first, second))
        if abs(found.apart[1] - found.apart[0]) < 1e-6:
            raise ArgumentError(
                f"After step {step + 1} A and B both answer {said(found.answers[0])}: choose a step, or sequences, at "
                "which they differ."
            )
        return found

    def measured(self, outputs: NDArray[Any]) -> Floats:
        """(runs, outputs) → (runs,); a softmax cancels in the difference of two logarithms."""
        values = outputs.astype(np.float64)
        return values[:, 0] if self.columns is None else values[:, self.columns[1]] - values[:, self.columns[0]]
