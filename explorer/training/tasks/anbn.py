"""Where does aⁿbⁿ end?"""

import re
from functools import cached_property
from math import isinf

import numpy as np
import torch

from explorer.cells import CELLS
from explorer.sequences import Encoded, Vocabulary
from explorer.training.learner import Shape
from explorer.training.task import Answers, Batch, Course, Predict, Scores, Task

LONGEST = 10
TRIED = 100
LABELS = ("a", "b", "end")


class CountAndCompare(Task):
    """After each character of aⁿbⁿ the next one, or the end; trained on n from 1 to 10."""

    name = "anbn"
    title = "Counting aⁿbⁿ"
    learned = (
        "This network learned to end a row of b's after as many as there were a's: look for a unit that counts up, "
        "then down; then type more of them than the ten it was trained on."
    )
    question = "next"
    source = "generated"
    metric = "right up to n"
    examples = (
        {"title": "n = 8", "kind": "mathematics", "text": "a" * 8 + "b" * 8},
        {"title": "n = 3", "kind": "mathematics", "text": "aaabbb"},
        {"title": "More than it was trained on: n = 15", "kind": "mathematics", "text": "a" * 15 + "b" * 15},
        {"title": "Far more: n = 40", "kind": "mathematics", "text": "a" * 40 + "b" * 40},
    )
    pairs = (("a", ""),)
    groups = ("n = 4: aaaabbbb\nn = 7: aaaaaaabbbbbbb\nn = 10: aaaaaaaaaabbbbbbbbbb", "b")
    labels = LABELS
    trained_length = 2 * LONGEST
    vocabulary = Vocabulary(("a", "b"), unknown=None, unit="character")
    shape = Shape(inputs=4, hidden_size=10, outputs=3, tokens=2)
    course = Course(steps=6000, rate=1e-2)

    @classmethod
    def answers(cls, encoded: Encoded) -> Answers | None:
        """The next character, or the end, of a beginning of aⁿbⁿ; before the first b the next one may be either."""
        text = "".join(encoded.labels)
        if not re.fullmatch("a+b*", text) or text.count("b") > text.count("a"):
            return None
        n = text.count("a")
        words = [*("a" * (n - 1) + "b" * n), "end"][: len(text)]
        found = np.array([LABELS.index(word) for word in words], dtype=np.float64)
        found[:n] = np.nan
        return found

    def batch(self, seed: int, step: int) -> Batch:
        """32 strings, n drawn evenly."""
        return strings(np.random.default_rng((seed, step)).integers(1, LONGEST + 1, 32).tolist())

    @cached_property
    def validation(self) -> tuple[Batch, ...]:
        """Each n once; there are no others to hold out."""
        return (strings(list(range(1, LONGEST + 1))),)

    def evaluate(self, predict: Predict) -> Scores:
        """Whether each n trained on is right, and how far beyond it goes on without a mistake."""
        right = [self._right(predict, n) for n in range(1, TRIED + 1)]
        return {
            "share right, n ≤ 10": sum(right[:LONGEST]) / LONGEST,
            "right up to n": float(right.index(False) if False in right else TRIED),
        }

    @cached_property
    def baselines(self) -> Scores:
        """Saying always "b" after a b never ends the row."""
        return {"always b": 0.0}

    def verdict(self, scores: Scores) -> str:
        """A count needs a memory without bounds."""
        free = [kind for kind in scores if isinf(CELLS[kind].word(CELLS[kind].memory or "hidden").high)]
        bound = [score for kind, score in scores.items() if kind not in free]
        further = min(scores[kind] for kind in free) > max(bound)
        expected = "only an LSTM's cell state is free to count without bound"
        return f"{'As' if further else 'Not as'} theory says: {expected}, so it should go furthest."

    def _right(self, predict: Predict, n: int) -> bool:
        """Whether every answer is right from the first b on; before it, the next may be a or b."""
        example = strings([n])
        answers = predict(example.inputs).argmax(-1)
        return bool((answers[n:] == example.targets[n:]).all())


def strings(counts: list[int]) -> Batch:
    """One string a column; what follows its end is not counted."""
    length = 2 * max(counts)
    place = torch.arange(length)[:, None]
    n = torch.tensor(counts)[None]
    after = place + 1
    targets = torch.where(after < n, 0, torch.where(after < 2 * n, 1, 2))
    return Batch((place >= n).long(), targets, place < 2 * n)
