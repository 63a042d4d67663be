"""The units that are asked after, as the address spells them: ``21>0.31,4<-0.5``; a number alone leaves it open."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.measures import Wanted
from explorer.ui.session.state import change

_ONE = re.compile(r"(\d{1,5})(?:([<>])(-?\d+(?:\.\d+)?(?:e-?\d+)?)?)?")
MOST = 8


def read(spelled: str, width: int) -> dict[int, Wanted | None]:
    """Each unit with what is asked of it, None where it is open; what makes no sense is left out.

    Args:
        spelled: as in the address.
        width: how many units there are.
    """
    found: dict[int, Wanted | None] = {}
    for piece in spelled.split(",")[: 4 * MOST]:
        match = _ONE.fullmatch(piece.strip())
        if match is None or int(match[1]) >= width or len(found) == MOST:
            continue
        unit = int(match[1])
        found[unit] = Wanted(unit, float(match[3]) if match[3] else np.nan, match[2] == ">") if match[2] else None
    return found


def spell(wanted: Iterable[Wanted | int]) -> str:
    """The same in words."""
    return ",".join(str(one) if isinstance(one, int) else _spelled(one) for one in wanted)


def _spelled(one: Wanted) -> str:
    return f"{one.unit}{'>' if one.above else '<'}{'' if np.isnan(one.threshold) else format(one.threshold, '.5g')}"


def settle(asked: Mapping[int, Wanted | None], best: Mapping[int, Wanted], values: NDArray[Any]) -> list[Wanted]:
    """What is asked of each unit: as typed, else the best for the range, else the middle of its values.

    Args:
        asked: as `read` gives them.
        best: what singles the range out, by unit; empty where there is none.
        values: (time, unit) of the corpus.
    """
    return [_settled(unit, one, best, values) for unit, one in asked.items()]


def _settled(unit: int, one: Wanted | None, best: Mapping[int, Wanted], values: NDArray[Any]) -> Wanted:
    if one is None and unit in best:
        return best[unit]
    if one is None or np.isnan(one.threshold):
        low, high = np.percentile(values[:, unit].astype(np.float32), (5, 95))
        return Wanted(unit, float(low + high) / 2, True if one is None else one.above)
    return one


def go_elsewhere(
    units: Iterable[int], above: bool | Iterable[bool] = True, threshold: Any = None, signal: str | None = None
) -> None:
    """Go to the places at which these units are on; for callbacks.

    Args:
        units: which.
        above: whether they are on above their thresholds; for all, or one a unit.
        threshold: for all, or one a unit; None for the middle of their values.
        signal: whose values they are; None for the one that is looked at.
    """
    listed = list(units)
    aboves = [bool(above)] * len(listed) if isinstance(above, bool | np.bool_) else list(map(bool, above))
    each = list(threshold) if isinstance(threshold, Iterable) else [threshold] * len(listed)
    wanted = [
        Wanted(int(unit), np.nan if cut is None else float(cut), side)
        for unit, cut, side in zip(listed, each, aboves, strict=True)
    ]
    more = {} if signal is None else {"signal": signal}
    change(picture="here", asked=spell(wanted), first=-1, last=-1, unit=listed[0], found="", **more)
