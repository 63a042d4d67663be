"""What the right answers would be, for a sequence that the user brings to a bundled model."""

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from explorer.sequences import Encoded
from explorer.training.tasks.anbn import LABELS as NEXT
from explorer.training.tasks.brackets import due
from explorer.training.tasks.recall import SYMBOLS

Answers = NDArray[np.float64]


def right_answers(task: str, encoded: Encoded) -> Answers | None:
    """The right answer after each step, from the sequence alone.

    Args:
        task: the model's task, such as ``"brackets"``.
        encoded: the sequence.

    Returns:
        (time,): the index of the right class, or the right value; NaN where there is none. None where the
        sequence does not say (what a sentence feels, what does not follow the task's rule).
    """
    find = KNOWN.get(task)
    answers = find(encoded) if find else None
    return answers if answers is not None and np.isfinite(answers).any() else None


def _brackets(encoded: Encoded) -> Answers:
    return np.array(due("".join(label[0] for label in encoded.labels)), dtype=np.float64)


def _counting(encoded: Encoded) -> Answers | None:
    text = "".join(encoded.labels)
    if not re.fullmatch("a+b*", text) or text.count("b") > text.count("a"):
        return None
    n = text.count("a")
    after = "a" * (n - 1) + "b" * n
    words = [*after, "end"][: len(text)]
    answers = np.array([NEXT.index(word) for word in words], dtype=np.float64)
    answers[:n] = np.nan  # before the first b the next one may be either
    return answers


def _recall(encoded: Encoded) -> Answers | None:
    if encoded.labels[0] not in SYMBOLS:
        return None
    asked = np.array([label == "?" for label in encoded.labels])
    return np.where(asked, float(SYMBOLS.index(encoded.labels[0])), np.nan)


def _adding(encoded: Encoded) -> Answers | None:
    if encoded.is_text or encoded.values.shape[1] != 2:
        return None
    answers = np.full(len(encoded), np.nan)
    answers[-1] = (encoded.values[:, 0] * encoded.values[:, 1]).sum()
    return answers


def _following(encoded: Encoded) -> Answers | None:
    """The next token's id, or the next value."""
    values = encoded.values if encoded.is_text else encoded.values[:, 0]
    if not encoded.is_text and encoded.values.shape[1] != 1:
        return None
    return np.append(values[1:].astype(np.float64), np.nan)


KNOWN: dict[str, Callable[[Encoded], Answers | None]] = {
    "brackets": _brackets,
    "anbn": _counting,
    "recall": _recall,
    "adding": _adding,
    "sst": _following,
    "sine": _following,
    "python-chars": _following,
    "shakespeare-chars": _following,
}
