"""Which bracket must close next?"""

from functools import cached_property
from random import Random

import numpy as np
import torch

from explorer.sequences import Encoded, Vocabulary
from explorer.training.learner import Shape
from explorer.training.task import Answers, Batch, Course, Predict, Scores, Task
from explorer.training.tasks.answered import answered, shares_right

LENGTH = 64
DEPTH = 6
CLOSER = {"(": ")", "[": "]"}
LABELS = ("none", ")", "]")
WORDS = "i j k n x y w key item names best max len sum for in if else not and or range value data self np zip def"
NAMES = WORDS.split()
SIGNS = " = | + |+| - |*| * |/|:|, |,|.| | | == | < |**| in |: |\n|\t"
OPERATORS = SIGNS.split("|")
OTHERS = [chr(code) for code in range(32, 127) if chr(code) not in "()[]"] + ["\n", "\t", "\x00"]


def due(text: str) -> list[int]:
    """After each character, what the innermost open bracket needs: an index into `LABELS`.

    A closer that does not match the innermost open bracket is ignored.

    Example:
        >>> [LABELS[one] for one in due("a(b[)")]
        ['none', ')', ')', ']', ']']
    """
    open_brackets: list[str] = []
    answers = []
    for character in text:
        if character in CLOSER:
            open_brackets.append(CLOSER[character])
        elif open_brackets and character == open_brackets[-1]:
            open_brackets.pop()
        answers.append(LABELS.index(open_brackets[-1]) if open_brackets else 0)
    return answers


def make_line(random: Random, length: int) -> str:
    """A line that looks like code, or one of random characters, with brackets up to six deep."""
    noise = random.random() < 0.25
    bracket = random.choice((0.06, 0.15, 0.3, 0.5))
    pieces: list[str] = []
    open_brackets: list[str] = []
    size = 0
    while size < length:
        piece = _bracket(random, open_brackets) if random.random() < bracket else _filler(random, noise)
        pieces.append(piece)
        size += len(piece)
    return "".join(pieces)[:length]


def _bracket(random: Random, open_brackets: list[str]) -> str:
    """An opener or the closer that is due; now and then a stray closer, which changes nothing."""
    if random.random() < 0.06:
        return random.choice([one for one in ")]" if not open_brackets or one != open_brackets[-1]])
    if open_brackets and (len(open_brackets) == DEPTH or random.random() < 0.5):
        return open_brackets.pop()
    opener = random.choice("([")
    open_brackets.append(CLOSER[opener])
    return opener


def _filler(random: Random, noise: bool) -> str:
    if noise or random.random() < 0.1:
        return random.choice(OTHERS)
    kind = random.random()
    if kind < 0.4:
        return random.choice(NAMES)
    if kind < 0.5:
        return str(random.randrange(10 ** random.randint(1, 3)))
    return random.choice(OPERATORS)


class Brackets(Task):
    """After each character of a line of code: none, ``)`` or ``]``."""

    name = "brackets"
    title = "Brackets"
    learned = (
        "This network learned which bracket must close next: its gates rewrite memory at brackets "
        "and hold it in between; type a line of your own."
    )
    question = "must close"
    source = "generated lines that look like code; no one's text"
    examples = (
        {"title": "A line of Python", "kind": "code", "text": "best = max([len(w) for w in names[2:]])"},
        {"title": "A long hold", "kind": "code", "text": "print(first, second, third, fourth, fifth, rows[0])"},
        {"title": "Deep", "kind": "code", "text": "f(a[g(b[h(c[0])])]) + 1"},
        {"title": "Interval and function", "kind": "mathematics", "text": "f(x) = [x - (a + b)] * [x + (a - b)]"},
        {"title": "An aside", "kind": "prose", "text": "She left (it was late [past ten]) and closed the door."},
        {"title": "Stray closers", "kind": "code", "text": "a) b] (c] d) e"},
    )
    groups = (
        "round: n = (key + 1)\nround: f(key, 2)\nround: max(key)\n"
        "square: n = [key + 1]\nsquare: f[key, 2]\nsquare: max[key]",
        "k",
    )
    labels = LABELS
    trained_length = LENGTH
    trained_depth = DEPTH
    vocabulary = Vocabulary.printable_ascii()
    shape = Shape(inputs=10, hidden_size=20, outputs=3, tokens=98)
    course = Course(steps=9000, rate=6e-3)

    @classmethod
    def answers(cls, encoded: Encoded) -> Answers | None:
        """What each character leaves open."""
        return np.array(due("".join(label[0] for label in encoded.labels)), dtype=np.float64)

    def batch(self, seed: int, step: int) -> Batch:
        """64 new lines of 64 characters."""
        return self._lines(Random(f"{seed} {step}"), 64, LENGTH)

    @cached_property
    def validation(self) -> tuple[Batch, ...]:
        """200 lines of the length trained on."""
        return (self._lines(Random("validation"), 200, LENGTH),)

    @cached_property
    def held_out(self) -> Batch:
        """500 lines of twice the length trained on."""
        return self._lines(Random("held out"), 500, 2 * LENGTH)

    def evaluate(self, predict: Predict) -> Scores:
        """Shares of right steps, of right steps where a closer is due, and of lines right throughout."""
        return self._judge(predict(self.held_out.inputs).argmax(-1))

    @cached_property
    def baselines(self) -> Scores:
        """Always "none"; and the last bracket alone, which needs no memory of what was open before it."""
        wanted = self.held_out.targets
        never = self._judge(torch.zeros_like(wanted))
        last = torch.tensor([_last_bracket(line) for line in self._texts]).T
        return {"always none": never["accuracy"], "the last opener seen": self._judge(last)["accuracy"]}

    def _judge(self, answers: torch.Tensor) -> Scores:
        return shares_right(answers, self.held_out.targets, "accuracy where one is due", "lines right throughout")

    @cached_property
    def _texts(self) -> list[str]:
        random = Random("held out")
        return [make_line(random, 2 * LENGTH) for _ in range(500)]

    def _lines(self, random: Random, count: int, length: int) -> Batch:
        return answered(self.vocabulary, [make_line(random, length) for _ in range(count)], due)


def _last_bracket(line: str) -> list[int]:
    """What one bit of memory says: the opener seen last until any closer."""
    answers, current = [], 0
    for character in line:
        if character in CLOSER:
            current = LABELS.index(CLOSER[character])
        elif character in ")]":
            current = 0
        answers.append(current)
    return answers
