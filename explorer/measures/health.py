"""What a model card says of a run: dead and stuck units, how long it remembers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.arguments import checked
from explorer.cells import word
from explorer.measures.memory import time_constants
from explorer.measures.saturation import saturation
from explorer.models import DIRECTIONS
from explorer.trace import Trace

DEAD = 0.01
"""A unit whose hidden state never leaves ± this is dead."""
STUCK = 0.95
"""A gate that is shut, or open, at more than this share of the steps is stuck."""


@dataclass(frozen=True)
class Health:
    """The units of one layer and direction over one run.

    Attributes:
        units: how many there are.
        broken: those with a value that is not finite.
        dead: those whose hidden state never leaves ±0.01.
        shut, open: by gate, the units that are shut (< 0.1) or open (> 0.9) at more than 95% of the steps.
    """

    units: int
    broken: tuple[int, ...]
    dead: tuple[int, ...]
    shut: dict[str, tuple[int, ...]]
    open: dict[str, tuple[int, ...]]


@checked
def unit_health(trace: Trace, layer: int = 0, direction: str = "forward") -> Health:
    """Which units are broken, dead, or stuck in a run.

    Args:
        trace: the run.
        layer, direction: where.

    Raises:
        UnknownSignalError: the place does not exist.
    """
    hidden = trace.select("hidden", layer, direction)
    broken: set[int] = set()
    for name in trace.signals:
        broken |= set(
            _where(np.logical_not(np.isfinite(trace.select(name, layer, direction)[trace.taken]).all(axis=0)))
        )
    with np.errstate(invalid="ignore"):
        dead = tuple(unit for unit in _where(np.abs(hidden).max(axis=0) < DEAD) if unit not in broken)
    gates = [name for name in trace.signals if word(trace.kind, name).role == "gate"]
    shares = {name: saturation(trace, name, layer, direction) for name in gates}
    return Health(
        units=hidden.shape[1],
        broken=tuple(sorted(broken)),
        dead=dead,
        shut={name: _where(share[:, 0] > STUCK) for name, share in shares.items()},
        open={name: _where(share[:, 1] > STUCK) for name, share in shares.items()},
    )


@checked
def verdict(trace: Trace) -> tuple[str, ...]:
    """The health of all units in plain words, the worst first.

    Args:
        trace: the run.

    Returns:
        A few sentences.
    """
    found = [unit_health(trace, layer, direction) for layer, direction in places(trace)]
    total = sum(one.units for one in found)
    broken, dead = sum(len(one.broken) for one in found), sum(len(one.dead) for one in found)
    said = []
    if broken:
        said.append(f"Broken: {broken} of {total} units gave NaN or infinity; what depends on them cannot be trusted.")
    if dead:
        said.append(f"Dead here: {dead} of {total} units, whose hidden state never leaves ±{DEAD} on this sequence.")
    if not said:
        said.append(f"All {total} units are alive and finite.")
    return (*said, *_stuck(trace, found), *_spread(trace))


def _spread(trace: Trace) -> Iterator[str]:
    """How much of the time the gates are at an end."""
    gates = [name for name in trace.signals if word(trace.kind, name).role == "gate"]
    if gates:
        shares = [saturation(trace, name, *place).mean(axis=0) for name in gates for place in places(trace)]
        shut, wide = np.mean(shares, axis=0)
        yield f"Taken together its gates are shut at {shut:.0%} and open at {wide:.0%} of the steps."


def _stuck(trace: Trace, found: list[Health]) -> Iterator[str]:
    """A sentence on each gate that hardly moves in a tenth of the units or more."""
    for name in found[0].open:
        units = sum(one.units for one in found)
        for state, words in (("open", word(trace.kind, name).at_high), ("shut", word(trace.kind, name).at_low)):
            count = sum(len(getattr(one, state)[name]) for one in found)
            if count >= 0.1 * units:
                yield f"{count} of {units} {name} gates are {state} nearly always: they {words} at every step."


@checked
def effective_memory(trace: Trace, layer: int = 0, direction: str = "forward") -> tuple[float, float]:
    """How many steps the units remember: the median and the 95th percentile of their time constants.

    Args:
        trace: the run of an LSTM or a GRU.
        layer, direction: where.

    Returns:
        (median, 95th percentile) of `time_constants`, in steps; ∞ where a gate was always 1.

    Raises:
        UnknownSignalError: the cell has no keep gate (RNN), or the place does not exist.
    """
    constants = time_constants(trace, layer, direction)
    known = constants[~np.isnan(constants)]
    if not known.size:
        return float("nan"), float("nan")
    median, high = np.quantile(known, [0.5, 0.95], method="nearest")
    return float(median), float(high)


@checked
def places(trace: Trace) -> tuple[tuple[int, str], ...]:
    """Every layer and direction of a run, in PyTorch's order."""
    return tuple((layer, way) for layer in range(trace.num_layers) for way in DIRECTIONS[: trace.num_directions])


def _where(units: Any) -> tuple[int, ...]:
    return tuple(int(unit) for unit in np.flatnonzero(units))
