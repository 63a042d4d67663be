"""Clamps: signals held at a value while the cell runs; a trace only remembers them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.cells import word
from explorer.errors import ClampError
from explorer.fitting import said
from explorer.models.model.model import DIRECTIONS, Model
from explorer.models.run.coupling import Coupling, check_place_and_time
from explorer.models.run.holding import Array, Holding
from explorer.models.run.run import Holds


@dataclass(frozen=True, eq=False)
class Clamp:
    """Hold one signal the moment it is computed, so that all that follows sees the held value.

    Args:
        signal: which one, e.g. ``"forget"``.
        value: a finite number, or an array broadcastable to the selection's (time, unit).
        layer, direction, units: where; None means everywhere. ``units`` is one index or several.
        start, stop: the positions in the input (in both directions), ``stop`` exclusive, None for the end.
        mode: ``"set"`` replaces the value, ``"scale"`` multiplies it.

    Raises:
        ClampError: a value that is not finite, an unknown mode, or an empty range.
    """

    signal: str
    value: Any
    layer: int | None = None
    direction: str | None = None
    units: int | Sequence[int] | None = None
    start: int = 0
    stop: int | None = None
    mode: Literal["set", "scale"] = "set"

    def __post_init__(self) -> None:
        if not isinstance(self.mode, str) or self.mode not in ("set", "scale"):
            raise ClampError(f"mode is {said(self.mode)}: a clamp can 'set' or 'scale'.")
        if isinstance(self.value, str | bytes) or not _is_finite(self.value):
            raise ClampError(f"The value {said(self.value)} cannot be held: give finite numbers.")
        check_place_and_time(self)

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        units = None if self.units is None else np.asarray(self.units).tolist()
        value = np.asarray(self.value, dtype=float).tolist()
        return dict(vars(self)) | {"units": units, "value": value}

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> "Clamp":
        """The inverse of `to_dict`."""
        return cls(**saved)


def _is_finite(value: Any) -> bool:
    try:
        array = np.asarray(value)
        return array.dtype.kind in "biufO" and array.size > 0 and bool(np.isfinite(array.astype(float)).all())
    except Exception:  # a stranger's __array__ or __float__ may raise anything
        return False


Held = Clamp | Coupling
"""Anything that holds a signal."""


def held_from_dict(saved: dict[str, Any]) -> Held:
    """The inverse of `Clamp.to_dict` and `Coupling.to_dict`."""
    return Coupling.from_dict(saved) if "other" in saved else Clamp.from_dict(saved)


def compile_clamps(model: Model, clamps: Sequence[Held], steps: int) -> Holds | None:
    """What to hold in each cell of a model over a sequence; None where nothing is clamped.

    Raises:
        ClampError: a clamp names a signal, layer, direction, unit or step that does not exist.
    """
    if not clamps:
        return None
    plans = [Plan.of(model, clamp, steps) for clamp in clamps]

    def holds(layer: int, direction: str) -> Holding | None:
        here = [plan for plan in plans if plan.acts_in(layer, direction)]
        return _Plans(here) if here else None

    return holds


@dataclass(frozen=True, eq=False)
class Plan:
    """A clamp fitted to a model and a sequence.

    Attributes:
        clamp: what was asked for.
        units: the indices that it holds.
        values: (time, unit) from its first step on, or None where another gate gives them.
        stop: the position after its last step.
    """

    clamp: Held
    units: Array
    values: Array | None
    stop: int

    @classmethod
    def of(cls, model: Model, clamp: Held, steps: int) -> "Plan":
        """Fit a clamp, or raise ClampError."""
        units = _units(model, clamp)
        stop = steps if clamp.stop is None else min(clamp.stop, steps)
        if clamp.start >= steps:
            raise ClampError(f"The clamp starts at step {clamp.start}, but the sequence has {steps}: start earlier.")
        values = _values(model, clamp, (stop - clamp.start, len(units))) if isinstance(clamp, Clamp) else None
        return cls(clamp, units, values, stop)

    def acts_in(self, layer: int, direction: str) -> bool:
        """Whether it holds anything in this cell."""
        return self.clamp.layer in (None, layer) and self.clamp.direction in (None, direction)

    def put(self, values: Array, position: int, computed: Mapping[str, Array]) -> None:
        """Hold a signal's values, (..., unit), in place, given what the step has computed so far."""
        if not self._start <= position < self.stop:
            return
        if self.values is None:
            assert isinstance(self.clamp, Coupling)
            values[..., self._place] = self.clamp.value_from(computed, self._place)
        else:
            held = self.values[position - self._start]
            values[..., self._place] = held * values[..., self._place] if self.scales else held

    # Asked at every step of a run: found once.
    @cached_property
    def _start(self) -> int:
        return self.clamp.start

    @cached_property
    def scales(self) -> bool:
        """Whether it multiplies what is there, rather than setting it."""
        return isinstance(self.clamp, Clamp) and self.clamp.mode == "scale"

    @cached_property
    def _place(self) -> Array | slice:
        """`units`, as a slice where they follow each other, which NumPy writes to faster."""
        first, last = int(self.units[0]), int(self.units[-1])
        follows = np.array_equal(self.units, np.arange(first, last + 1))
        return slice(first, last + 1) if follows else self.units


