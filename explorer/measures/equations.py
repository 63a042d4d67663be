"""The equations of each cell, in either notation, filled in for one unit and one step."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import tanh
from typing import Literal

import numpy as np

from explorer.arguments import checked
from explorer.cells import word
from explorer.errors import UnknownSignalError
from explorer.measures.arithmetic import SQUASHES, Equation, Notation, Part, Squash, fill_in, gate_squash
from explorer.measures.contributions import refuse_masked
from explorer.measures.memory import gate_slope
from explorer.measures.preactivation import Preactivation, preactivation
from explorer.models import Model
from explorer.trace import Trace

UpdateMeans = Literal["keep", "renew"]
"""What z = 1 does in a GRU: keep (PyTorch), or renew (Cho et al. 2014)."""
_JOINED = {"candidate": r"\tilde{c}", "new": r"\tilde{h}"}


@checked
def arithmetic(
    model: Model,
    trace: Trace,
    step: int,
    unit: int,
    layer: int = 0,
    direction: str = "forward",
    notation: Notation = "torch",
    update: UpdateMeans = "keep",
) -> tuple[Equation, ...]:
    """Every equation of one step of one unit, in the order in which they are computed.

    Sums of many products stand as input, recurrent and bias subtotals.

    Args:
        model: the model that made the trace.
        trace: the run, without clamps.
        step: the position in the input, counted from 0.
        unit: which.
        layer, direction: where.
        notation: ``"torch"`` or ``"joined"``. A GRU that resets after the product keeps its two products.
        update: what z means in a GRU; ``"renew"`` writes 1 − z for PyTorch's z.

    Raises:
        UnknownSignalError: no such step, unit, layer or direction, or the step is masked.
    """
    if not 0 <= step < len(trace):
        raise UnknownSignalError(f"There is no step {step}: the sequence has {len(trace)}.")
    refuse_masked(trace, step)
    here = _Here(model, trace, step, unit, layer, direction, notation, update == "renew")
    return tuple({"lstm": _lstm, "gru": _gru, "rnn": _rnn}[model.kind](here))


@checked
def letter(kind: str, signal: str, notation: Notation = "torch") -> str:
    """A signal's symbol in LaTeX, without time."""
    symbol = word(kind, signal).symbol
    return _JOINED.get(signal, symbol) if notation == "joined" else symbol


@dataclass(frozen=True)
class _Here:
    """One unit at one step, with everything its equations read."""

    model: Model
    trace: Trace
    step: int
    unit: int
    layer: int
    direction: str
    notation: Notation
    renew: bool

    @cached_property
    def biased(self) -> bool:
        return "bias_ih" in self.model.weights(self.layer, self.direction)

    @property
    def slope(self) -> float:
        """Of the gates' hard sigmoid; 0 for σ."""
        return gate_slope(self.model.cell(self.layer, self.direction))

    @property
    def before(self) -> str:
        """The time of the state that is read."""
        return "t+1" if self.direction == "reverse" else "t-1"

    def value(self, signal: str) -> float:
        return float(self.trace.select(signal, self.layer, self.direction)[self.step, self.unit])

    def old(self, signal: str) -> float:
        return float(self.trace.before(signal, self.layer, self.direction)[self.step, self.unit])

    def sum(self, signal: str) -> Preactivation:
        steps = slice(self.step, self.step + 1)
        return preactivation(self.model, self.trace, signal, [self.unit], self.layer, self.direction, steps)

    def at(self, signal: str) -> str:
        """``f_t``."""
        return f"{letter(self.model.kind, signal, self.notation)}_t"

    def was(self, signal: str) -> str:
        """``c_{t-1}``."""
        return f"{letter(self.model.kind, signal)}_{{{self.before}}}"

    def bias(self, name: str) -> str:
        return f" + b_{{{name}}}" if self.biased else ""


def _lstm(here: _Here) -> Iterator[Equation]:
    for signal in ("forget", "input", "candidate", "output"):
        yield _gate(here, signal, SQUASHES["tanh"] if signal == "candidate" else gate_squash(here.slope))
    f, i, g = (here.at(signal) for signal in ("forget", "input", "candidate"))
    yield fill_in(
        "cell", "c_t", rf"{f} \circ {here.was('cell')} + {i} \circ {g}", "{0} × {1} + {2} × {3}",
        [(f, here.value("forget"), ""), (here.was("cell"), here.old("cell"), ""),
         (i, here.value("input"), ""), (g, here.value("candidate"), "")],
        lambda f, c, i, g: f * c + i * g, here.value("cell"),
    )  # fmt: skip
    yield from _shown(here)


def _shown(here: _Here) -> Iterator[Equation]:
    """The hidden state; with a projection, this unit's share of it and, where it exists, the projected sum."""
    o, c = here.value("output"), here.value("cell")
    operands: list[tuple[str, float, Part]] = [(here.at("output"), o, ""), ("c_t", c, "")]
    projection = here.model.weights(here.layer, here.direction).get("weight_hr")
    symbols = rf"{here.at('output')} \circ \tanh(c_t)"
    if projection is None:
        yield fill_in("hidden", "h_t", symbols, "{0} × tanh({1})", operands, _show, here.value("hidden"))
        return
    yield fill_in("shown", "m_t", symbols, "{0} × tanh({1})", operands, _show, _show(o, c))
    if here.unit < len(projection):
        outputs, cells = (
            here.trace.select(name, here.layer, here.direction)[here.step].astype(np.float64)
            for name in ("output", "cell")
        )
        total = float(projection[here.unit].astype(np.float64) @ (outputs * np.tanh(cells)))
        words = [(r"W_{hr}\,m_t", total, "")]
        yield fill_in("hidden", "h_t", r"W_{hr}\,m_t", "{0}", words, float, here.value("hidden"))  # type: ignore[arg-type]


