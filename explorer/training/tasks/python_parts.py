"""Code, string or comment: which part of Python source is each character in?"""

from collections import Counter
from functools import cached_property
from math import log
from random import Random

import numpy as np
import torch

from explorer.sequences import Encoded, Vocabulary
from explorer.sequences.visible import SIGNS
from explorer.training.learner import Shape
from explorer.training.task import Answers, Batch, Course, Predict, Scores, Task
from explorer.training.tasks.answered import answered, shares_right
from explorer.training.tasks.python_chars import PythonCharacters

LENGTH = 96
LABELS = ("code", "string", "comment")
CODE, STRING, COMMENT = range(3)
QUOTES = "'\""
LOOKED_BACK = 8
_COUNTED, _JUDGED = 1_500, 200


def parts_of(text: str) -> list[int]:
    """After each character, whether a reader of Python is in code, a string or a comment: an index into `LABELS`.

    A string ends at the quote that opened it unless a backslash stands before that, a comment at the end of its line;
    there an open string ends too, since strings over several lines are left out.

    Example:
        >>> "".join(LABELS[one][0] for one in parts_of("a='#'#b"))
        'ccssccc'
    """
    quote, escaped, comment = "", False, False
    found = []
    for character in text:
        if character == "\n":
            quote, escaped, comment = "", False, False
        elif comment:
            pass
        elif escaped:
            escaped = False
        elif quote:
            escaped = character == "\\"
            quote = "" if character == quote else quote
        elif character == "#":
            comment = True
        elif character in QUOTES:
            quote = character
        found.append(COMMENT if comment else STRING if quote else CODE)
    return found


class PythonParts(Task):
    """Lines of the standard library in which a quote or a comment stands, one after another in any order."""

    name = "python-parts"
    title = "Code, string, comment"
    learned = (
        "This network learned whether a character of Python source is code, in a string or in a comment, which no "
        "character tells by itself: the other quote, or a # in a string, changes nothing. Type a line of your own."
    )
    question = "this is"
    source = "lines of the standard library's sources as every Python brings them; PSF licence"
    examples = (
        {"title": "The other quote", "kind": "code", "text": "print('say \"hi\" # twice')  # it's only a remark"},
        {"title": "A long string", "kind": "code", "text": 'raise ValueError("there is no such name, it\'s gone")'},
        {"title": "Escaped", "kind": "code", "text": "name = 'it\\'s' + other  # don't"},
        {"title": "Three lines", "kind": "code", "text": "x = 'a'\ny = 2  # \"b\"\nz = [\"c\", 'd']"},
    )
    groups = (
        "string: f('a # b', key)\nstring: x = \"n # m\"\ncomment: f(a) # b, key\ncomment: x = n # m",
        "#",
    )
    labels = LABELS
    trained_length = LENGTH
    vocabulary = Vocabulary.printable_ascii()
    shape = Shape(inputs=12, hidden_size=24, outputs=3, tokens=98)
    course = Course(steps=3000, rate=6e-3)

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    @classmethod
    def answers(cls, encoded: Encoded) -> Answers | None:
        """What each character is in."""
        text = "".join(label[0] for label in encoded.labels).replace(SIGNS["\n"], "\n")
        return np.array(parts_of(text), dtype=np.float64)

    def batch(self, seed: int, step: int) -> Batch:
        """64 windows of 96 characters, each of lines drawn by chance."""
        return self._windows("training", Random(f"{seed} {step}"), 64, LENGTH)

    @cached_property
    def validation(self) -> tuple[Batch, ...]:
        """200 windows of the length trained on."""
        return (self._windows("validation", Random("validation"), 200, LENGTH),)

    @cached_property
    def held_out(self) -> Batch:
        """200 windows of twice the length trained on, of files that were not."""
        return self._windows("held out", Random("held out"), _JUDGED, 2 * LENGTH)

    def evaluate(self, predict: Predict) -> Scores:
        """Shares of right steps, of those not in plain code, and of windows right throughout."""
        return self._judge(predict(self.held_out.inputs).argmax(-1))

    @cached_property
    def baselines(self) -> Scores:
        """Always "code"; naive Bayes of the last eight characters in no order; and of them and their pairs."""
        always = torch.full_like(self.held_out.targets, CODE)
        return {
            "always code": self._judge(always)["accuracy"],
            f"naive Bayes of the last {LOOKED_BACK} characters": self._naive_bayes(1),
            "naive Bayes of them and their pairs": self._naive_bayes(2),
        }

    def _judge(self, answers: torch.Tensor) -> Scores:
        return shares_right(answers, self.held_out.targets, "accuracy outside plain code", "windows right throughout")

    def _naive_bayes(self, longest: int) -> float:
        """The share right by counts (add one) of what stands among the last characters of a window."""
        counts = [Counter[str]() for _ in LABELS]
        sizes = Counter[int]()
        for text in self._texts("training", Random("counts"), _COUNTED, LENGTH):
            for at, part in enumerate(parts_of(text)):
                counts[part].update(_pieces(text, at, longest))
                sizes[part] += 1
        known = len(set().union(*counts))
        totals = [sum(one.values()) + known for one in counts]
        weights = [
            {piece: log((one[piece] + 1) / total) for piece in set().union(*counts)}
            for one, total in zip(counts, totals, strict=True)
        ]
        right = steps = 0
        for text in self._texts("held out", Random("held out"), _JUDGED, 2 * LENGTH):
            for at, part in enumerate(parts_of(text)):
                pieces = [one for one in _pieces(text, at, longest) if one in weights[0]]
                says = [log(sizes[one]) + sum(map(weights[one].__getitem__, pieces)) for one in range(len(LABELS))]
                right += says.index(max(says)) == part
                steps += 1
        return right / steps

    def lines(self, part: str) -> list[str]:
        """The lines of one part: ``"training"``, ``"validation"`` or ``"held out"``."""
        if part not in self._lines:
            texts = PythonCharacters().texts(part)
            self._lines[part] = [line for text in texts for line in text.split("\n") if _is_telling(line)]
        return self._lines[part]

    def _texts(self, part: str, random: Random, count: int, length: int) -> list[str]:
        lines, found = self.lines(part), []
        for _ in range(count):
            text = ""
            while len(text) < length:
                text += random.choice(lines) + "\n"
            found.append(text[:length])
        return found

    def _windows(self, part: str, random: Random, count: int, length: int) -> Batch:
        return answered(self.vocabulary, self._texts(part, random, count, length), parts_of)


def _is_telling(line: str) -> bool:
    """Whether a line has a quote or a comment, and all of every string."""
    marked = len(line) <= LENGTH and line.isprintable() and any(one in line for one in f"{QUOTES}#")
    return marked and '"""' not in line and "'''" not in line and parts_of(line)[-1] != STRING


def _pieces(text: str, at: int, longest: int) -> list[str]:
    """The last characters up to a step, and with 2 their pairs."""
    seen = text[max(0, at + 1 - LOOKED_BACK) : at + 1]
    return [seen[start : start + size] for size in range(1, longest + 1) for start in range(len(seen) - size + 1)]
