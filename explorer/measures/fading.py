"""Does the past get a say? How much of a gradient is left so many steps back, in models trained and untrained."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import UnknownSignalError
from explorer.fitting import said
from explorer.models import DIRECTIONS, check_place
from explorer.trace import MYTH, Gradients, Untrained

Floats = NDArray[np.float64]
LAG = 100
"""How far back one looks in the untrained networks that are compared."""


@checked
def remaining(found: Gradients, layer: int = 0, direction: str = "forward", part: str = "state") -> Floats:
    """The gradient at every step as a share of that of the last step that L depends on::

        ‖∂L/∂s_t‖ / ‖∂L/∂s_T‖   for the last step T, in reading order, whose state L depends on

    Args:
        found: the gradients.
        layer, direction: where.
        part: the numerator: ``"state"``, ``"hidden"`` or ``"cell"``.

    Returns:
        (time,): 0 where L depends on nothing.

    Raises:
        UnknownSignalError: there is no such place, or no such part (a GRU has no cell).
    """
    check_place(layer, direction, *found.state.shape[:2])
    place = layer, DIRECTIONS.index(direction)
    parts = {"state": found.state, "hidden": found.hidden, "cell": found.cell}
    chosen = parts.get(part)
    if chosen is None:
        raise UnknownSignalError(f"There is no gradient of {said(part)} here: choose one of {', '.join(parts)}.")
    norms, own = found.state[place], chosen[place]
    used = np.flatnonzero(norms)
    if not used.size:
        return np.zeros(len(norms))
    return np.asarray(own / norms[used[0] if direction == "reverse" else used[-1]])


@checked
def fading(found: Gradients, layer: int = 0, direction: str = "forward") -> Floats:
    """`remaining` counted back from that last step, ‖∂L/∂s_{T−k}‖ / ‖∂L/∂s_T‖.

    Returns:
        (lag,) from lag 0, where it is 1; a single 0 where L depends on no state of this layer and direction.
    """
    left = remaining(found, layer, direction)
    backwards = left if direction == "reverse" else left[::-1]
    used = np.flatnonzero(backwards)
    return backwards[used[0] :] if used.size else np.zeros(1)


@checked
def reach(ratio: Floats, share: float = 0.01) -> float:
    """From how many steps back on less than ``share`` of the gradient is left; ∞ where more is left throughout."""
    above = np.flatnonzero(ratio >= share)
    last = int(above[-1]) if above.size else -1
    return float(last + 1) if last + 1 < len(ratio) else np.inf


@checked
def gradient_left(network: Untrained, seed: int) -> float:
    """The gradient that is left `LAG` steps back in an untrained network, for one seed of weights and noise."""
    return float(fading(network.gradients(seed))[LAG])


@checked
def bust(seeds: int = 12) -> Iterator[tuple[int, int, float]]:
    """Compute the myth-buster: (row of `MYTH`, seed, what is left), one after the other.

    L is the sum of the last h; s = (h, c), taken as independent inputs of the next step; weights and biases
    U(−1/√H, 1/√H), H = 64, scalar N(0, 1) input, float64.

    Source: computed for this project; that gradients of plain networks vanish, Hochreiter 1991, Bengio et al. 1994.
    """
    for seed in range(seeds):
        for row, one in enumerate(MYTH):
            yield row, seed, gradient_left(one, seed)
