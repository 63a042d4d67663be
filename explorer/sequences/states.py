"""Initial states typed into a box."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import EncodingError, ShapeError
from explorer.sequences.typed import parse_numbers

_BRACKETS = str.maketrans("[]()", "    ")


def spelt_state(values: NDArray[Any]) -> str:
    """A state as `parse_state` reads it back, to the last bit: a line for each layer and direction.

    Args:
        values: (rows, units).
    """
    return "\n".join(" ".join(str(number) for number in row) for row in values)


def parse_state(text: str, name: str, rows: int, units: int) -> NDArray[np.float64]:
    """Read a typed h_0 or c_0.

    Args:
        text: a line for each layer and direction, as `parse_numbers` reads lines; all numbers on one line; one
            number, which fills the whole state; or nothing, which is zeros. Brackets do not count.
        name: ``"h_0"`` or ``"c_0"``, for the messages.
        rows: layers × directions.
        units: numbers a row.

    Returns:
        The state, (rows, units).

    Raises:
        EncodingError: an item is no finite number.
        ShapeError: another count of numbers, or lines of another length.

    Example:
        >>> parse_state("1 0", "h_0", 1, 2)
        array([[1., 0.]])
    """
    plain = text.translate(_BRACKETS)
    if not plain.strip():
        return np.zeros((rows, units))
    try:
        values = parse_numbers("\n".join(line.strip().rstrip(",") for line in plain.splitlines())).values
    except EncodingError as trouble:
        raise EncodingError(f"{name}: {trouble}") from None
    if values.size == 1:
        return np.full((rows, units), values.item())
    flat = values.shape[1] == 1
    if values.size != rows * units or not (flat or values.shape == (rows, units)):
        came = f"{values.size} numbers" if flat else f"{len(values)} lines of {values.shape[1]} numbers"
        lines = "one line" if rows == 1 else f"{rows} lines, one a layer and direction,"
        raise ShapeError(f"{name} was given {came}: type {lines} of {units}, or one number for all units.")
    return np.array(values.reshape(rows, units))
