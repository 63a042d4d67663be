"""The words: what a signal is called, its symbol, range and meaning. Each cell says its own with them.

Symbols are PyTorch's. A *gate* is a sigmoid in [0, 1]; a *candidate* is what would be written;
a *state* is what is carried to the next step.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf
from typing import Literal

from explorer.languages import ENGLISH, say, spoken

Role = Literal["gate", "candidate", "state"]


@dataclass(frozen=True)
class Signal:
    """One named quantity that a cell computes at every step.

    Attributes:
        name: the key in a trace, ``trace[name]``.
        symbol: the letter in the equations, as plain text.
        title: the name in full.
        role: ``"gate"``, ``"candidate"`` or ``"state"``.
        low, high: bounds of its values, ±inf where it has none.
        at_low, at_high: two words for what the lowest and the highest value mean ("" where unbounded).
        meaning: one sentence for someone who meets the word for the first time.
        joined: the letter where both products are written as one matrix, if it is another.
    """

    name: str
    symbol: str
    title: str
    role: Role
    low: float
    high: float
    at_low: str
    at_high: str
    meaning: str
    joined: str = ""

    @property
    def gist(self) -> str:
        """The line under the panel's name, e.g. ``"0 erase · 1 keep"``."""
        if self.role == "gate":
            return f"0 {self.at_low} · 1 {self.at_high}"
        return self.at_high

    @property
    def spoken(self) -> "Signal":
        """The same in the reader's language; name and symbol stay what they are."""
        return _spoken(self, spoken())

    @property
    def latex(self) -> str:
        """The symbol at step t in LaTeX, e.g. ``"f_t"``."""
        return f"{self.symbol}_t"


@lru_cache
def _spoken(signal: Signal, language: str) -> Signal:
    if language == ENGLISH:
        return signal
    title, low, high = say(signal.title), say(signal.at_low), say(signal.at_high)
    return replace(signal, title=title, at_low=low, at_high=high, meaning=say(signal.meaning))


def gate(name: str, symbol: str, at_low: str, at_high: str, meaning: str) -> Signal:
    """A sigmoid, with what 0 and 1 mean in two words."""
    return Signal(name, symbol, f"{name.capitalize()} gate", "gate", 0.0, 1.0, at_low, at_high, meaning)


def candidate(name: str, symbol: str, title: str, meaning: str, joined: str = "") -> Signal:
    """What would be written, between −1 and 1."""
    return Signal(name, symbol, title, "candidate", -1.0, 1.0, "", "what would be written", meaning, joined)


def state(name: str, symbol: str, title: str, gist: str, meaning: str, bound: float = inf) -> Signal:
    """What is carried to the next step."""
    return Signal(name, symbol, title, "state", -bound, bound, "", gist, meaning)


HIDDEN = state(
    "hidden", "h", "Hidden state", "what is passed on",
    "What the cell passes to the next step, to the layer above and to the prediction.", 1.0,
)  # fmt: skip

_SPELT_WITH_A_VOWEL = "AEFHILMNORSX"
"""Capitals whose own names begin with a vowel: an LSTM, but a GRU."""


def in_a_row(words: Sequence[str], last: str) -> str:
    """Words as they stand in a sentence, with another before the last of them: ``"a, b and c"``."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def with_article(title: str) -> str:
    """A cell's title as it stands in a sentence: ``"an LSTM"``, ``"a GRU"``, ``"a Peephole LSTM"``."""
    first = title.split("-")[0].split(" ")[0]
    vowels = _SPELT_WITH_A_VOWEL if first.isupper() else "AEIOUaeiou"
    return f"{'an' if title[:1] in vowels else 'a'} {title}"
