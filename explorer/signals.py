"""The words: every signal's name, symbol, range and meaning, in one place.

Symbols are PyTorch's. A *gate* is a sigmoid in [0, 1]; a *candidate* is what would be written;
a *state* is what is carried to the next step.
"""

from dataclasses import dataclass
from math import inf
from typing import Literal

Role = Literal["gate", "candidate", "state"]


@dataclass(frozen=True)
class Signal:
    """One named quantity that a cell computes at every step.

    Attributes:
        name: the key in a trace, ``trace[name]``.
        symbol: the letter in the equations.
        title: the name in full.
        role: ``"gate"``, ``"candidate"`` or ``"state"``.
        low, high: bounds of its values, ±inf where it has none.
        at_low, at_high: two words for what the lowest and the highest value mean ("" where unbounded).
        meaning: one sentence for someone who meets the word for the first time.
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

    @property
    def gist(self) -> str:
        """The line under the panel's name, e.g. ``"0 erase · 1 keep"``."""
        if self.role == "gate":
            return f"0 {self.at_low} · 1 {self.at_high}"
        return self.at_high

    @property
    def latex(self) -> str:
        """The symbol at step t in LaTeX, e.g. ``"f_t"``."""
        return f"{self.symbol}_t"


def _gate(name: str, symbol: str, at_low: str, at_high: str, meaning: str) -> Signal:
    return Signal(name, symbol, f"{name.capitalize()} gate", "gate", 0.0, 1.0, at_low, at_high, meaning)


def _candidate(name: str, symbol: str, title: str, meaning: str) -> Signal:
    return Signal(name, symbol, title, "candidate", -1.0, 1.0, "", "what would be written", meaning)


SIGNALS: dict[str, Signal] = {
    signal.name: signal
    for signal in (
        _gate(
            "input", "i", "ignore", "write",
            "How much of the candidate is written into the cell state at this step: 0 ignores it, 1 writes it all.",
        ),
        _gate(
            "forget", "f", "erase", "keep",
            "How much of the old cell state is kept at this step: 0 erases it, 1 keeps it all.",
        ),
        _candidate(
            "candidate", "g", "Candidate",
            "The new content, between −1 and 1, that the input gate may write into the cell state.",
        ),
        _gate(
            "output", "o", "hide", "show",
            "How much of the squashed cell state is shown as hidden state: 0 hides it, 1 shows it all.",
        ),
        Signal(
            "cell", "c", "Cell state", "state", -inf, inf, "", "long-term memory",
            "The LSTM's long-term memory: what was kept plus what was written. It has no bounds.",
        ),
        Signal(
            "hidden", "h", "Hidden state", "state", -1.0, 1.0, "", "what is passed on",
            "What the cell passes to the next step, to the layer above and to the prediction.",
        ),
        _gate(
            "reset", "r", "ignore past", "use past",
            "How much of the old hidden state the new content may see: 0 ignores the past, 1 uses it all.",
        ),
        _gate(
            "update", "z", "renew", "keep",
            "How much of the old hidden state is kept, in PyTorch's convention: 0 renews it, 1 keeps it all. "
            "Cho et al. (2014) write 1 − z for it.",
        ),
        _candidate(
            "new", "n", "New content",
            "The new content, between −1 and 1, that replaces what the update gate does not keep.",
        ),
    )
}  # fmt: skip


def signal(name: str) -> Signal:
    """Return the `Signal` called ``name`` (KeyError if the field has no such word)."""
    return SIGNALS[name]
