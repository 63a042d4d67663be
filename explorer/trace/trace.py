"""What happened: every value of every signal, as read-only NumPy arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.cells import CELLS
from explorer.errors import UnknownSignalError
from explorer.fitting import is_index, said
from explorer.models import DIRECTIONS, check_place
from explorer.models.run.clamp import Held
from explorer.shown import ShowsItself
from explorer.signals import with_article
from explorer.trace import export
from explorer.trace.read_only import ReadOnly

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Trace(ShowsItself, ReadOnly):
    """One model's run over one sequence.

    Attributes:
        kind: of the cells, a name in `explorer.cells.CELLS`.
        values: each signal's array (layer, direction, time, unit), read-only; time is the position in
            the input, in both directions. ``trace["forget"]`` reads from it.
        labels: one word a step.
        inputs: (time, input_size), what reached layer 0, after any embedding and scaling.
        h_0, c_0, h_n, c_n: states before and after, (layers*directions, units), as PyTorch orders
            them; c is None where the cell has none. h_n of the reverse direction is its value at
            position 0, where it ends.
        method: ``"step"`` or ``"replay"``.
        clamps: what was held.
        output: (time, outputs), the head's raw values: logits, or forecasts in the data's own units;
            None without a head.
        max_error: the largest difference from PyTorch's states, relative to max(1, the unit's largest
            |value|); None where PyTorch has no equivalent.
        unused: names of tensors beside the cell's that the model did not use; the numbers are those of the cell
            without them.
        masked: (time,) bool, the steps at which the state was held and no gate computed: gates and candidates are
            NaN there, states repeat. None where no step is masked. Measures pass over these steps (`taken`), but the
            ledger, where such a step keeps everything and writes nothing.
    """

    kind: str
    values: Mapping[str, Array]
    labels: tuple[str, ...]
    inputs: Array
    h_0: Array
    h_n: Array
    c_0: Array | None = None
    c_n: Array | None = None
    method: str = "step"
    clamps: tuple[Held, ...] = field(default=())
    output: Array | None = None
    max_error: float | None = None
    unused: tuple[str, ...] = ()
    masked: Array | None = None

    @property
    def signals(self) -> tuple[str, ...]:
        """The names of the signals, in the cell's order."""
        return tuple(self.values)

    @property
    def states(self) -> tuple[str, ...]:
        """The signals that are handed on to the next step."""
        return CELLS[self.kind].state_signals[::-1]

    @property
    def taken(self) -> NDArray[np.bool_]:
        """(time,), the steps at which something was computed: all that are not masked."""
        return np.ones(len(self), dtype=bool) if self.masked is None else ~self.masked.astype(bool)

    @property
    def num_layers(self) -> int:
        return int(self.values["hidden"].shape[0])

    @property
    def num_directions(self) -> int:
        return int(self.values["hidden"].shape[1])

    @property
    def directions(self) -> tuple[str, ...]:
        """``("forward",)`` or ``("forward", "reverse")``."""
        return DIRECTIONS[: self.num_directions]

    def __repr__(self) -> str:
        layers, directions, steps, units = self.values[self.signals[0]].shape
        proof = "no PyTorch equivalent" if self.max_error is None else f"equals PyTorch to {self.max_error:.1g}"
        held = f", {len(self.clamps)} held" if self.clamps else ""
        lines = [
            f"Trace({CELLS[self.kind].title}: {steps} steps, {layers} layers, {directions} directions, {units} units)",
            f"  signals: {', '.join(self.signals)}",
            f"  method: {self.method}{held}; {proof}",
        ]
        lines += [f"  not used: {', '.join(self.unused[:3])}{', …' * (len(self.unused) > 3)}"] if self.unused else []
        return "\n".join(lines)

    def __len__(self) -> int:
        """How many steps the sequence has."""
        return len(self.labels)

    def __getitem__(self, signal: str) -> Array:
        """A signal's values, (layer, direction, time, unit).

        Raises:
            UnknownSignalError: the cell has no such signal.
        """
        if not isinstance(signal, str) or signal not in self.values:
            known = ", ".join(self.signals)
            raise UnknownSignalError(
                f"There is no signal {said(signal)} in this {CELLS[self.kind].title} trace: it has {known}."
            )
        return self.values[signal]

    def select(self, signal: str, layer: int = 0, direction: str = "forward") -> Array:
        """One layer's and direction's values of a signal, (time, unit).

        Raises:
            UnknownSignalError: there is no such signal, layer or direction.
        """
        values = self[signal]
        check_place(layer, direction, self.num_layers, self.num_directions)
        chosen: Array = values[layer, DIRECTIONS.index(direction)]
        return chosen

    def initial(self, signal: str, layer: int = 0, direction: str = "forward") -> Array:
        """One of `states` before the first computed step, (unit,).

        Raises:
            UnknownSignalError: the signal is no state of this cell, or the place does not exist.
        """
        check_place(layer, direction, self.num_layers, self.num_directions)
        cell = CELLS[self.kind]
        known = {name: getattr(self, start) for start, name in cell.starts().items()}
        states = known.get(signal) if isinstance(signal, str) else None
        if states is None:
            raise UnknownSignalError(
                f"{said(signal)} is no state of {with_article(cell.title)}: only states have a start."
            )
        chosen: Array = states[layer * self.num_directions + DIRECTIONS.index(direction)]
        return chosen

    def before(self, signal: str, layer: int = 0, direction: str = "forward") -> Array:
        """The state just before each step as the cell read it, (time, unit)."""
        states = self.select(signal, layer, direction)
        start = self.initial(signal, layer, direction)[None]
        if direction == "reverse":
            return np.concatenate([states[1:], start])
        return np.concatenate([start, states[:-1]])

    def state_at(self, step: int) -> dict[str, Array]:
        """The state after a step, from which another run may start: ``record(model, x, **trace.state_at(120))``.

        Args:
            step: counted from 0; −1 is the last.

        Returns:
            ``{"h_0": …}``, or ``{"h_0": …, "c_0": …}`` where the cell has a second state, each (layers, units).

        Raises:
            UnknownSignalError: there is no such step, or the model reads both ways.
        """
        if self.num_directions == 2:
            raise UnknownSignalError(
                "This model reads both ways: after no step is there one state from which the rest could be run, since "
                "the reverse direction comes from the end. Run the whole sequence."
            )
        if not is_index(step) or not -len(self) <= step < len(self):
            raise UnknownSignalError(f"There is no step {said(step)}: the trace has {len(self):,}, counted from 0.")
        return {name: np.array(self[signal][:, 0, step]) for name, signal in CELLS[self.kind].starts().items()}

    def to_frame(self) -> pd.DataFrame:
        """A tidy table with the columns signal, layer, direction, time, label, unit, value."""
        return export.to_frame(self.values, self.labels)

    def save(self, file: str | Path | Any) -> None:
        """Write everything to one compressed ``.npz`` file (a path or a file object).

        Raises:
            CheckpointError: it cannot be written there.
        """
        export.save({one.name: getattr(self, one.name) for one in fields(self)}, file)

    @classmethod
    def load(cls, file: str | Path | Any) -> "Trace":
        """Read what `save` wrote, from a path, bytes or a file object; nothing in it is run.

        Raises:
            CheckpointError: it is no saved trace.
        """
        return cls(**export.load(file))
