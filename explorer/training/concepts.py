"""What single units of a network know of a text, though nobody told them."""

import io
import tokenize
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.cells import CELLS
from explorer.models import from_torch
from explorer.models.run.run import run
from explorer.sequences import Vocabulary
from explorer.training.learner import Learner
from explorer.training.task import Scores

Mask = NDArray[np.bool_]
Concept = Callable[[str], Mask]


def in_quotes(text: str) -> Mask:
    """True from the opening quote of a string of Python source on, until its closing quote comes.

    These are the steps after which a reader knows to be inside; the closing quote ends it.
    """
    return _marked(text, tokenize.STRING)


def in_comment(text: str) -> Mask:
    """True where a character of Python source lies in a comment, its sign included."""
    return _marked(text, tokenize.COMMENT)


def in_long_string(text: str) -> Mask:
    """True where a character belongs to a string over several lines, as most docstrings are."""
    return _marked(text, tokenize.STRING, long=True)


def unit_auc(values: NDArray[np.float64], mask: Mask) -> NDArray[np.float64]:
    """How well each unit's value tells marked steps from the others.

    Args:
        values: (time, unit).
        mask: (time,), with both kinds in it.

    Returns:
        The chance that a marked step has the greater value than one that is not, (unit,); 0.5 knows nothing.
    """
    rows = np.ascontiguousarray(values.T)
    ranks = np.empty(rows.shape, dtype=np.int64)
    np.put_along_axis(ranks, rows.argsort(axis=1), np.arange(1, len(values) + 1)[None], axis=1)
    inside = int(mask.sum())
    smallest = inside * (inside + 1) / 2
    return np.asarray((ranks[:, mask].sum(1) - smallest) / (inside * (len(mask) - inside)))


def best_units(
    learner: Learner,
    vocabulary: Vocabulary,
    chosen_on: Sequence[str],
    judged_on: Sequence[str],
    concepts: Mapping[str, Concept],
    left_out: Concept,
) -> Scores:
    """For each concept the unit that tells it best in some texts, and how well it does in others.

    The sign is the unit's own: a unit that falls inside quotes knows as much as one that rises.

    Args:
        learner: the network; it reads each text from a zero state.
        vocabulary: its characters.
        chosen_on, judged_on: texts to find the unit in, and texts to judge it by.
        concepts: what may be known, by name.
        left_out: what is neither inside nor outside.

    Returns:
        ``"inside quotes, AUC"`` and ``"inside quotes, unit"``, and so on.
    """
    chosen, judged = (_observe(learner, vocabulary, texts, concepts, left_out) for texts in (chosen_on, judged_on))
    scores: Scores = {}
    for name in concepts:
        first = unit_auc(chosen.values, chosen.masks[name])
        unit = int(np.abs(first - 0.5).argmax())
        second = float(unit_auc(judged.values[:, unit : unit + 1], judged.masks[name])[0])
        scores[f"{name}, AUC"] = second if first[unit] > 0.5 else 1 - second
        scores[f"{name}, unit"] = float(unit)
    return scores


class _Observed(NamedTuple):
    """What was remembered (time, unit) and what was so (time,), over all texts."""

    values: NDArray[np.float64]
    masks: dict[str, Mask]


def _observe(
    learner: Learner,
    vocabulary: Vocabulary,
    texts: Sequence[str],
    concepts: Mapping[str, Concept],
    left_out: Concept,
) -> _Observed:
    kept = ~np.concatenate([left_out(text) for text in texts])
    values = np.concatenate([memory(learner, vocabulary, text) for text in texts])[kept]
    masks = {name: np.concatenate([concept(text) for text in texts])[kept] for name, concept in concepts.items()}
    return _Observed(values, masks)


@torch.no_grad()
def memory(learner: Learner, vocabulary: Vocabulary, text: str) -> NDArray[np.float64]:
    """The last layer's memory over a text, (time, unit): the cell state of an LSTM, else the hidden state."""
    assert learner.embedding is not None
    model = from_torch(learner.rnn)
    x = learner.embedding(torch.from_numpy(np.array(vocabulary.encode(text).values)))
    signals = run(model, x, [cell.zeros() for cell in model.cells()], "replay").signals[-1]
    return np.asarray(signals[CELLS[model.kind].memory or "hidden"].numpy(), dtype=np.float64)


def _marked(text: str, kind: int, long: bool = False) -> Mask:
    """The characters of one kind of token, or of those over several lines whole.

    What cannot be read as Python from some line on is unmarked.
    """
    starts = np.cumsum([0, *(len(line) + 1 for line in text.split("\n"))])
    mask = np.zeros(len(text), dtype=bool)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            begin, end = (starts[line - 1] + column for line, column in (token.start, token.end))
            if token.type == kind and not long:
                before, after = _edges(token)
                mask[begin + before : end - after] = True
            elif (token.type == kind and token.start[0] < token.end[0]) or (not long and _is_piece(token, kind)):
                mask[begin:end] = True
    except (tokenize.TokenError, SyntaxError):
        pass
    return mask


def _is_piece(token: tokenize.TokenInfo, kind: int) -> bool:
    """From Python 3.12 on the pieces of an f-string are tokens of their own, without their quotes."""
    return kind == tokenize.STRING and token.type == getattr(tokenize, "FSTRING_MIDDLE", None)


def _edges(token: tokenize.TokenInfo) -> tuple[int, int]:
    """How much of a token's start and end is not marked: a string's prefix, and its closing quotes."""
    if token.type != tokenize.STRING:
        return 0, 0
    prefix = len(token.string) - len(token.string.lstrip("rbfuRBFU"))
    quotes = 3 if token.string[prefix : prefix + 3] in ('"""', "'''") else 1
    return prefix + quotes - 1, quotes