@dataclass(frozen=True, eq=False)
class _Plans:
    """What acts in one cell."""

    plans: Sequence[Plan]

    @cached_property
    def signals(self) -> frozenset[str]:
        return frozenset(self._of)

    @cached_property
    def _of(self) -> dict[str, list[Plan]]:
        names = {plan.clamp.signal for plan in self.plans}
        return {name: [plan for plan in self.plans if plan.clamp.signal == name] for name in names}

    def put(self, signal: str, values: Array, position: int, computed: Mapping[str, Array]) -> None:
        for plan in self._of[signal]:
            plan.put(values, position, computed)


def _values(model: Model, clamp: Clamp, shape: tuple[int, int]) -> Array:
    try:
        values = np.broadcast_to(np.asarray(clamp.value, dtype=float), shape)
    except ValueError:
        raise ClampError(
            f"The value has the shape {np.shape(clamp.value)}: give one that fits (time, unit) = {shape}."
        ) from None
    held = torch.tensor(values.copy(), dtype=model.stack[0][0].weight_ih.dtype)
    if not bool(held.isfinite().all()):
        raise ClampError(
            f"The value {said(clamp.value)} is too large for this model's {held.dtype}: give a smaller one."
        )
    return held.numpy()


def _units(model: Model, clamp: Held) -> NDArray[np.int64]:
    for name in (clamp.signal, clamp.other) if isinstance(clamp, Coupling) else (clamp.signal,):
        if name not in model.signals:
            raise ClampError(f"There is no signal {said(name)} to hold: this model has {', '.join(model.signals)}.")
        if isinstance(clamp, Coupling) and word(model.kind, name).role != "gate":
            raise ClampError(f"{name!r} is no gate: only gates are coupled, such as input = 1 − forget.")
    if clamp.layer is not None and not 0 <= clamp.layer < model.num_layers:
        raise ClampError(f"There is no layer {clamp.layer} to hold: this model has {model.num_layers}.")
    known = DIRECTIONS[: model.num_directions]
    if clamp.direction is not None and clamp.direction not in known:
        raise ClampError(f"There is no direction {clamp.direction!r} to hold: this model has {', '.join(known)}.")
    count = model.stack[0][0].units[clamp.signal]
    units = np.arange(count) if clamp.units is None else np.atleast_1d(clamp.units)
    indices = units.ndim == 1 and units.size > 0 and units.dtype.kind in "iu"
    if not indices or units.min() < 0 or units.max() >= count:
        came = said(units.tolist())
        raise ClampError(f"Units {came} cannot be held: {clamp.signal} has units 0 to {count - 1}.")
    return units.astype(np.int64)
