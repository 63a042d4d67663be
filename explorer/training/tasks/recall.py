"""Which symbol came first?"""

import math
from functools import cached_property

import numpy as np
import torch

from explorer.sequences import Encoded, Vocabulary
from explorer.training.learner import Shape
from explorer.training.task import Answers, Batch, Course, Predict, Scores, Task, last_only, over_a_distance

SYMBOLS = "ABCDEFGH"
DISTRACTORS = "abcdefghijklmnop"
GAP, FAR = 60, 1000


class Recall(Task):
    """One of eight symbols, sixty distractors, and a question mark, at which the symbol is asked for."""

    name = "recall"
    title = "Recall"
    learned = (
        "This network learned to hold the first symbol, one of eight, while sixty others go by, and to name it at the "
        "question mark: look for the units whose state stays. Every cell does it, the plain RNN too, since all of "
        "them practised on short gaps first."
    )
    question = "it was"
    source = "generated"
    examples = (
        {
            "title": "C over sixty letters",
            "kind": "prose",
            "text": "C" + "helpcapihgppmehemacfbjaipmnmoe" * 2 + "?",
        },
        {"title": "F over sixty letters", "kind": "prose", "text": "F" + "abcdefghijklmnop" * 3 + "ponmlkjihgfe" + "?"},
        {"title": "Only twenty", "kind": "prose", "text": "A" + "abcdefghijklmnoponml" + "?"},
        {"title": "Twice as many", "kind": "prose", "text": "H" + "abcdefghijklmnop" * 7 + "ponmlkji" + "?"},
    )
    pairs = tuple(zip("ABCDEFGH", "FGFABCDE", strict=True))
    groups = ("A: Aabcdefghijklm?\nA: Amlkjihgfedcba?\nF: Fabcdefghijklm?\nF: Fmlkjihgfedcba?", "?")
    labels = tuple(SYMBOLS)
    trained_length = GAP + 2
    vocabulary = Vocabulary(tuple(SYMBOLS + DISTRACTORS + "?"), unknown=None, unit="character")
    shape = Shape(inputs=8, hidden_size=32, outputs=8, tokens=25)
    course = Course(steps=5000, rate=3e-3)

    @classmethod
    def answers(cls, encoded: Encoded) -> Answers | None:
        """The first symbol, at each question mark."""
        if encoded.labels[0] not in SYMBOLS:
            return None
        asked = np.array([label == "?" for label in encoded.labels])
        return np.where(asked, float(SYMBOLS.index(encoded.labels[0])), np.nan)

    def batch(self, seed: int, step: int) -> Batch:
        """64 new sequences with one number of distractors, often few: nothing is learned from sixty alone."""
        random = np.random.default_rng((seed, step))
        return self._draw(random, 64, 1 + int((GAP - 1) * random.random() ** 2))

    @cached_property
    def validation(self) -> tuple[Batch, ...]:
        """256 sequences."""
        return (self._draw(np.random.default_rng(2**40), 256),)

    @cached_property
    def held_out(self) -> Batch:
        """2,000 sequences."""
        return self._draw(np.random.default_rng(2**41), 2000)

    @cached_property
    def far(self) -> Batch:
        """200 sequences with a thousand distractors, far more than were trained on."""
        return self._draw(np.random.default_rng(2**42), 200, FAR)

    def evaluate(self, predict: Predict) -> Scores:
        """Share of right symbols and mean surprise in nats at the question mark; the share also over a thousand."""
        outputs = predict(self.held_out.inputs)
        return {
            "accuracy": self.score(outputs, self.held_out),
            "nats": float(self.loss(outputs.double(), self.held_out)),
            f"accuracy over {FAR:,}": self.score(predict(self.far.inputs), self.far),
        }

    def verdict(self, scores: Scores) -> str:
        """Who holds on for so long, and why a plain RNN can."""
        said = over_a_distance(scores, lambda kept, rewritten: max(rewritten) < min(kept) - 0.1)
        why = (
            " All of them practised on short gaps, so that no gradient had to come all the way back; without these, "
            "each still guesses after 1,500 steps. Once learned, the plain RNN holds on for a thousand letters."
        )
        return said + why * said.startswith("Not")

    @cached_property
    def baselines(self) -> Scores:
        """Guessing among eight."""
        return {"guessing, accuracy": 1 / len(SYMBOLS), "guessing, nats": math.log(len(SYMBOLS))}

    @property
    def baseline_scores(self) -> dict[str, Scores]:
        """Guessing among eight, by both measures."""
        return {"guessing": {"accuracy": 1 / len(SYMBOLS), "nats": math.log(len(SYMBOLS))}}

    def _draw(self, random: np.random.Generator, count: int, gap: int = GAP) -> Batch:
        first = random.integers(0, len(SYMBOLS), count)
        others = random.integers(len(SYMBOLS), len(SYMBOLS) + len(DISTRACTORS), (gap, count))
        question = np.full((1, count), self.shape.tokens - 1)
        inputs = torch.from_numpy(np.concatenate([first[None], others, question]))
        targets = torch.from_numpy(first)[None].expand(len(inputs), -1)
        return Batch(inputs, targets, last_only(targets))
