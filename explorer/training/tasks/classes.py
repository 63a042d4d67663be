"""Which class does a line of the user's own belong to?"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property
from math import log

import numpy as np

from explorer.errors import EncodingError
from explorer.sequences import Labelled, Vocabulary
from explorer.training.learner import Shape
from explorer.training.task import Batch, Course, Predict, Scores, Task
from explorer.training.tasks.words import LONGEST, Item, check_text, classes_at_the_end, parted, vocabulary_of

_LEAST = 6


class Classes(Task):
    """The class of each line, told at its last character; of each class a tenth held out.

    A class of fewer than three lines is trained on and never judged; `notes` say so.

    Args:
        labelled: lines with their classes; longer ones than 120 characters are cut there.

    Raises:
        EncodingError: fewer than six lines, a single class, or no class with three lines.
    """

    name = "classes"
    title = "Your classes"
    learned = "This network learned to tell which class a line of its user's belongs to, character by character."
    question = "class"
    source = "given by the user"
    trained_length = LONGEST
    course = Course(steps=600, rate=4e-3)

    def __init__(self, labelled: Sequence[Labelled]) -> None:
        check_text([one.text for one in labelled], _LEAST)
        self.labels = tuple(dict.fromkeys(one.condition for one in labelled))
        if len(self.labels) < 2:
            raise EncodingError(f"Every line is of the class {self.labels[0]!r}: give lines of two classes or more.")
        by_class: dict[int, list[Item]] = defaultdict(list)
        for one in labelled:
            label = self.labels.index(one.condition)
            by_class[label].append((one.text[:LONGEST], label))
        self.parts: dict[str, list[Item]] = {"training": [], "validation": [], "held out": []}
        rare = [label for label, items in by_class.items() if len(items) < 3]
        for label, items in by_class.items():
            places = {"training": list(range(len(items)))} if label in rare else parted(len(items), label)
            for part, chosen in places.items():
                self.parts[part] += [items[at] for at in chosen]
        if not self.parts["held out"]:
            raise EncodingError("No class has three lines, so that none can be held out and judged: give more lines.")
        self.notes = tuple(_unjudged(self.labels[label], len(by_class[label])) for label in rare)
        self.given = tuple(labelled)
        self.batch_size = 16
        self.vocabulary: Vocabulary = vocabulary_of([text for text, _ in self.parts["training"]])
        tokens = len(self.vocabulary.tokens)
        self.shape = Shape(inputs=16, hidden_size=32, outputs=len(self.labels), tokens=tokens)
        self.examples = tuple(
            {"title": f"{self.labels[label]}, held out", "kind": "prose", "text": text}
            for text, label in self.parts["held out"][:4]
        )

    def as_code(self) -> list[str]:
        rows = (f"    Labelled({one.condition!r}, {one.text!r})," for one in self.given)
        return ["from explorer.sequences import Labelled", "", "data = training.Classes([", *rows, "])"]

    def batch(self, seed: int, step: int) -> Batch:
        """Lines drawn by chance."""
        items = self.parts["training"]
        drawn = np.random.default_rng((seed, step)).integers(0, len(items), self.batch_size)
        return classes_at_the_end(self.vocabulary, [items[at] for at in drawn])

    @cached_property
    def validation(self) -> tuple[Batch, ...]:
        """The lines that choose the best weights."""
        return (classes_at_the_end(self.vocabulary, self.parts["validation"]),)

    @cached_property
    def held_out(self) -> Batch:
        """The lines that are judged."""
        return classes_at_the_end(self.vocabulary, self.parts["held out"])

    def evaluate(self, predict: Predict) -> Scores:
        """The share right, and nats a line."""
        outputs = predict(self.held_out.inputs)
        return {"accuracy": self.score(outputs, self.held_out), "nats": float(self.loss(outputs, self.held_out))}

    @cached_property
    def baselines(self) -> Scores:
        """The share right of the class that comes most, and of naive Bayes on characters, each counted once more."""
        sizes = Counter(label for _, label in self.parts["training"])
        most = sizes.most_common(1)[0][0]
        asked = self.parts["held out"]
        return {
            "the class that comes most": sum(label == most for _, label in asked) / len(asked),
            "naive Bayes on characters": sum(self._by_characters(text) == label for text, label in asked) / len(asked),
        }

    def _by_characters(self, text: str) -> int:
        return max(range(len(self.labels)), key=lambda label: self._log_chance(text, label))

    def _log_chance(self, text: str, label: int) -> float:
        counts, lines = self._counts[label]
        total = sum(counts.values()) + len(self.vocabulary.tokens)
        return log(max(lines, 1e-9)) + sum(log((counts[character] + 1) / total) for character in text)

    @cached_property
    def _counts(self) -> list[tuple[Counter[str], int]]:
        members = [[text for text, one in self.parts["training"] if one == label] for label in range(len(self.labels))]
        return [(Counter("".join(texts)), len(texts)) for texts in members]


def _unjudged(name: str, count: int) -> str:
    lines = "1 line" if count == 1 else f"{count} lines"
    return f"The class {name!r} has {lines}: too few to hold one out, so it is trained on and not judged."
