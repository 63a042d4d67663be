"""What single units of a network know of a text, though nobody told them."""

import io
import tokenize
from collections.abc import Callable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.models import from_torch
from explorer.models.run import run
from explorer.sequences import Vocabulary
from explorer.training.learner import Learner
from explorer.training.task import Scores

Mask = NDArray[np.bool_]
Concept = Callable[[str], Mask]


def in_quotes(text: str) -> Mask:
    """True where a character of Python source lies between the quotes of a string."""
    return _marked(text, tokenize.STRING)


def in_comment(text: str) -> Mask:
    """True where a character of Python source lies in a comment, its sign included."""
    return _marked(text, tokenize.COMMENT)


def unit_auc(values: NDArray[np.float64], mask: Mask) -> NDArray[np.float64]:
    """How well each unit's value tells marked steps from the others.

    Args:
        values: (time, unit).
        mask: (time,), with both kinds in it.

    Returns:
        The chance that a marked step has the greater value than one that is not, (unit,); 0.5 knows nothing.
    """
    order = values.argsort(axis=0, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(values) + 1)[:, None], axis=0)
    inside = int(mask.sum())
    smallest = inside * (inside + 1) / 2
    return np.asarray((ranks[mask].sum(0) - smallest) / (inside * (len(mask) - inside)))


def best_units(
    learner: Learner, vocabulary: Vocabulary, chosen_on: str, judged_on: str, concepts: Mapping[str, Concept]
) -> Scores:
    """For each concept the unit that tells it best on one text, and how well it does on another.

    The sign is the unit's own: a unit that falls inside quotes knows as much as one that rises.

    Returns:
        ``"inside quotes, AUC"`` and ``"inside quotes, unit"``, and so on.
    """
    chosen, judged = (memory(learner, vocabulary, text) for text in (chosen_on, judged_on))
    scores: Scores = {}
    for name, concept in concepts.items():
        first = unit_auc(chosen, concept(chosen_on))
        unit = int(np.abs(first - 0.5).argmax())
        second = float(unit_auc(judged[:, unit : unit + 1], concept(judged_on))[0])
        scores[f"{name}, AUC"] = second if first[unit] > 0.5 else 1 - second
        scores[f"{name}, unit"] = float(unit)
    return scores


@torch.no_grad()
def memory(learner: Learner, vocabulary: Vocabulary, text: str) -> NDArray[np.float64]:
    """The last layer's memory over a text, (time, unit): the cell state of an LSTM, else the hidden state."""
    assert learner.embedding is not None
    model = from_torch(learner.rnn)
    x = learner.embedding(torch.from_numpy(np.array(vocabulary.encode(text).values)))
    signals = run(model, x, [cell.zeros() for cell in model.cells()], "replay").signals[-1]
    return np.asarray(signals["cell" if model.kind == "lstm" else "hidden"].numpy(), dtype=np.float64)


def _marked(text: str, kind: int) -> Mask:
    """The characters of one kind of token; what cannot be read as Python from some line on is unmarked."""
    starts = np.cumsum([0, *(len(line) + 1 for line in text.split("\n"))])
    mask = np.zeros(len(text), dtype=bool)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            before, after = _edges(token, kind)
            if before >= 0:
                begin, end = (starts[line - 1] + column for line, column in (token.start, token.end))
                mask[begin + before : end - after] = True
    except (tokenize.TokenError, SyntaxError):
        pass
    return mask


def _edges(token: tokenize.TokenInfo, kind: int) -> tuple[int, int]:
    """How much of a token's start and end is not marked; (-1, 0) for a token of another kind.

    From Python 3.12 on the pieces of an f-string are tokens of their own, without their quotes.
    """
    if kind == tokenize.STRING and token.type == getattr(tokenize, "FSTRING_MIDDLE", None):
        return 0, 0
    if token.type != kind:
        return -1, 0
    if kind != tokenize.STRING:
        return 0, 0
    prefix = len(token.string) - len(token.string.lstrip("rbfuRBFU"))
    quotes = 3 if token.string[prefix : prefix + 3] in ('"""', "'''") else 1
    return prefix + quotes - 1, quotes
