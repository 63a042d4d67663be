"""What places have in common: what is so under them, beside how often it is so over the whole corpus."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError

_MOST = 100_000


@dataclass(frozen=True)
class Share:
    """One value among the steps of some places.

    Attributes:
        value: the value.
        inside: its share of the places' steps.
        overall: its share of all steps.
        covered: the share of all steps of that value that lie in the places.
    """

    value: Any
    inside: float
    overall: float
    covered: float


@checked
def shares(inside: NDArray[np.bool_], values: Any, most: int = 8) -> tuple[Share, ...]:
    """The values that are most more common in some places than over all, by inside − overall.

    Args:
        inside: (time,), True in the places.
        values: (time,), whole numbers or words.
        most: how many are given.

    Raises:
        ShapeError: there are not as many values as steps.

    Example:
        >>> shares(np.array([True, True, False, False]), np.array(["a", "a", "a", "b"]))[0]
        Share(value='a', inside=1.0, overall=0.75, covered=0.6666666666666666)
    """
    values = np.asarray(values)
    if len(inside) != len(values):
        raise ShapeError(f"{len(values):,} values came for {len(inside):,} steps: give one a step.")
    if not inside.any():
        return ()
    known, places = _placed(values)
    overall = np.bincount(places, minlength=len(known))
    within = np.bincount(places[inside], minlength=len(known))
    more = within / inside.sum() - overall / len(values)
    order = [one for one in np.argsort(-more, kind="stable")[:most] if more[one] > 0]
    return tuple(
        Share(
            known[one].item(),
            float(within[one] / inside.sum()),
            float(overall[one] / len(values)),
            float(within[one] / overall[one]),
        )
        for one in order
    )


def _placed(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The values that there may be, and the place of each step's among them; small whole numbers are their own."""
    if values.dtype.kind in "iu" and values.min() >= 0 and values.max() < _MOST:
        return np.arange(int(values.max()) + 1), values
    return np.unique(values.astype(str) if values.dtype.kind == "O" else values, return_inverse=True)
