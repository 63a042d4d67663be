"""Which character comes next?"""

from abc import abstractmethod
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.sequences import Encoded, Vocabulary
from explorer.training.learner import Shape
from explorer.training.task import Answers, Batch, Predict, Scores, Task, everywhere, following

COLUMNS = 32
WINDOW = 128
JUDGED = (64, 2000)
WARM_UP = 50


class Characters(Task):
    """The next character of a text, which is read as 32 long columns, each window going on where the last stopped."""

    metric = "nats"
    question = "next character"
    vocabulary = Vocabulary.printable_ascii()
    labels = vocabulary.tokens
    shape = Shape(inputs=32, hidden_size=192, outputs=98, tokens=98)
    trained_length = WINDOW

    @abstractmethod
    def read(self, part: str) -> str:
        """The text of one part: ``"training"``, ``"validation"`` or ``"held out"``."""

    @classmethod
    def answers(cls, encoded: Encoded) -> Answers | None:
        """The next character."""
        return following(encoded)

    def batch(self, seed: int, step: int) -> Batch:
        """The next 128 characters of each column; a new place to start from each time round."""
        ids = self._training
        length = len(ids) // COLUMNS
        windows = (length - 1) // WINDOW
        turn, place = divmod(step, windows)
        shift = int(np.random.default_rng((seed, turn)).integers(len(ids)))
        rows = shift + place * WINDOW + np.arange(WINDOW + 1)[:, None] + length * np.arange(COLUMNS)
        return _next(ids[rows % len(ids)])

    @cached_property
    def validation(self) -> tuple[Batch, ...]:
        """20 columns of 1,000 characters."""
        return (columns(self._ids("validation"), 20, 1000),)

    @cached_property
    def held_out(self) -> Batch:
        """64 columns of 2,000 characters, or fewer where the text is shorter."""
        return columns(self._ids("held out"), *JUDGED)

    def corpus(self) -> list[NDArray[np.int64]]:
        """The held-out text as one stream."""
        return [self._ids("held out")]

    def evaluate(self, predict: Predict) -> Scores:
        """Mean surprise in nats per character and share of right guesses, after 50 characters to warm up."""
        outputs = predict(self.held_out.inputs)
        return {
            "nats": float(self.loss(outputs.double(), self.held_out)),
            "accuracy": self.score(outputs, self.held_out),
        }

    @cached_property
    def baselines(self) -> Scores:
        """Nats per character of counts alone: of characters, of pairs, of triples (add 0.1)."""
        training, judged = self._training, self._ids("held out")
        return {
            f"{name} counts": _surprise(training, judged, order)
            for order, name in enumerate(("character", "pair", "triple"))
        }

    @cached_property
    def _training(self) -> NDArray[np.int64]:
        return self._ids("training")

    def _ids(self, part: str) -> NDArray[np.int64]:
        return self.ids_of(self.read(part))

    def ids_of(self, text: str) -> NDArray[np.int64]:
        """The place of each character in the vocabulary; of one that is not there, the last."""
        table = np.full(129, len(self.vocabulary.tokens) - 1, dtype=np.int64)
        for token, place in self.vocabulary.ids.items():
            if len(token) == 1:
                table[ord(token)] = place
        ids: NDArray[np.int64] = table[np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).clip(max=128)]
        return ids


def _next(ids: NDArray[np.int64], warm_up: int = 0) -> Batch:
    """From (time + 1, batch) characters to each one's follower."""
    inputs, targets = torch.from_numpy(ids[:-1].copy()), torch.from_numpy(ids[1:].copy())
    return Batch(inputs, targets, everywhere(targets, warm_up))


def columns(ids: NDArray[np.int64], count: int, length: int) -> Batch:
    """The text spread over columns, evenly over the whole of it."""
    length = min(length, len(ids) // count - 1)
    starts = np.linspace(0, len(ids) - length - 1, count).astype(np.int64)
    return _next(ids[starts + np.arange(length + 1)[:, None]], WARM_UP)


def _surprise(training: NDArray[np.int64], judged: NDArray[np.int64], order: int) -> float:
    """Nats per character of a table of counts given the ``order`` characters before."""
    size = 98
    counts = np.full(size ** (order + 1), 0.1)
    np.add.at(counts, _places(training, order), 1.0)
    table = counts.reshape(-1, size)
    surprise = -np.log(table / table.sum(1, keepdims=True)).ravel()
    return float(surprise[_places(judged, order)].mean())


def _places(ids: NDArray[np.int64], order: int) -> NDArray[np.int64]:
    places = np.zeros(len(ids) - order, dtype=np.int64)
    for back in range(order + 1):
        places = places * 98 + ids[back : len(ids) - order + back]
    return places
