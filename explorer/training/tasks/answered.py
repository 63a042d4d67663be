"""Texts of which every character has an answer."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from explorer.sequences import Vocabulary
from explorer.training.task import Batch, Scores, everywhere


def answered(vocabulary: Vocabulary, texts: Sequence[str], answers: Callable[[str], list[int]]) -> Batch:
    """Texts of one length side by side, with what is right after each character; all of them count."""
    ids, unknown = vocabulary.ids, len(vocabulary.tokens) - 1
    inputs = torch.tensor([[ids.get(one, unknown) for one in text] for text in texts]).T
    targets = torch.tensor([answers(text) for text in texts]).T
    return Batch(inputs, targets, everywhere(targets))


def shares_right(answers: Tensor, wanted: Tensor, where: str, whole: str) -> Scores:
    """What came right of answers, (time, batch).

    Args:
        answers, wanted: classes, of which the first is the plain one.
        where: the name of the share among steps of another class than that.
        whole: the name of the share of texts without a mistake.
    """
    right = answers == wanted
    return {
        "accuracy": float(right.double().mean()),
        where: float(right[wanted != 0].double().mean()),
        whole: float(right.all(0).double().mean()),
    }
