"""Does the reviewer like the film?"""

import csv
from collections import Counter, defaultdict
from functools import cached_property
from math import log
from zlib import crc32

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from explorer.errors import EncodingError
from explorer.sequences import Vocabulary, split_words
from explorer.training.learner import Learner, Shape
from explorer.training.task import DATA, Batch, Course, Predict, Scores, Task

FILE = "movie_review_snippets.csv"
NEUTRAL = 0.5
COMMON = 2
LONGEST = 50
UNKNOWN = "<unk>"
Snippet = tuple[str, float]
Items = list[tuple[list[int], float]]


def read_snippets() -> dict[str, list[Snippet]]:
    """Snippets and their mean ratings, −4 to 4, in three parts drawn by their text.

    Those that people found neutral, within half a point of 0, are to learn from and never judged.

    Raises:
        EncodingError: the bundled file is missing or damaged.
    """
    parts: dict[str, list[Snippet]] = {"training": [], "validation": [], "held out": []}
    try:
        with (DATA / FILE).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                rating, draw = float(row["mean_rating"]), crc32(row["text"].encode()) % 20
                part = "held out" if draw < 3 else "validation" if draw < 5 else "training"
                if (part == "training" or abs(rating) > NEUTRAL) and words_of(row["text"]):
                    parts[part].append((row["text"], rating))
    except (OSError, ValueError, KeyError) as reason:
        raise EncodingError(f"{FILE} cannot be read ({reason}): fetch the file again.") from None
    return parts


def words_of(text: str) -> list[str]:
    """The words as the vocabulary has them."""
    return [word.lower().replace("’", "'") for word in split_words(text)]


