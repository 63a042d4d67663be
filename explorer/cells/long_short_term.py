"""What all long short-term memories have in common: two states, of which the cell state is carried linearly."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from torch import Tensor

from explorer.cells.base import Carry, Cell
from explorer.cells.declared import Line, now, old
from explorer.cells.spelt import Spelling
from explorer.signals import HIDDEN, Signal, candidate, gate, state

WORDS = (
    gate(
        "input", "i", "ignore", "write",
        "How much of the candidate is written into the cell state at this step: 0 ignores it, 1 writes it all.",
    ),
    gate(
        "forget", "f", "erase", "keep",
        "How much of the old cell state is kept at this step: 0 erases it, 1 keeps it all.",
    ),
    candidate(
        "candidate", "g", "Candidate",
        "The new content, between −1 and 1, that the input gate may write into the cell state.",
        joined="c\u0303",
    ),
    gate(
        "output", "o", "hide", "show",
        "How much of the squashed cell state is shown as hidden state: 0 hides it, 1 shows it all.",
    ),
    state(
        "cell", "c", "Cell state", "long-term memory",
        "The LSTM's long-term memory: what was kept plus what was written. It has no bounds.",
    ),
    HIDDEN,
)  # fmt: skip
SPELLINGS = {
    "candidate": Spelling(("g", "c", "cell", "candidate", "cand", "new", "u", "z", "n"), letters="cj"),
}
CELL = Line("cell", now("forget") * old("cell") + now("input") * now("candidate"))
"""What is kept and what is written."""
PRESETS = {
    "forget = 1: nothing is erased": "forget=1",
    "forget = 0: nothing is kept": "forget=0",
    "input = 0: nothing is written": "input=0",
    "output = 0: nothing is shown": "output=0",
    "no forget gate, as in 1997": "forget=1",
    "coupled gates: input = 1 − forget": "input=1-forget",
}


class LSTMGates(NamedTuple):
    """i, f, g, o of one step, each (..., hidden_size)."""

    input: Tensor
    forget: Tensor
    candidate: Tensor
    output: Tensor


class LSTMState(NamedTuple):
    """h (..., proj_size or hidden_size) and c (..., hidden_size)."""

    hidden: Tensor
    cell: Tensor


class LongShortTermCell(Cell):
    """A cell with the gates i, f, g, o and the memory c' = f∘c + i∘g; how it squashes and shows is its own matter."""

    words: ClassVar[tuple[Signal, ...]] = WORDS
    blocks: ClassVar[tuple[str, ...]] = LSTMGates._fields
    state_signals: ClassVar[tuple[str, ...]] = LSTMState._fields
    memory: ClassVar[str | None] = "cell"
    keep_gate: ClassVar[str | None] = "forget"
    chrono: ClassVar[Mapping[str, int]] = {"forget": 1, "input": -1}
    presets: ClassVar[Mapping[str, str]] = PRESETS
    spellings: ClassVar[Mapping[str, Spelling]] = SPELLINGS

    def state(self, *values: Tensor) -> LSTMState:
        return LSTMState(*values)

    @classmethod
    def carry(cls, gates: Any) -> Carry:
        """c' = f∘c + i∘g."""
        return Carry(gates.forget, gates.input * gates.candidate)