def _show(o: float, c: float) -> float:
    return o * tanh(c)


def _gru(here: _Here) -> Iterator[Equation]:
    yield _gate(here, "reset", gate_squash(here.slope))
    z = here.value("update")
    yield _gate(here, "update", gate_squash(here.slope, here.renew), 1 - z if here.renew else z)
    reset_after = bool(getattr(here.model.cell(here.layer, here.direction), "reset_after", True))
    yield _new_after(here) if reset_after else _gate(here, "new", SQUASHES["tanh"])
    n, h = here.at("new"), here.was("hidden")
    kept, written = (h, n) if here.renew else (n, h)
    values = {n: here.value("new"), h: here.old("hidden")}
    shown = 1 - z if here.renew else z
    yield fill_in(
        "hidden", "h_t", rf"(1 - z_t) \circ {kept} + z_t \circ {written}", "(1 − {0}) × {1} + {2} × {3}",
        [("z_t", shown, ""), (kept, values[kept], ""), ("z_t", shown, ""), (written, values[written], "")],
        lambda z, one, same, other: (1 - z) * one + same * other, here.value("hidden"),
    )  # fmt: skip


def _rnn(here: _Here) -> Iterator[Equation]:
    name = str(getattr(here.model.cell(here.layer, here.direction), "nonlinearity", "tanh"))
    yield _gate(here, "hidden", SQUASHES[name])


def _gate(here: _Here, signal: str, squash: Squash, value: float | None = None) -> Equation:
    """A squashed sum of input, recurrent and bias part."""
    total = here.sum(signal)
    operands: list[tuple[str, float, Part]] = [
        (r"\text{input}", float(total.input[0, 0]), "input"),
        (r"\text{recurrent}", float(total.recurrent[0, 0]), "recurrent"),
    ]
    if here.notation == "joined":
        operands.reverse()
    if here.biased:
        operands.append((r"\text{bias}", float(total.bias[0, 0]), "bias"))
    template = " + ".join(f"{{{place}}}" for place in range(len(operands)))
    symbols = _latex(squash).format(_sum_in_symbols(here, signal))
    recorded = here.value(signal) if value is None else value
    return fill_in(signal, here.at(signal), symbols, template, operands, _add, recorded, squash)


def _add(*parts: float) -> float:
    return sum(parts)


def _sum_in_symbols(here: _Here, signal: str) -> str:
    own = word(here.model.kind, signal).symbol
    past = here.was("hidden")
    read = rf"r_t \circ {past}" if signal == "new" else past
    if here.notation == "joined":
        name = {"candidate": "c", "new": "h"}.get(signal, own)
        return rf"W_{{{name}}} [{read},\, x_t]{here.bias(name)}"
    if signal == "hidden":
        return rf"W_{{ih}} x_t{here.bias('ih')} + W_{{hh}} {past}{here.bias('hh')}"
    source = f"({read})" if signal == "new" else read
    return rf"W_{{i{own}}} x_t{here.bias('i' + own)} + W_{{h{own}}} {source}{here.bias('h' + own)}"


def _new_after(here: _Here) -> Equation:
    """A GRU's new content with the reset after the product: it keeps two products in either notation."""
    total = here.sum("new")
    r, past = here.value("reset"), float(total.past[0, 0])
    operands: list[tuple[str, float, Part]] = [(r"\text{input}", float(total.input[0, 0]), "input")]
    rule: Callable[..., float]
    symbols = rf"\tanh(W_{{in}} x_t{here.bias('in')} + r_t \circ (W_{{hn}} {here.was('hidden')}{here.bias('hn')}))"
    if not here.biased:
        operands += [("r_t", r, ""), (r"\text{recurrent}", past, "recurrent")]
        rule, template = _reset_product, "{0} + {1} × {2}"
    else:
        b_in, b_hn = float(total.bias_ih[0, 0]), float(total.bias_hh[0, 0])
        operands += [("b_{in}", b_in, "bias"), ("r_t", r, "")]
        operands += [(r"\text{recurrent}", past, "recurrent"), ("b_{hn}", b_hn, "bias")]
        rule, template = _reset_sum, "{0} + {1} + {2} × ({3} + {4})"
    return fill_in("new", here.at("new"), symbols, template, operands, rule, here.value("new"), SQUASHES["tanh"])


def _reset_product(x: float, r: float, past: float) -> float:
    return x + r * past


def _reset_sum(x: float, b_in: float, r: float, past: float, b_hn: float) -> float:
    return x + b_in + r * (past + b_hn)


def _latex(squash: Squash) -> str:
    """The squash round ``{}``, in LaTeX."""
    written = squash.written.replace("hardσ", r"\text{{hard}}σ").replace("σ", r"\sigma").replace("−", "-")
    return written.replace("tanh", r"\tanh").replace("max", r"\max")