class Sentiment(Task):
    """Negative or positive, from all the words of a snippet, read from both ends."""

    name = "sentiment"
    title = "Film reviews"
    learned = (
        "This network learned to tell whether a film reviewer is pleased, reading the sentence from both ends; "
        "counting words judges as well, so look at how it reads. Type an opinion of your own."
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
    course = Course(steps=1400, rate=2e-3, decay=0.02, half=True, mean=0.99)

    def __init__(self) -> None:
        self.parts = read_snippets()
        counts = Counter(word for text, _ in self.parts["training"] for word in words_of(text))
        known = [word for word, count in counts.most_common() if count >= COMMON]
        self.vocabulary: Vocabulary = Vocabulary((*known, UNKNOWN), unknown=UNKNOWN, unit="word")
        tokens = len(self.vocabulary.tokens)
        self.shape = Shape(16, 32, 2, tokens, num_layers=2, bidirectional=True, dropout=0.5, spread=0.05, reads="ends")

    def prepare(self, learner: Learner) -> None:
        """The first feature of a word's embedding: half of what naive Bayes makes of the word."""
        assert learner.embedding is not None
        counts = np.ones((2, self.shape.tokens))
        for text, rating in self._clear("training"):
            np.add.at(counts[int(rating > 0)], self.vocabulary.encode(text).values, 1)
        odds = np.log(counts / counts.sum(1, keepdims=True))
        with torch.no_grad():
            learner.embedding.weight[:, 0] = torch.from_numpy(0.5 * (odds[1] - odds[0]))

    def batch(self, seed: int, step: int) -> Batch:
        """Up to 48 snippets of one length, three words in twenty hidden so that none is leaned on alone."""
        random = np.random.default_rng((seed, step))
        together = self._by_length["training"]
        sizes = np.array([len(snippets) for snippets in together])
        picked = together[random.choice(len(together), p=sizes / sizes.sum())]
        chosen = random.choice(len(picked), min(48, len(picked)), replace=False)
        inputs, targets, counted = _side_by_side([picked[place] for place in chosen])
        hidden = torch.from_numpy(random.random(inputs.shape) < 0.15)
        return Batch(inputs.masked_fill(hidden, self.shape.tokens - 1), targets.sigmoid(), counted)

    @cached_property
    def validation(self) -> tuple[Batch, ...]:
        """One snippet in ten, those of one length together."""
        return tuple(map(_side_by_side, self._by_length["validation"]))

    @cached_property
    def held_out(self) -> tuple[Batch, ...]:
        """Three snippets in twenty, those of one length together."""
        return tuple(map(_side_by_side, self._by_length["held out"]))

    def evaluate(self, predict: Predict) -> Scores:
        """Share of right answers and mean surprise in nats."""
        outputs = torch.cat([predict(batch.inputs)[0] for batch in self.held_out]).double()
        wanted = torch.cat([batch.targets[0] for batch in self.held_out]).double()
        whole = Batch(wanted, wanted, torch.ones_like(wanted, dtype=torch.bool))
        return {"accuracy": self.score(outputs, whole), "nats": float(self.loss(outputs, whole))}

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        """Cross-entropy in nats; in training with σ(mean rating): as sure as the twenty people were."""
        sure = outputs[..., 1] - outputs[..., 0]
        return binary_cross_entropy_with_logits(sure[batch.counted], batch.targets[batch.counted])

    def score(self, outputs: Tensor, batch: Batch) -> float:
        """Share of right answers."""
        given, wanted = outputs[batch.counted], batch.targets[batch.counted]
        return float((given.argmax(-1) == (wanted > 0.5)).double().mean())

    @cached_property
    def baselines(self) -> Scores:
        """The more common answer; naive Bayes (add one) on words, which knows no order, and on words and pairs."""
        judged = self._clear("held out")
        positive = sum(rating > 0 for _, rating in judged) / len(judged)
        return {
            "the more common answer": max(positive, 1 - positive),
            "naive Bayes": self._naive_bayes(1),
            "naive Bayes of words and pairs": self._naive_bayes(2),
        }

    def _clear(self, part: str) -> list[Snippet]:
        return [(text, rating) for text, rating in self.parts[part] if abs(rating) > NEUTRAL]

    def _naive_bayes(self, longest: int) -> float:
        """The share right by counts of every word there is, and of runs of up to so many; unseen ones say nothing."""
        counts: tuple[Counter[tuple[str, ...]], Counter[tuple[str, ...]]] = (Counter(), Counter())
        training = self._clear("training")
        for text, rating in training:
            counts[rating > 0].update(_runs(words_of(text), longest))
        known = set(counts[0]) | set(counts[1])
        negative, positive = (sum(one.values()) + len(known) for one in counts)
        liked = sum(rating > 0 for _, rating in training)
        prior = log(liked / (len(training) - liked))

        def says(text: str) -> float:
            runs = [run for run in _runs(words_of(text), longest) if run in known]
            return prior + sum(
                log((counts[1][run] + 1) / positive) - log((counts[0][run] + 1) / negative) for run in runs
            )

        return float(np.mean([(says(text) > 0) == (rating > 0) for text, rating in self._clear("held out")]))

    @cached_property
    def _by_length(self) -> dict[str, list[Items]]:
        """The snippets as token ids, those of one length together, cut after 50 words."""
        grouped = {}
        for part, snippets in self.parts.items():
            lengths: dict[int, Items] = defaultdict(list)
            for text, rating in snippets:
                ids = self.vocabulary.encode(text).values[:LONGEST].tolist()
                lengths[len(ids)].append((ids, rating if part == "training" else float(rating > 0)))
            grouped[part] = [lengths[length] for length in sorted(lengths)]
        return grouped


def _runs(words: list[str], longest: int) -> list[tuple[str, ...]]:
    """Every run of one word, of two, up to so many."""
    sizes = range(1, longest + 1)
    return [tuple(words[at : at + size]) for size in sizes for at in range(len(words) - size + 1)]


def _side_by_side(snippets: Items) -> Batch:
    """Snippets of one length as a batch, judged once: the rating of each, or 1 for positive and 0 for negative."""
    targets = torch.tensor([[answer for _, answer in snippets]], dtype=torch.float32)
    return Batch(torch.tensor([ids for ids, _ in snippets]).T, targets, torch.ones_like(targets, dtype=torch.bool))
