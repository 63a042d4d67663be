"""Which character comes next, in lines of the user's own?"""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from math import log

import numpy as np

from explorer.sequences import Encoded, Vocabulary
from explorer.training.learner import Shape
from explorer.training.task import Answers, Batch, Course, Predict, Scores, Task, following
from explorer.training.tasks.words import END, LONGEST, check_text, cut, next_characters, parted, vocabulary_of

_LEAST = 5


class Lines(Task):
    """The next character of each line; a tenth of the lines held out.

    Args:
        lines: text, one sequence a line; longer ones than 120 characters are cut in pieces.

    Raises:
        EncodingError: fewer than five lines, or too much text.
    """

    name = "lines"
    title = "Your lines"
    learned = "This network learned which character comes next in lines of its user's."
    question = "next character"
    source = "given by the user"
    metric = "nats"
    trained_length = LONGEST
    course = Course(steps=600, rate=4e-3)

    def __init__(self, lines: Sequence[str]) -> None:
        kept = cut([line for line in lines if line.strip()])
        check_text(kept, _LEAST)
        self.parts = {name: [kept[at] for at in places] for name, places in parted(len(kept)).items()}
        self.given = tuple(lines)
        self.batch_size = 16
        self.vocabulary: Vocabulary = vocabulary_of(self.parts["training"])
        self.labels = self.vocabulary.tokens
        tokens = len(self.labels)
        self.shape = Shape(inputs=16, hidden_size=32, outputs=tokens, tokens=tokens)
        self.examples = tuple(
            {"title": f"A line held out, {at}", "kind": "prose", "text": line}
            for at, line in enumerate(self.parts["held out"][:3], 1)
        )

    def as_code(self) -> list[str]:
        return ["data = training.Lines([", *(f"    {line!r}," for line in self.given), "])"]

    @classmethod
    def answers(cls, encoded: Encoded) -> Answers | None:
        """The next character."""
        return following(encoded)

    def batch(self, seed: int, step: int) -> Batch:
        """Lines drawn by chance."""
        lines = self.parts["training"]
        drawn = np.random.default_rng((seed, step)).integers(0, len(lines), self.batch_size)
        return next_characters(self.vocabulary, [lines[at] for at in drawn])

    @cached_property
    def validation(self) -> tuple[Batch, ...]:
        """The lines that choose the best weights."""
        return (next_characters(self.vocabulary, self.parts["validation"]),)

    @cached_property
    def held_out(self) -> Batch:
        """The lines that are judged."""
        return next_characters(self.vocabulary, self.parts["held out"])

    def evaluate(self, predict: Predict) -> Scores:
        """Nats a character, and the share right; a character that was never seen in training counts as any other."""
        outputs = predict(self.held_out.inputs)
        return {"nats": float(self.loss(outputs, self.held_out)), "share right": self.score(outputs, self.held_out)}

    @cached_property
    def baselines(self) -> Scores:
        """Nats of guessing by how often a character comes, alone and after the one before; each counted once more."""
        counts = Counter(character for line in self.parts["training"] for character in line + END)
        pairs = Counter(pair for line in self.parts["training"] for pair in zip(END + line, line + END, strict=True))
        before = Counter(character for line in self.parts["training"] for character in END + line)
        asked = [pair for line in self.parts["held out"] for pair in zip(END + line, line + END, strict=True)]
        size, total = len(self.labels), sum(counts.values())
        single = [log((total + size) / (counts[one] + 1)) for _, one in asked]
        double = [log((before[first] + size) / (pairs[first, one] + 1)) for first, one in asked]
        return {
            "how often each comes": sum(single) / len(asked),
            "the pair with the one before": sum(double) / len(asked),
        }
