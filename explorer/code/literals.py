"""Numbers and text as Python writes them."""

from collections.abc import Iterable, Sequence
from textwrap import fill
from typing import Any

import numpy as np
from numpy.typing import NDArray

_WIDTH = 100
_WORDS = 8
_MOST_COMMENT = 80


def comment(text: str) -> str:
    """Text as one printable line, cut where it is long."""
    return repr(text if len(text) <= _MOST_COMMENT else text[: _MOST_COMMENT - 1] + "…")


def floats(values: Iterable[float]) -> str:
    """A list of numbers that reads back bit for bit."""
    return f"[{', '.join(repr(float(value)) for value in values)}]"


def tensor(values: NDArray[Any], dtype: str = "") -> str:
    """``torch.tensor([...])`` of ids (time,) or of numbers (time, columns), a column of one written flat."""
    kind = f", dtype=torch.{dtype}" if dtype else ""
    if values.ndim == 1:
        return f"torch.tensor([{_wrapped([str(int(value)) for value in values])}]{kind})"
    if values.shape[1] == 1:
        return f"torch.tensor([{_wrapped([_short(value) for value in values[:, 0]])}]{kind}).unsqueeze(1)"
    return nested(values, kind)


def nested(values: NDArray[Any], kind: str = "") -> str:
    """``torch.tensor([[...], ...])``, a row a line."""
    rows = "".join(f"    [{', '.join(_short(value) for value in row)}],\n" for row in values)
    return f"torch.tensor([\n{rows}]{kind})"


def words(labels: Sequence[str]) -> str:
    """A list of words, a few a line."""
    if len(labels) <= _WORDS:
        return repr(list(labels))
    rows = (", ".join(map(repr, labels[at : at + _WORDS])) for at in range(0, len(labels), _WORDS))
    return "[\n" + "".join(f"    {row},\n" for row in rows) + "]"


def _short(value: np.floating[Any]) -> str:
    return repr(float(value))


def _wrapped(items: list[str]) -> str:
    line = ", ".join(items)
    if len(line) <= _WIDTH - 24:
        return line
    return f"\n{fill(line, _WIDTH, initial_indent='    ', subsequent_indent='    ')}\n"
