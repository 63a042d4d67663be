"""Cells that are computed by their lines alone, of shapes that explorer's own cells do not have."""

from typing import Any

import torch
from torch import Tensor

from explorer.cells import Block, Cell, Hold, Line, free, now, old, own
from explorer.cells import tanh as squashed
from explorer.cells.base import Hidden
from explorer.cells.declared import AnyLine, Factor
from explorer.cells.long_short_term import LSTMState
from explorer.signals import HIDDEN, candidate, gate, state

F = gate("forget", "f", "erase", "keep", "How much is kept.")
I = gate("input", "i", "ignore", "write", "How much is written.")  # noqa: E741
R = gate("reset", "r", "ignore", "use", "How much of the past is read.")
G = candidate("candidate", "g", "Candidate", "What would be written.")
C = state("cell", "c", "Cell state", "memory", "The memory.")
_SQUASH = {"gate": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "": lambda values: values}


class FromLines(Cell):
    """A step that does what `lines` say, in their order."""

    words = ()
    own_lines: tuple[AnyLine, ...]
    leak = 0.3

    @property
    def lines(self) -> tuple[AnyLine, ...]:
        return self.own_lines

    def state(self, *values: Tensor) -> Any:
        return LSTMState(*values) if len(values) == 2 else Hidden(*values)

    def gates(self, projected: Tensor, state: Any, hold: Hold = free) -> Any:
        known: dict[str, Tensor] = {}

        def look(factor: Factor) -> Any:
            return (
                known[factor.name]
                if factor.of == "now"
                else getattr(state if factor.of == "old" else self, factor.name)
            )

        for line in self.lines:
            if isinstance(line, Block):
                at = self.blocks.index(line.signal)
                bias = 0 if self.bias_hh is None else self.bias_hh.chunk(len(self.blocks))[at]
                past = line.past.of(look) @ self.weight_hh.chunk(len(self.blocks))[at].T + bias
                past = past if line.times is None else line.times.of(look) * past
                value = _SQUASH[line.squash](projected.chunk(len(self.blocks), -1)[at] + past)
            else:
                assert isinstance(line, Line)
                value = line.value.of(look)
            known[line.signal] = hold(line.signal, value)
        return _Record(known)

    def update(self, gates: Any, state: Any, hold: Hold = free) -> Any:
        return self.state(*(gates._asdict()[name] for name in self.state_signals))


class _Record(dict[str, Any]):
    """Signals by name, as a named tuple gives them."""

    def _asdict(self) -> dict[str, Any]:
        return dict(self)

    __getattr__ = dict.__getitem__


def cell(name: str, words: str, memory: str | None, *lines: AnyLine) -> type[Cell]:
    """A cell of these lines; ``words`` are the letters of its signals."""
    known = tuple(_WORDS[letter] for letter in words)
    declared = {
        "kind": name,
        "title": name.capitalize(),
        "words": known,
        "blocks": tuple(line.signal for line in lines if isinstance(line, Block)),
        "state_signals": ("hidden", "cell") if C in known else ("hidden",),
        "memory": memory,
        "own_lines": lines,
    }
    return type(name, (FromLines,), declared)


_WORDS = {one.symbol: one for one in (F, I, R, G, C, HIDDEN)}
_f, _i, _r, _g = map(now, ("forget", "input", "reset", "candidate"))
_c, _h, _alpha = old("cell"), old("hidden"), own("leak", "α")
_GATE, _NEW = Block("forget"), Block("candidate", "tanh")

JANET = cell(
    "janet", "fgch", "cell", _GATE, _NEW, Line("cell", _f * _c + (1 - _f) * _g), Line("hidden", now("cell"))
)  # fmt: skip
COUPLED = cell(
    "coupled", "figch", "cell", _GATE, Line("input", 1 - _f), _NEW, Line("cell", _f * _c + _i * _g),
    Line("hidden", squashed(now("cell"))),
)  # fmt: skip
LEAKY = cell("leaky", "gh", "hidden", _NEW, Line("hidden", (1 - _alpha) * _h + _alpha * _g))
RESIDUAL = cell(
    "residual", "fgh", "hidden", _GATE, Block("candidate", "", _f * _h), Line("hidden", _h + _g)
)  # fmt: skip
FORGETFUL = cell("forgetful", "fgh", None, _GATE, _NEW, Line("hidden", _f * _g))
THREE = cell(
    "three", "firgch", "cell", _GATE, Block("input"), Block("reset"), Block("candidate", "relu", times=_f * _r),
    Line("cell", _f * _r * _c + _i * _g + (1 - _i) * _h),
    Line("hidden", (1 - _r) * squashed(now("cell")) + _r * _h),
)  # fmt: skip
SHAPES = {one.kind: one for one in (JANET, COUPLED, LEAKY, RESIDUAL, FORGETFUL, THREE)}
