"""Does the reviewer like the film?"""

import csv
from collections import Counter, defaultdict
from functools import cached_property
from math import log
from zlib import crc32

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.sequences import Vocabulary, split_words
from explorer.training.learner import Shape
from explorer.training.task import DATA, Batch, Course, Predict, Scores, Task

FILE = "movie_review_snippets.csv"
NEUTRAL = 0.5
KNOWN = 4000
LONGEST = 50
UNKNOWN = "<unk>"
Snippet = tuple[str, int]


def read_snippets() -> dict[str, list[Snippet]]:
    """Snippets that people did not find neutral, 1 for positive, in three parts drawn by their text.

    Raises:
        EncodingError: the bundled file is missing or damaged.
    """
    parts: dict[str, list[Snippet]] = {"training": [], "validation": [], "held out": []}
    try:
        with (DATA / FILE).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                rating, draw = float(row["mean_rating"]), crc32(row["text"].encode()) % 20
                if abs(rating) > NEUTRAL and split_words(row["text"]):
                    part = "held out" if draw < 3 else "validation" if draw < 5 else "training"
                    parts[part].append((row["text"], int(rating > 0)))
    except (OSError, ValueError, KeyError) as reason:
        raise EncodingError(f"{FILE} cannot be read ({reason}): fetch the file again.") from None
    return parts


class Sentiment(Task):
    """Negative or positive, from all the words of a snippet, read from both ends."""

    name = "sentiment"
    title = "Film reviews"
    learned = (
        "This network learned to tell whether a film reviewer is pleased, reading the sentence from both ends; "
        "type an opinion of your own."
    )
    question = "the reviewer is"
    reading = "words"
    source = "Hutto & Gilbert, VADER, ICWSM 2014: movie review snippets; MIT licence, copyright (c) 2014 cjhutto"
    examples = (
        {"title": "Pleased", "kind": "prose", "text": "A wonderful film, warm, funny and beautifully acted."},
        {"title": "Not pleased", "kind": "prose", "text": "The plot is dull and the jokes fall flat."},
        {"title": "Turned round", "kind": "prose", "text": "I expected a mess, but it is a charming surprise."},
        {"title": "A negation", "kind": "prose", "text": "This is not a good film."},
    )
    pairs = (
        ("wonderful", "terrible"), ("beautiful", "boring"), ("good", "bad"), ("great", "awful"), ("best", "worst"),
        ("funny", "dull"), ("bad", "good"), ("boring", "beautiful"), ("dull", "funny"),
    )  # fmt: skip
    groups = (
        "praise: a wonderful film with a clever script\npraise: a moving and beautiful film about home\n"
        "blame: a terrible film with a stupid script\nblame: a boring and empty film about home",
        "film",
    )
    labels = ("negative", "positive")
    trained_length = LONGEST
    course = Course(steps=2000, rate=2e-3, decay=0.02, half=True)

    def __init__(self) -> None:
        self.parts = read_snippets()
        counts = Counter(
            word.lower().replace("’", "'") for text, _ in self.parts["training"] for word in split_words(text)
        )
        self.vocabulary: Vocabulary = Vocabulary(
            (*(word for word, _ in counts.most_common(KNOWN)), UNKNOWN), unknown=UNKNOWN, unit="word"
        )
        tokens = len(self.vocabulary.tokens)
        self.shape = Shape(32, 64, 2, tokens, num_layers=2, bidirectional=True, dropout=0.4, spread=0.1, reads="ends")

    def batch(self, seed: int, step: int) -> Batch:
        """Up to 32 snippets of one length, one word in ten hidden so that none is leaned on alone."""
        random = np.random.default_rng((seed, step))
        together = self._by_length["training"]
        sizes = np.array([len(snippets) for snippets in together])
        picked = together[random.choice(len(together), p=sizes / sizes.sum())]
        chosen = random.choice(len(picked), min(32, len(picked)), replace=False)
        inputs, targets, counted = _side_by_side([picked[place] for place in chosen])
        hidden = torch.from_numpy(random.random(inputs.shape) < 0.1)
        return Batch(inputs.masked_fill(hidden, self.shape.tokens - 1), targets, counted)

    @cached_property
    def validation(self) -> tuple[Batch, ...]:
        """One snippet in ten, those of one length together."""
        return tuple(map(_side_by_side, self._by_length["validation"]))

    def corpus(self) -> list[NDArray[np.int64]]:
        """The snippets that are judged."""
        return [self.vocabulary.encode(text).values for text, _ in self.parts["held out"]]

    @cached_property
    def held_out(self) -> tuple[Batch, ...]:
        """Three snippets in twenty, those of one length together."""
        return tuple(map(_side_by_side, self._by_length["held out"]))

    def evaluate(self, predict: Predict) -> Scores:
        """Share of right answers and mean surprise in nats."""
        outputs = torch.cat([predict(batch.inputs)[0] for batch in self.held_out]).double()
        wanted = torch.cat([batch.targets[0] for batch in self.held_out])
        whole = Batch(wanted, wanted, torch.ones_like(wanted, dtype=torch.bool))
        return {"accuracy": self.score(outputs, whole), "nats": float(self.loss(outputs, whole))}

    @cached_property
    def baselines(self) -> Scores:
        """The more common answer, and a bag of words: naive Bayes (add one)."""
        judged = self.parts["held out"]
        positive = sum(answer for _, answer in judged) / len(judged)
        return {"the more common answer": max(positive, 1 - positive), "naive Bayes": self._naive_bayes()}

    def _naive_bayes(self) -> float:
        counts = np.ones((2, self.shape.tokens))
        answers = np.zeros(2)
        for text, answer in self.parts["training"]:
            np.add.at(counts[answer], self.vocabulary.encode(text).values, 1)
            answers[answer] += 1
        weights = np.log(counts / counts.sum(1, keepdims=True))
        prior = log(answers[1] / answers[0])
        weight = weights[1] - weights[0]
        guesses = [
            (prior + weight[self.vocabulary.encode(text).values].sum() > 0) == answer
            for text, answer in self.parts["held out"]
        ]
        return float(np.mean(guesses))

    @cached_property
    def _by_length(self) -> dict[str, list[list[tuple[list[int], int]]]]:
        """The snippets as token ids, those of one length together, cut after 50 words."""
        grouped = {}
        for part, snippets in self.parts.items():
            lengths: dict[int, list[tuple[list[int], int]]] = defaultdict(list)
            for text, answer in snippets:
                ids = self.vocabulary.encode(text).values[:LONGEST].tolist()
                lengths[len(ids)].append((ids, answer))
            grouped[part] = [lengths[length] for length in sorted(lengths)]
        return grouped


def _side_by_side(snippets: list[tuple[list[int], int]]) -> Batch:
    """Snippets of one length as a batch, judged once."""
    targets = torch.tensor([[answer for _, answer in snippets]])
    return Batch(torch.tensor([ids for ids, _ in snippets]).T, targets, torch.ones_like(targets, dtype=torch.bool))
